// A signal handler may do next to nothing: it can't allocate, lock or log, since the thread it interrupts may
// be in the midst of that. So everything is made when the environment is opened: where its map is, a
// descriptor of its folder, and the sentence, cut at the two places that only the handler can fill in:
//
//   |TIME| error store error="/var/lib/reeve/data.mdb: page |PAGE| can't be read (SIGBUS); the next start …"
//
// Then it takes open, write, fsync, poll and _exit, and arithmetic. Stderr is written to last, and only if it
// takes something within a second: the marker must not depend on who reads the log.
//
// The page named is the one where the fault was. Where a damaged page sent LMDB astray that is another one,
// mostly behind the file's end; the check at the next start finds the page itself (pages.h).
//
// A fault outside of every map may be LMDB's too, led astray by a damaged number, or anything else. It is
// handed on: what was in force before is put back, and the instruction that faulted runs again. But the
// marker is left all the same, so that a server whose store makes it fall doesn't fall for ever.
#include "store/map_guard.h"

#include <fcntl.h>
#include <lmdb.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>

#include "base/file.h"
#include "store/folder.h"

namespace store {
namespace {

constexpr const char* kMarker = "DAMAGED";
constexpr std::size_t kMostMarker = 512;  // bytes
constexpr int kStderrMs = 1000;
constexpr std::string_view kTime = "0000-00-00T00:00:00.000Z";
constexpr std::string_view kPage = "88888888888888888888";  // as long as any number

constexpr std::string_view kElsewhere = "the process fell by a fault outside of the store's file\n";

const DamageEnding* ending = nullptr;  // never freed: threads may still fault while the process ends
std::array<struct sigaction, 2> previous{};

std::size_t index_of(int signal) {
  return signal == SIGBUS ? 0 : 1;
}

}  // namespace

struct MapGuard::Range {
  std::uintptr_t begin = 0, end = 0;
  std::size_t page_bytes = 0;
  int folder = -1;
  std::string file;
  std::array<std::string, 2> lines;  // with kTime and kPage in them; of SIGBUS, and of SIGSEGV
  std::array<std::string, 2> marks;  // with kPage
};

namespace {

constexpr std::size_t kMostMaps = 16;
std::array<std::atomic<const MapGuard::Range*>, kMostMaps> ranges{};

// Text in a buffer of its own; what doesn't fit is cut.
class Line {
 public:
  void add(std::string_view text) {
    const std::size_t n = text.size() < sizeof bytes_ - size_ ? text.size() : sizeof bytes_ - size_;
    std::memcpy(bytes_ + size_, text.data(), n);
    size_ += n;
  }
  void add_number(std::uint64_t number, std::size_t width = 1) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    for (auto n = static_cast<std::size_t>(end - digits); n < width; ++n) add("0");
    add({digits, static_cast<std::size_t>(end - digits)});
  }
  // std::chrono's calendar is arithmetic alone.
  void add_time() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const std::chrono::sys_seconds seconds{std::chrono::seconds(now.tv_sec)};
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date(day);
    const auto of_day = static_cast<std::uint64_t>((seconds - day).count());
    add_number(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    add("-");
    add_number(static_cast<unsigned>(date.month()), 2);
    add("-");
    add_number(static_cast<unsigned>(date.day()), 2);
    add("T");
    add_number(of_day / 3600, 2);
    add(":");
    add_number(of_day / 60 % 60, 2);
    add(":");
    add_number(of_day % 60, 2);
    add(".");
    add_number(static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000, 3);
    add("Z");
  }
  // The text, with what is known now in place of what wasn't.
  void fill_in(std::string_view text, std::uint64_t page) {
    for (std::size_t at = 0; at < text.size();) {
      if (text.substr(at).starts_with(kTime)) {
        add_time();
        at += kTime.size();
      } else if (text.substr(at).starts_with(kPage)) {
        add_number(page);
        at += kPage.size();
      } else {
        add(text.substr(at++, 1));
      }
    }
  }
  std::string_view view() const { return {bytes_, size_}; }

