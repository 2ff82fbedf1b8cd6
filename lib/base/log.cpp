// A line is rendered here, values quoted and cut, and spdlog passes it on to a sink of ours, which writes it
// or, in a server, gives it to the thread that does (log_output.h). A batch of lines is one message. A Batch
// counts itself in a thread_local; while one lives, lines are gathered in a string and passed on when the
// outermost ends, when they reach 32 KiB, or at once for a warning or an error.
//
//   2026-04-15T12:00:00.000Z error reload  outcome=refused number=3        the event
//     config/reeve.yaml:9:3: server.thraeds: unknown key; …                its mistake, indented
//
// There is no file and no rotation: stderr belongs to systemd, or to whoever started the program.
#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "base/enum_table.h"
#include "base/json.h"
#include "base/log_output.h"
#include "base/plain_text.h"
#include "base/time.h"
#include "base/utf8.h"

namespace base::logging {
namespace {

constexpr std::size_t kValueBytes = 512;
constexpr std::size_t kMistakeBytes = 16 * 1024;
constexpr std::size_t kBatchBytes = 32 * 1024;

struct LevelName {
  Level level;
  std::string_view name;
};
constexpr std::array<LevelName, 5> kLevels = {{
    {Level::kTrace, "trace"},
    {Level::kDebug, "debug"},
    {Level::kInfo, "info"},
    {Level::kWarn, "warn"},
    {Level::kError, "error"},
}};
static_assert(has_row_for_each(kLevels, &LevelName::level, Level::kError));

std::atomic<Level> least{Level::kInfo};
std::atomic<Format> format{Format::kText};

// To stderr: from here, or through the thread once there is one. Lines come with their ends, and are not
// formatted again.
class Sink final : public spdlog::sinks::sink {
 public:
  void log(const spdlog::details::log_msg& message) override {
    const std::string_view lines(message.payload.data(), message.payload.size());
    if (output_) return output_->put(lines, message.level >= spdlog::level::warn);
    const std::lock_guard lock(mutex_);
    write_whole(STDERR_FILENO, lines);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  void hand_over_to(std::unique_ptr<LogOutput> output) { output_ = std::move(output); }
  bool flush_within(std::chrono::milliseconds limit) { return !output_ || output_->flush(limit); }

 private:
  std::mutex mutex_;                   // one write after the other
  std::unique_ptr<LogOutput> output_;  // set before other threads log
};

struct State {
  std::shared_ptr<Sink> sink = std::make_shared<Sink>();
  spdlog::logger out{"reeve", sink};
  State() { out.set_level(spdlog::level::trace); }
};

State& state() {
  static State s;
  return s;
}

std::string lines_lost(std::uint64_t count) {
  return render(Level::kWarn, format, to_string(SystemClock().now()), "log",
                {{"lines_lost", count}, {"reason", "stderr was not read fast enough"}}) +
         "\n";
}

// What this thread has gathered; nothing is, where no Batch lives.
struct Gathered {
  int depth = 0;
  std::string lines;
};
thread_local Gathered gathered;

void print_gathered(Level most) {
  if (gathered.lines.empty()) return;
  state().out.log(most >= Level::kWarn ? spdlog::level::warn : spdlog::level::info,
                  spdlog::string_view_t(gathered.lines.data(), gathered.lines.size()));
  gathered.lines.clear();
}

std::string_view cut(std::string_view s, std::size_t most = kValueBytes) {
  if (s.size() <= most) return s;
  std::size_t n = most;
  while (n > 0 && utf8::is_continuation(s[n])) --n;
  return s.substr(0, n);
}

void append_value(std::string& out, const Field& f) {
  if (const auto* s = std::get_if<std::string_view>(&f.value)) {
    if (!s->empty() && is_plain(*s, {'!', '"', '='})) {
      out.append(cut(*s));
    } else {
      out.append(JsonWriter().string(cut(*s)).text());
    }
  } else if (const auto* n = std::get_if<std::int64_t>(&f.value)) {
    out.append(std::to_string(*n));
  } else {
    out.append(std::get<bool>(f.value) ? "true" : "false");
  }
}

// Below the event, each line indented, so that none of them looks like another event.
void append_mistake(std::string& out, std::string_view mistake) {
  out.append("\n  ");
  for (const char c : cut(mistake, kMistakeBytes)) {
    const bool is_control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    if (c == '\n')
      out.append("\n  ");
    else
      out.push_back(is_control ? '.' : c);
  }
}

}  // namespace

std::optional<Level> parse_level(std::string_view name) {
  for (const LevelName& row : kLevels)
    if (row.name == name) return row.level;
  return std::nullopt;
}

std::string_view name_of(Level level) {
  return kLevels[static_cast<std::size_t>(level)].name;
}

void configure(Level level, Format wanted) {
  least = level;
  format = wanted;
}

bool enabled(Level level) {
  return level >= least.load(std::memory_order_relaxed);
}

Result<void> write_in_background() {
  auto output = LogOutput::start(STDERR_FILENO, lines_lost);
  if (!output.ok()) return output.error();
  state().sink->hand_over_to(std::move(output).value());
  return {};
}

bool flush(std::chrono::milliseconds limit) {
  return state().sink->flush_within(limit);
}

std::string render(Level level, Format as, std::string_view time, std::string_view event, Fields fields,
                   std::string_view mistake) {
  if (as == Format::kJson) {
    JsonWriter w;
    w.begin_object().member("time", time).member("level", name_of(level)).member("event", event);
    for (const Field& f : fields) {
      w.name(f.name);
      if (const auto* s = std::get_if<std::string_view>(&f.value)) w.string(cut(*s));
      if (const auto* n = std::get_if<std::int64_t>(&f.value)) w.integer(*n);
      if (const auto* b = std::get_if<bool>(&f.value)) w.boolean(*b);
    }
    if (!mistake.empty()) w.member("error", cut(mistake, kMistakeBytes));
    return w.end_object().take();
  }
  std::string out;
  out.reserve(320);  // a request's line, and the end of the line
  out.append(time)
      .append(" ")
      .append(name_of(level))
      .append(5 - name_of(level).size(), ' ')
      .append(" ")
      .append(event);
  for (const Field& f : fields) {
    out.append(" ").append(f.name).append("=");
    append_value(out, f);
  }
  if (!mistake.empty()) append_mistake(out, mistake);
  return out;
}

Batch::Batch() {
  ++gathered.depth;
}

Batch::~Batch() {
  if (--gathered.depth == 0) print_gathered(Level::kInfo);
}

void write(Level level, std::string_view event, Fields fields, std::string_view mistake) {
  gathered.lines += render(level, format, to_string(SystemClock().now()), event, fields, mistake) += '\n';
  if (gathered.depth == 0 || level >= Level::kWarn || gathered.lines.size() >= kBatchBytes)
    print_gathered(level);
}

}  // namespace base::logging
