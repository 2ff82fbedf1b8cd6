#include "app/retention.h"

#include "base/log.h"
#include "store/change_trim.h"

namespace app {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kBeat{1};          // that one beat() may take
constexpr std::chrono::seconds kWriterLimit{5};   // that a step waits for the writer
constexpr std::chrono::minutes kChangesEvery{1};  // what is due is gathered, so that it costs few commits
constexpr std::size_t kChangesAtOnce = 1000;

}  // namespace

Retention::Retention(store::Store& store, const config::Config& config, const base::Clock& clock)
    : store_(store), config_(config.store), clock_(clock) {}

void Retention::beat() {
  const auto until = steady_clock::now() + kBeat;
  trim_changes(until);
}

void Retention::trim_changes(steady_clock::time_point until) {
  if (changes_looked_at_ != steady_clock::time_point() &&
      steady_clock::now() - changes_looked_at_ < kChangesEvery)
    return;
  const auto kept = [this](store::Revision newest) {
    const base::Timestamp now = clock_.now();
    return store::ChangesKept{
        {now.ms - config_.changes_kept.count()},
        now,
        newest > config_.changes_most ? newest - config_.changes_most : store::Revision{0}};
  };
  std::size_t due = kChangesAtOnce;
  while (due == kChangesAtOnce) {
    if (steady_clock::now() >= until) return;  // goes on at the next beat
    {
      const auto snapshot = store_.read();
      if (!snapshot.ok()) return;
      const auto looked = changes_to_trim(*snapshot, kept(snapshot->revision()), kChangesAtOnce);
      if (!looked.ok()) return base::logging::warn("store", {{"error", looked.error().message}});
      due = *looked;
    }
    if (due == 0) break;
    const auto done =
        store_.write_within(kWriterLimit, "removing old change records", [&](store::WriteTxn& txn) {
          const auto trimmed = store::trim_changes(txn, kept(txn.revision() - 1), kChangesAtOnce);
          return trimmed.ok() ? base::Result<void>() : base::Result<void>(trimmed.error());
        });
    if (!done.ok()) return base::logging::warn("store", {{"error", done.error().message}});
  }
  changes_looked_at_ = steady_clock::now();
}

}  // namespace app