 private:
  char bytes_[2048];
  std::size_t size_ = 0;
};

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // nobody is left to be told
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

// Async-signal-safe.
void leave_marker(const MapGuard::Range& range, std::string_view mark) {
  const int fd = ::openat(range.folder, kMarker, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return;
  write_all(fd, mark);
  ::fsync(fd);
  ::fsync(range.folder);
}

// Async-signal-safe. The first thread that comes here ends the process; others wait for that.
[[noreturn]] void end_process(const MapGuard::Range& range, std::string_view mark, std::string_view line) {
  static std::atomic_flag is_ending = ATOMIC_FLAG_INIT;
  while (is_ending.test_and_set()) ::pause();
  if (ending->leaves_marker) leave_marker(range, mark);
  pollfd err{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&err, 1, kStderrMs) > 0) write_all(STDERR_FILENO, line);
  ::_exit(ending->exit_code);
}

void on_fault(int signal, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const bool is_fault = info->si_code > 0;  // else somebody sent it
  for (const auto& slot : ranges) {
    const MapGuard::Range* range = slot.load(std::memory_order_acquire);
    if (!is_fault || !range || address < range->begin || address >= range->end) continue;
    const std::uint64_t page = (address - range->begin) / range->page_bytes;
    Line mark, line;
    mark.fill_in(range->marks[index_of(signal)], page);
    line.fill_in(range->lines[index_of(signal)], page);
    end_process(*range, mark.view(), line.view());
  }
  for (const auto& slot : ranges) {
    const MapGuard::Range* range = slot.load(std::memory_order_acquire);
    if (is_fault && range && ending->leaves_marker) leave_marker(*range, kElsewhere);
  }
  ::sigaction(signal, &previous[index_of(signal)], nullptr);
  if (!is_fault) ::raise(signal);
}

// A line of the log, or a sentence of a command.
std::string line_of(std::string_view time, const std::string& what) {
  const std::string sentence = what + "; " + ending->advice;
  if (!ending->log) return "reeve: " + sentence + "\n";
  return base::logging::render(base::logging::Level::kError, *ending->log, time, "store",
                               {{"error", sentence}}) +
         "\n";
}

// Where a file of that name is mapped at that length, but for what is known already.
std::uintptr_t find_map(std::size_t bytes, std::string_view name) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    const char* const last = line.data() + line.size();
    const auto first = std::from_chars(line.data(), last, begin, 16);
    if (first.ec != std::errc() || first.ptr == last) continue;
    if (std::from_chars(first.ptr + 1, last, end, 16).ec != std::errc()) continue;
    if (end - begin < bytes || end - begin > bytes + 0xffff || !line.ends_with(name)) continue;
    bool is_known = false;
    for (const auto& slot : ranges) {
      const MapGuard::Range* range = slot.load();
      is_known = is_known || (range && range->begin == begin);
    }
    if (!is_known) return begin;
  }
  return 0;
}

// LMDB aborts when this returns. No signal came, and so it may do what it likes.
void on_assertion(MDB_env* env, const char* message) {
  const auto* range = static_cast<const MapGuard::Range*>(mdb_env_get_userctx(env));
  const std::string what = "LMDB found it damaged (" + std::string(message) + ")";
  const std::string mark = what + "\n";
  Line line;
  line.fill_in(line_of(kTime, range->file + ": " + what), 0);
  end_process(*range, mark, line.view());
}

}  // namespace

void guard_maps(DamageEnding how) {
  ending = new DamageEnding(std::move(how));
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGBUS, SIGSEGV}) ::sigaction(signal, &action, &previous[index_of(signal)]);
}

MapGuard::MapGuard(MDB_env* env, const std::string& dir) {
  if (!ending) return;
  MDB_envinfo info;
  MDB_stat stat;
  if (mdb_env_info(env, &info) != 0 || mdb_env_stat(env, &stat) != 0) return;
  auto range = std::make_unique<Range>();
  range->begin = find_map(info.me_mapsize, "/data.mdb");
  if (range->begin == 0) return;
  range->end = range->begin + info.me_mapsize;
  range->page_bytes = stat.ms_psize;
  range->file = Folder::at(dir).data_file();
  constexpr std::array<const char*, 2> kSignals{"SIGBUS", "SIGSEGV"};
  for (std::size_t n = 0; n < kSignals.size(); ++n) {
    const std::string what = "page " + std::string(kPage) + " can't be read (" + kSignals[n] + ")";
    range->marks[n] = what + "\n";
    range->lines[n] = line_of(kTime, range->file + ": " + what);
  }
  range->folder = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  mdb_env_set_userctx(env, range.get());
  mdb_env_set_assert(env, on_assertion);
  range_ = range.release();
  for (auto& slot : ranges) {
    const Range* none = nullptr;
    if (slot.compare_exchange_strong(none, range_)) break;
  }
}

MapGuard::~MapGuard() {
  if (!range_) return;
  for (auto& slot : ranges) {
    const Range* mine = range_;
    slot.compare_exchange_strong(mine, nullptr);
  }
  if (range_->folder >= 0) ::close(range_->folder);
  delete range_;
}

std::optional<std::string> read_damage_marker(const std::string& dir) {
  const std::string path = dir + "/" + kMarker;
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  auto text = base::read_file(path, kMostMarker);
  if (!text.ok()) return text.error().message;
  return text->substr(0, text->find('\n'));
}

base::Result<void> remove_damage_marker(const std::string& dir) {
  const std::string path = dir + "/" + kMarker;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_failure(path, errno);
  return flush(dir);
}

}  // namespace store
