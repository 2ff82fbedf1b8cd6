// Whoever decides appends to `waiting` under a lock that is held for a few moves, and the thread takes all of
// it with a swap, as the server's own log does (base/log_output.cpp):
//
//   put -> waiting -> (swap) -> archive or stream
//
// It then lets some time pass in which more gathers, so that a hundred thousand decisions a second are four
// commits; whoever waits for an entry, or for all that came before, has it go on at once. What was put has a
// number, and `written` says up to which all is done with.
//
// An archive that fails is closed and opened anew, once a second at most; where it is damaged, that moves it
// aside. Until then entries are lost and counted, and what is counted is written once it can be.
#include "decision_log/log.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/thread.h"
#include "decision_log/one_open.h"
#include "decision_log/stream.h"

namespace decision_log {
namespace {

constexpr std::chrono::seconds kAgain{1};       // between two tries to open what failed
constexpr std::chrono::seconds kTellEvery{10};  // between two lines on what was lost

std::size_t weight_of(const Event& event) {
  return sizeof event + event.entries.bytes.size() + event.uses.size();
}

std::uint64_t decisions_of(const std::vector<Event>& events) {
  std::uint64_t decisions = 0;
  for (const Event& event : events) decisions += event.decisions;
  return decisions;
}

}  // namespace

struct Log::State {
  explicit State(Options o) : options(std::move(o)), stream(options.stream) {}

  const Options options;
  const base::SteadyClock steady{};
  const base::MonotonicClock& ticks = options.ticks ? *options.ticks : steady;
  std::thread thread;

  // The thread's own.
  Stream stream;
  bool stream_fails = false;
  std::optional<std::chrono::nanoseconds> opened_at, told_at;
  OneOpen<Archive> environment;
  std::string damage;                                // why it is to be moved aside before it is opened; ""
  std::map<domain::TenantId, std::uint64_t> untold;  // lost, and in no tally yet
  std::uint64_t lost_since_told = 0;

  mutable std::mutex mutex;
  std::condition_variable filled;  // for the thread
  std::condition_variable done;    // for those who wait
  // Guarded by mutex:
  std::vector<Event> waiting;
  std::size_t bytes = 0;                           // of `waiting`
  std::map<domain::TenantId, std::size_t> shares;  // of these bytes, of each tenant
  std::map<domain::TenantId, std::uint64_t> no_room;
  std::uint64_t taken = 0, written = 0;  // numbers of decisions
  std::uint64_t failed = 0;              // the number of the last that wasn't kept
  std::uint64_t lost = 0;
  bool at_once = false, is_to_sweep = false, closed = false;
  bool streams = false;
  std::optional<std::string> next_stream;
  std::shared_ptr<Archive> archive;

  bool has_work() const {
    return !waiting.empty() || !no_room.empty() || is_to_sweep || next_stream.has_value();
  }

