// A page is made of change records, which hold everything that was written, of all tenants. What leaves is
// the names of objects, those that the caller may see (parts/visible_objects.h).
#include "api/changes.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/page_budget.h"
#include "api/parts/visible_objects.h"
#include "store/change.h"
#include "store/key.h"

namespace api {
namespace {

using store::Table;

Outcome<std::optional<ChangeView>> view_of(const Read& read, const domain::Owner& tenant,
                                           const store::ChangeRecord& change, VisibleObjects& visible) {
  auto objects = stored(domain::changed_objects(read.txn, change, tenant));
  if (!objects.ok()) return objects.error();
  std::erase_if(*objects, [&](const domain::ChangedObject& object) { return !visible(object); });
  if (objects->empty()) return std::optional<ChangeView>();
  ChangeView view{change.revision, change.at, {}, std::move(objects).value()};
  if (!visible.authors()) return std::optional(std::move(view));
  auto author = stored(domain::author_of(change, tenant));
  if (!author.ok()) return author.error();
  view.author = std::move(author).value();
  return std::optional(std::move(view));
}

std::size_t answer_size(const ChangeView& view) {
  constexpr std::size_t kFixed = 160, kOfObject = 80;
  std::size_t bytes = kFixed;
  for (const domain::ChangedObject& object : view.objects)
    bytes += kOfObject + object.id.size() + object.within.size();
  return bytes;
}

// The revision of the oldest record; of none, that of the next.
Outcome<store::Revision> oldest_kept(const store::ReadTxn& txn) {
  store::Revision oldest = txn.revision() + 1;
  const auto scanned = stored(txn.scan(Table::kChange, {}, [&](std::string_view key, std::string_view) {
    oldest = store::KeyReader(key).u64();
    return false;
  }));
  if (!scanned.ok()) return scanned.error();
  return oldest;
}

}  // namespace

Outcome<void> check_kept(const store::ReadTxn& txn, store::Revision after) {
  const auto oldest = oldest_kept(txn);
  if (!oldest.ok()) return oldest.error();
  if (after > txn.revision())
    return error(Code::kBehind, "after: the store is at revision " + std::to_string(txn.revision()) +
                                    ", which is before " + std::to_string(after));
  if (after + 1 >= *oldest) return {};
  Error gone = error(Code::kGone, "after: changes are kept from revision " + std::to_string(*oldest) +
                                      " on; read everything anew, and then what is behind revision " +
                                      std::to_string(txn.revision()));
  gone.details = {{"oldest", std::to_string(*oldest)}, {"revision", std::to_string(txn.revision())}};
  return gone;
}

Outcome<ChangePage> list_changes(const Read& read, const domain::Owner& tenant, const ChangesWanted& wanted) {
  const auto authorized = authorize(read, on_tenant(op::list_changes, tenant));
  if (!authorized.ok()) return authorized.error();
  if (auto kept = check_kept(read.txn, wanted.after); !kept.ok()) return kept.error();
  ChangePage page;
  page.revision = wanted.after;
  page.newest = read.txn.revision();
  PageRequest bounds;
  bounds.limit = wanted.most;
  PageBudget budget(read, bounds);
  VisibleObjects visible(read, tenant);
  std::optional<Error> failed;
  bool is_whole = true;
  const auto scanned = store::scan_changes(read.txn, wanted.after, [&](const store::ChangeRecord& change) {
    is_whole = page.data.size() < wanted.most && budget.look();
    if (!is_whole) return false;
    auto view = view_of(read, tenant, change, visible);
    if (!view.ok()) return failed = view.error(), false;
    is_whole = !*view || budget.take(answer_size(**view));
    if (!is_whole) return false;
    if (*view) page.data.push_back(*std::move(*view));
    page.revision = change.revision;
    return true;
  });
  if (failed) return *std::move(failed);
  if (auto done = stored(scanned); !done.ok()) return done.error();
  if (is_whole) page.revision = page.newest;
  return page;
}

}  // namespace api
