#pragma once
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

// The log: one line per event on stderr, as text for people or JSON for machines:
//
//   2026-04-15T12:00:00.000Z info  request method=GET path=/v1/roles status=200 us=41
//   {"time":"2026-04-15T12:00:00.000Z","level":"info","event":"request","method":"GET",…}
//
// Values are quoted where needed and cut to 512 bytes; control characters can't break a line. A mistake of
// several lines, such as one in a file, is printed indented below its event; in JSON it is the member
// `error`. It is cut to 16 KiB. Callers must keep secrets and bodies out. Safe for use by several threads;
// lines are never mixed.
namespace base::logging {

enum class Level { kTrace, kDebug, kInfo, kWarn, kError };
enum class Format { kText, kJson };

std::optional<Level> parse_level(std::string_view name);  // "trace" … "error"
std::string_view name_of(Level);

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, bool> value;
  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, std::int64_t v) : name(n), value(v) {}
  Field(std::string_view n, int v) : name(n), value(std::int64_t{v}) {}
  Field(std::string_view n, unsigned v) : name(n), value(std::int64_t{v}) {}
  Field(std::string_view n, std::uint64_t v) : name(n), value(static_cast<std::int64_t>(v)) {}
  Field(std::string_view n, bool v) : name(n), value(v) {}
};
using Fields = std::initializer_list<Field>;

// Before the first call: level info, format text. May be called again at any time.
void configure(Level, Format);
bool enabled(Level);

// From now on a thread of its own writes the lines (log_output.h), so that nobody who logs waits for stderr.
// What it has no room for is lost, and a line says how many lines that were. Fails where no thread can be
// started. To be called once, before other threads log.
Result<void> write_in_background();

// Waits until all lines are written; false where that takes longer than the limit.
bool flush(std::chrono::milliseconds limit);

void write(Level, std::string_view event, Fields, std::string_view mistake = {});
inline void debug(std::string_view event, Fields f = {}) {
  if (enabled(Level::kDebug)) write(Level::kDebug, event, f);
}
inline void info(std::string_view event, Fields f = {}) {
  if (enabled(Level::kInfo)) write(Level::kInfo, event, f);
}
inline void warn(std::string_view event, Fields f = {}) {
  if (enabled(Level::kWarn)) write(Level::kWarn, event, f);
}
inline void error(std::string_view event, Fields f = {}, std::string_view mistake = {}) {
  if (enabled(Level::kError)) write(Level::kError, event, f, mistake);
}

// While one lives, the lines of its thread are gathered, and written together when it ends or at 32 KiB: a
// thread that logs many small lines makes one system call of them. Warnings and errors don't wait. Batches of
// one thread may be nested; then the outermost one writes.
class Batch {
 public:
  Batch();
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
};

// The line that write() prints, without its end; for tests.
std::string render(Level, Format, std::string_view time, std::string_view event, Fields,
                   std::string_view mistake = {});

}  // namespace base::logging