  void run();
  void write(Batch&&, std::unique_lock<std::mutex>&);
  bool keep(const Batch&);
  bool keep_in_archive(const Batch&);
  void open_archive();
  void fail(const base::Error&);
  void tell_lost(bool now_or_never);
  void sweep();
};

// On the thread, and once before it begins.
void Log::State::open_archive() {
  if (options.archive.bytes == 0) return;
  const auto now = ticks.now();
  if ((opened_at && now - *opened_at < kAgain) || !environment.is_closed()) return;
  opened_at = now;
  std::string moved;
  if (!damage.empty()) {
    if (const auto aside = Archive::set_aside(options.archive); !aside.ok())
      return base::logging::error("decision log", {{"error", damage + "; and " + aside.error().message}});
    moved = std::exchange(damage, "");
  }
  auto opened = Archive::open(options.archive, moved);
  if (!moved.empty())
    base::logging::error("decision log", {{"warning", "moved aside, and begun anew"},
                                          {"to", options.archive.dir + ".damaged"},
                                          {"why", moved}});
  if (!opened.ok()) return base::logging::error("decision log", {{"error", opened.error().message}});
  auto shared = environment.share(std::move(opened).value());
  const std::lock_guard lock(mutex);
  archive = std::move(shared);
}

// Readers may have the archive open still; then it is closed when they are done, and until then it can't be
// opened again (LMDB: once in a process), which is tried in a second. What is damaged without its pages being
// so would be as damaged then, and is moved aside.
void Log::State::fail(const base::Error& error) {
  base::logging::error("decision log", {{"error", error.message}});
  if (error.code == base::ErrorCode::kFull) return;
  if (error.code == base::ErrorCode::kCorrupt) damage = error.message;
  std::shared_ptr<Archive> last;  // closed behind the lock, since that takes some time
  const std::lock_guard lock(mutex);
  last.swap(archive);
}

bool Log::State::keep_in_archive(const Batch& batch) {
  std::shared_ptr<Archive> now;
  const auto get = [&] {
    const std::lock_guard lock(mutex);
    now = archive;
  };
  get();
  if (!now) {
    open_archive();
    get();
  }
  if (!now) return false;
  const auto kept = now->append(batch, options.clock->now());
  now.reset();
  if (!kept.ok()) fail(kept.error());
  return kept.ok();
}

bool Log::State::keep(const Batch& batch) {
  if (!stream.is_on()) return options.archive.bytes != 0 && keep_in_archive(batch);
  std::string lines;
  for (const Event& event : batch.events) {
    const auto read =
        unfold(event.entries.bytes, event.entries.count,
               [&](const base::Uuid&, std::string&& json) { lines.append(json).push_back('\n'); });
    assert(read.ok());
  }
  const auto streamed = lines.empty() ? base::Result<void>() : stream.write(lines);
  if (!streamed.ok() && !std::exchange(stream_fails, true))
    base::logging::error("decision log", {{"error", streamed.error().message}});
  if (!streamed.ok()) return false;
  stream_fails = false;
  Batch counted;
  counted.lost = batch.lost;
  for (const Event& event : batch.events)
    counted.events.push_back({event.tenant, {}, event.decisions, event.keep, event.uses});
  if (options.archive.bytes != 0) static_cast<void>(keep_in_archive(counted));
  return true;
}

void Log::State::tell_lost(bool at_end) {
  const auto now = ticks.now();
  if (lost_since_told == 0 || (!at_end && told_at && now - *told_at < kTellEvery)) return;
  told_at = now;
  base::logging::warn("decision log", {{"lost", std::exchange(lost_since_told, 0)}});
}

void Log::State::sweep() {
  std::shared_ptr<Archive> now;
  {
    const std::lock_guard lock(mutex);
    now = archive;
  }
  if (!now || !options.exists) return;
  const auto swept = now->sweep(options.clock->now(), options.exists);
  now.reset();
  if (!swept.ok()) return fail(swept.error());
  if (*swept) {
    const std::lock_guard lock(mutex);
    is_to_sweep = true;
  }
}

// With the lock, which it lets go while it writes.
void Log::State::write(Batch&& batch, std::unique_lock<std::mutex>& lock) {
  const std::uint64_t last = taken;
  lock.unlock();
  for (const auto& [tenant, n] : batch.lost) {
    untold[tenant] += n;
    lost_since_told += n;
  }
  batch.lost = untold;
  const std::uint64_t decisions = decisions_of(batch.events);
  const bool is_kept = (batch.events.empty() && batch.lost.empty()) || keep(batch);
  if (is_kept) {
    untold.clear();
  } else {
    for (const Event& event : batch.events) untold[event.tenant] += event.decisions;
    lost_since_told += decisions;
  }
  tell_lost(false);
  batch = Batch();
  lock.lock();
  if (!is_kept) {
    failed = last;
    lost += decisions;
  }
  written = last;
  done.notify_all();
}

void Log::State::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    filled.wait(lock, [this] { return has_work() || at_once || closed; });
    if (!has_work() && closed) break;
    if (next_stream) {
      stream.use(*std::exchange(next_stream, std::nullopt));
      streams = stream.is_on();
    }
    const bool sweeps = std::exchange(is_to_sweep, false) && !closed;
    at_once = false;
    bytes = 0;
    shares.clear();
    Batch batch{std::exchange(waiting, {}), std::exchange(no_room, {})};
    write(std::move(batch), lock);
    if (sweeps) {
      lock.unlock();
      sweep();
      lock.lock();
    }
    filled.wait_for(lock, options.gathering,
                    [this] { return at_once || closed || bytes > options.room / 2; });
  }
  lock.unlock();
  tell_lost(true);
}

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}

