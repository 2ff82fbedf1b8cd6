#include "app/retention.h"

#include <utility>

#include "base/log.h"
#include "domain/audit_cut.h"
#include "store/change.h"
#include "store/change_trim.h"
#include "store/key.h"

namespace app {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kWriterLimit{5};   // that a step waits for the writer
constexpr std::chrono::minutes kChangesEvery{1};  // what is due is gathered, so that it costs few commits
constexpr std::size_t kChangesAtOnce = 1000;
constexpr std::chrono::hours kChainsEvery{1};
constexpr int kGathered = 20;  // a chain is cut when a 20th more than audit.keep is there
constexpr std::uint64_t kMostInArchive = 1'000'000;                                           // entries
constexpr std::size_t kChainsAtOnce = 1000, kRecordsAtOnce = 20'000, kArchivedAtOnce = 2000;  // of a snapshot
constexpr std::size_t kRemovedAtOnce = 250;  // entries, each with its indexes, of a change

}  // namespace

Retention::Retention(store::Store& store, const config::Config& config, const base::Clock& clock,
                     crypto::Random& random, std::chrono::milliseconds budget, bool is_copy)
    : store_(store),
      config_(config.store),
      audit_(config.audit),
      clock_(clock),
      random_(random),
      budget_(budget),
      is_copy_(is_copy) {}

void Retention::beat() {
  const auto until = steady_clock::now() + budget_;
  trim_changes(until);
  if (is_copy_ || audit_.keep.count() == 0) return;
  if (!in_round_ && round_begun_ && steady_clock::now() - *round_begun_ < kChainsEvery) return;
  if (!in_round_) {
    round_begun_ = steady_clock::now();
    in_round_ = true;
    changes_known_ = false;
    change_looked_at_ = 0;
    looked_at_.clear();
    needed_.clear();
  }
  do {
    const auto more = cut_step();
    if (!more.ok()) {  // with the next chain; this one is tried again in the next round
      archive_.reset();
      removing_.reset();
      const auto code = more.error().code;  // of a disk or a store that is full or fails: not with each chain
      in_round_ = code != base::ErrorCode::kIo && code != base::ErrorCode::kFull;
      return base::logging::warn("audit", {{"error", more.error().message}});
    }
    in_round_ = *more;
  } while (in_round_ && steady_clock::now() < until);
}

base::Result<bool> Retention::cut_step() {
  if (removing_) return remove_step();
  if (archive_) return archive_step();
  return look_at_chains();
}

// Goes on to the next chain of which something is to be done.
base::Result<bool> Retention::look_at_chains() {
  const auto snapshot = store_.read();
  if (!snapshot.ok()) return snapshot.error();
  const base::Timestamp now = clock_.now();
  domain::CutLimits limits;
  limits.now = now;
  limits.since = {now.ms - audit_.keep.count()};
  limits.due = {limits.since.ms - audit_.keep.count() / kGathered};
  limits.most = kMostInArchive;
  std::size_t seen = 0;
  std::optional<domain::AuditRange> range;
  base::Result<void> outcome;
  const std::string before = looked_at_;
  const auto scanned =
      snapshot->scan_from(store::Table::kAuditHead, {}, before, [&](std::string_view key, std::string_view) {
        const std::string last = std::exchange(looked_at_, std::string(key));
        const domain::Owner tenant = domain::owner_of(base::Uuid::from_raw(key.substr(0, 16)));
        const auto under_way = is_being_cut(*snapshot, tenant);
        if (!under_way.ok()) return outcome = under_way.error(), false;
        if (*under_way) return removing_ = tenant, false;
        const auto needed = needed_.find(looked_at_);
        limits.below = needed == needed_.end() ? UINT64_MAX : needed->second;
        auto found = range_to_cut(*snapshot, tenant, limits);
        if (!found.ok()) return outcome = found.error(), false;
        range = *found;
        if (range && !changes_known_) looked_at_ = last;  // again, once they are
        return !range && ++seen < kChainsAtOnce;
      });
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  if (removing_) return true;
  if (!range) return seen == kChainsAtOnce;
  if (!changes_known_) return look_at_changes();
  const std::string dir = audit_.archive.empty() ? config_.dir + "/audit-archive" : audit_.archive;
  auto begun = domain::AuditArchive::begin(dir, *range);
  if (!begun.ok()) return begun.error();
  archive_.emplace(std::move(begun).value());
  return true;
}

// A change record doesn't repeat the audit entries that its change added, and can't be read without them.
base::Result<bool> Retention::look_at_changes() {
  const auto snapshot = store_.read();
  if (!snapshot.ok()) return snapshot.error();
  const auto last = each_kept(*snapshot, change_looked_at_, kRecordsAtOnce, [&](std::string_view audit_key) {
    store::KeyReader parts(audit_key);
    std::string chain(parts.bytes(16));
    needed_.try_emplace(std::move(chain), parts.u64());
  });
  if (!last.ok()) return last.error();
  changes_known_ = *last == 0;
  change_looked_at_ = *last;
  return true;
}

base::Result<bool> Retention::archive_step() {
  {
    const auto snapshot = store_.read();
    if (!snapshot.ok()) return snapshot.error();
    const auto all = archive_->add(*snapshot, kArchivedAtOnce);
    if (!all.ok()) return all.error();
    if (!*all) return true;
  }
  const auto archived = archive_->finish();
  if (!archived.ok()) return archived.error();
  archive_.reset();
  const auto sealed = store_.write_within(kWriterLimit, "sealing an archive", [&](store::WriteTxn& txn) {
    return seal_audit_range(txn, *archived, domain::AuditEntryId(random_.uuid(txn.now())));
  });
  if (!sealed.ok()) return sealed.error();
  removing_ = archived->range.tenant;
  base::logging::info("audit", {{"outcome", "archived"},
                                {"tenant", to_string(archived->range.tenant)},
                                {"from", archived->range.from},
                                {"to", archived->range.to},
                                {"file", archived->file}});
  return true;
}

base::Result<bool> Retention::remove_step() {
  bool more = false;
  const auto done = store_.write_within(kWriterLimit, "removing archived audit entries",
                                        [&](store::WriteTxn& txn) -> base::Result<void> {
                                          const auto removed = remove_sealed(txn, *removing_, kRemovedAtOnce);
                                          if (!removed.ok()) return removed.error();
                                          more = *removed;
                                          return {};
                                        });
  if (!done.ok()) return done.error();
  if (!more) removing_.reset();
  return true;
}

void Retention::trim_changes(Moment until) {
  if (changes_looked_at_ && steady_clock::now() - *changes_looked_at_ < kChangesEvery) return;
  const auto kept = [this](store::Revision newest) {
    const base::Timestamp now = clock_.now();
    return store::ChangesKept{
        {now.ms - config_.changes_kept.count()},
        now,
        newest > config_.changes_most ? newest - config_.changes_most : store::Revision{0}};
  };
  std::size_t due = kChangesAtOnce;
  while (due == kChangesAtOnce) {
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
    if (due == kChangesAtOnce && steady_clock::now() >= until) return;  // goes on at the next beat
  }
  changes_looked_at_ = steady_clock::now();
}

}  // namespace app
