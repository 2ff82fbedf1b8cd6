// A line is rendered here, values quoted and cut, and spdlog only writes it: its own pattern is "%v" without
// an end of line, so that a batch of lines is one message and one write(2). A Batch counts itself in a
// thread_local; while one lives, lines are gathered in a string and written when the outermost ends, when
// they reach 32 KiB, or at once for a warning or an error.
//
//   2026-04-15T12:00:00.000Z error reload  outcome=refused number=3        the event
//     config/reeve.yaml:9:3: server.thraeds: unknown key; …                its mistake, indented
//
// There is no file, no rotation and no queue: stderr belongs to systemd, or to whoever started the program.
#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>

#include "base/json.h"
#include "base/time.h"
#include "base/utf8.h"

namespace base::logging {
namespace {

constexpr std::size_t kValueBytes = 512;
constexpr std::size_t kMistakeBytes = 16 * 1024;
constexpr std::size_t kBatchBytes = 32 * 1024;
constexpr std::array<std::string_view, 5> kNames = {"trace", "debug", "info", "warn", "error"};

struct State {
  std::atomic<Level> level{Level::kInfo};
  std::atomic<Format> format{Format::kText};
  std::shared_ptr<spdlog::logger> out;
  State() : out(spdlog::stderr_logger_mt("reeve")) {
    // The end of the line is in what is logged, so that a batch is one message.
    out->set_formatter(
        std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::local, ""));
    out->set_level(spdlog::level::trace);
    out->flush_on(spdlog::level::trace);
  }
};

State& state() {
  static State s;
  return s;
}

// What this thread has gathered; nothing is, where no Batch lives.
struct Gathered {
  int depth = 0;
  std::string lines;
};
thread_local Gathered gathered;

void print(std::string_view lines) {
  state().out->log(spdlog::level::critical, spdlog::string_view_t(lines.data(), lines.size()));
}

void print_gathered() {
  if (gathered.lines.empty()) return;
  print(gathered.lines);
  gathered.lines.clear();
}

std::string_view cut(std::string_view s, std::size_t most = kValueBytes) {
  if (s.size() <= most) return s;
  std::size_t n = most;
  while (n > 0 && utf8::is_continuation(s[n])) --n;
  return s.substr(0, n);
}

bool plain(std::string_view s) {
  if (s.empty()) return false;
  for (const char c : s)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '"' ||
        c == '=')
      return false;
  return true;
}

void append_value(std::string& out, const Field& f) {
  if (const auto* s = std::get_if<std::string_view>(&f.value)) {
    if (plain(*s)) {
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
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Level>(i);
  return std::nullopt;
}

std::string_view name_of(Level level) {
  return kNames[static_cast<std::size_t>(level)];
}

void configure(Level level, Format format) {
  state().level = level;
  state().format = format;
}

bool enabled(Level level) {
  return level >= state().level.load(std::memory_order_relaxed);
}

std::string render(Level level, Format format, std::string_view time, std::string_view event, Fields fields,
                   std::string_view mistake) {
  if (format == Format::kJson) {
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
  if (--gathered.depth == 0) print_gathered();
}

void write(Level level, std::string_view event, Fields fields, std::string_view mistake) {
  gathered.lines += render(level, state().format, to_string(SystemClock().now()), event, fields, mistake) +=
      '\n';
  if (gathered.depth == 0 || level >= Level::kWarn || gathered.lines.size() >= kBatchBytes) print_gathered();
}

}  // namespace base::logging