Log::~Log() {
  stop();
}

base::Result<std::unique_ptr<Log>> Log::start(Options options) {
  std::unique_ptr<Log> log(new Log(std::make_unique<State>(std::move(options))));
  State& s = *log->state_;
  s.streams = s.stream.is_on();
  s.open_archive();
  auto thread = base::start_thread("decision log", [&s] { s.run(); });
  if (!thread.ok()) return thread.error();
  s.thread = std::move(thread).value();
  return log;
}

void Log::stop() {
  State& s = *state_;
  {
    const std::lock_guard lock(s.mutex);
    s.closed = true;
    s.filled.notify_one();
  }
  if (s.thread.joinable()) s.thread.join();
}

base::Uuid Log::make_id(base::Timestamp now) const {
  return state_->options.random->uuid(now);
}

bool Log::put(std::vector<Event> events) {
  if (events.empty()) return true;
  State& s = *state_;
  std::size_t bytes = 0;
  for (const Event& event : events) bytes += weight_of(event);
  const std::uint64_t decisions = decisions_of(events);
  const domain::TenantId tenant = events.front().tenant;
  const std::lock_guard lock(s.mutex);
  const bool is_first = !s.has_work();
  std::size_t& share = s.shares[tenant];
  const bool has_room = !s.closed && s.bytes + bytes <= s.options.room && share + bytes <= s.options.room / 2;
  s.taken += decisions;
  if (!has_room) {
    s.no_room[tenant] += decisions;
    s.lost += decisions;
  } else {
    s.bytes += bytes;
    share += bytes;
    s.waiting.insert(s.waiting.end(), std::make_move_iterator(events.begin()),
                     std::make_move_iterator(events.end()));
  }
  if (is_first || s.bytes > s.options.room / 2) s.filled.notify_one();
  return has_room;
}

base::Result<void> Log::put_and_wait(std::vector<Event> events, std::chrono::milliseconds limit) {
  State& s = *state_;
  const std::size_t n = events.size();
  std::unique_lock lock(s.mutex);
  const std::uint64_t failed_before = s.failed;
  lock.unlock();
  if (!put(std::move(events)))
    return base::Error{base::ErrorCode::kFull, "the decision log has no room for more"};
  lock.lock();
  const std::uint64_t mine = s.taken;  // at least the last of these
  s.at_once = true;
  s.filled.notify_one();
  const bool is_done = s.done.wait_for(lock, limit, [&] { return s.written >= mine || s.closed; });
  if (n == 0 || (is_done && s.failed == failed_before && s.written >= mine)) return {};
  return base::Error{is_done ? base::ErrorCode::kIo : base::ErrorCode::kFull,
                     is_done ? "the decision log can't be written to" : "the decision log takes too long"};
}

bool Log::catch_up(std::chrono::milliseconds limit) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  const std::uint64_t last = s.taken;
  if (s.written >= last) return true;
  s.at_once = true;
  s.filled.notify_one();
  return s.done.wait_for(lock, limit, [&] { return s.written >= last; });
}

std::shared_ptr<const Archive> Log::archive() const {
  const std::lock_guard lock(state_->mutex);
  return state_->archive;
}

bool Log::is_streamed() const {
  const std::lock_guard lock(state_->mutex);
  return state_->streams;
}

std::uint64_t Log::lost() const {
  const std::lock_guard lock(state_->mutex);
  return state_->lost;
}

void Log::stream_to(const std::string& stream) {
  const std::lock_guard lock(state_->mutex);
  state_->next_stream = stream;
  state_->at_once = true;
  state_->filled.notify_one();
}

void Log::sweep() {
  const std::lock_guard lock(state_->mutex);
  state_->is_to_sweep = true;
  state_->at_once = true;
  state_->filled.notify_one();
}

}  // namespace decision_log
