// A round has three parts, in this order, since each trusts what the one before looked at. The pages are
// walked on one snapshot, without a pause: whether a page is used twice, or used and free, is only to be told
// of all of them at one moment. The entries come in pieces of a few hundred, each with a snapshot of its own,
// and after each the thread sleeps for nine times as long as it took. The sums again need one snapshot.
//
//   pages | piece zzzzzzzzz piece zzzzzzzzz … | sums        and the next round after `every`
//
// A snapshot keeps LMDB from using pages again, so that the file grows by what is written while it lives; a
// round on a single one would let a busy store grow for minutes.
#include "app/scrubber.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cinttypes>
#include <optional>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/thread.h"
#include "domain/check.h"
#include "store/pages.h"

namespace app {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kPiece = 500;  // entries
constexpr int kRest = 9;             // for each moment of work
constexpr int kTries = 20;           // for pages, where the writer is quick
constexpr int kLowest = 19;          // nice(2)
constexpr std::uint64_t kMostLogged = 100;

}  // namespace

// One round, as it is told.
class Scrubber::Round {
 public:
  explicit Round(Scrubber& scrubber) : scrubber_(scrubber) {}

  void run() {
    const auto done = go();
    if (scrubber_.asked_.stop_requested()) return;
    if (!done.ok() && done.error().code == base::ErrorCode::kCorrupt) fault(done.error().message);
    if (!done.ok() && done.error().code != base::ErrorCode::kCorrupt)
      base::logging::warn("store", {{"warning", "the check in the background ended early"},
                                    {"reason", done.error().message}});
    if (done.ok() && is_whole_)
      base::logging::info("store", {{"checked_pages", pages_}, {"faults", faults_}});
  }

 private:
  base::Result<store::ReadTxn> snapshot() {
    auto txn = scrubber_.store_.read();
    if (txn.ok()) txn->end_scans_with(scrubber_.asked_.get_token());
    return txn;
  }

  base::Result<void> go() {
    if (auto walked = walk_pages(); !walked.ok() || faults_ > 0) return walked;
    const auto tell = [this](const domain::StoreFault& f) { return fault(f.what); };
    std::optional<domain::CheckPlace> place = domain::CheckPlace();
    while (place) {
      const auto began = Steady::now();
      {
        const auto txn = snapshot();
        if (!txn.ok()) return txn.error();
        auto next = domain::check_piece(*txn, *std::move(place), kPiece, tell);
        if (!next.ok()) return next.error();
        place = std::move(next).value();
      }
      if (!scrubber_.pause((Steady::now() - began) * kRest)) return {};
    }
    const auto txn = snapshot();
    if (!txn.ok()) return txn.error();
    is_whole_ = true;
    return domain::check_sums(*txn, tell);
  }

  base::Result<void> walk_pages() {
    for (int tries = 1;; ++tries) {
      const auto txn = snapshot();
      if (!txn.ok()) return txn.error();
      const auto checked = store::check_pages(*txn, [this](std::string&& what) { return fault(what); });
      if (checked.ok()) pages_ = checked->used;
      if (checked.ok()) return {};
      if (checked.error().code != base::ErrorCode::kConflict || tries == kTries ||
          scrubber_.asked_.stop_requested())
        return checked.error();
    }
  }

  bool fault(const std::string& what) {
    ++faults_;
    scrubber_.store_.note_damage();
    if (faults_ <= kMostLogged)
      base::logging::error(
          "store",
          {{"damaged", what}, {"hint", "run `reeve store check`, and restore a copy if it says so, too"}});
    return true;
  }

  Scrubber& scrubber_;
  std::uint64_t pages_ = 0, faults_ = 0;
  bool is_whole_ = false;
};

base::Result<std::unique_ptr<Scrubber>> Scrubber::start(store::Store& store, Pace pace) {
  std::unique_ptr<Scrubber> scrubber(new Scrubber(store, pace));
  auto thread = base::start_thread("scrubber", [&s = *scrubber] { s.run(); });
  if (!thread.ok()) return thread.error();
  scrubber->thread_ = std::move(thread).value();
  return scrubber;
}

void Scrubber::ask_to_stop() {
  asked_.request_stop();
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  stop_.notify_one();
}

Scrubber::~Scrubber() {
  ask_to_stop();
  if (thread_.joinable()) thread_.join();
}

void Scrubber::run() {
  // Of this thread alone, on Linux. Ignoring a failure on purpose: the pace is what matters.
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kLowest);
  for (auto wait = pace_.first; pause(wait); wait = pace_.every) Round(*this).run();
}

bool Scrubber::pause(std::chrono::nanoseconds duration) {
  std::unique_lock lock(mutex_);
  return !stop_.wait_for(lock, duration, [this] { return stopping_; });
}

}  // namespace app
