#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/time.h"
#include "domain/changed_object.h"
#include "store/schema.h"

namespace api {

namespace op {
inline constexpr Operation list_changes = {
    .action = "change:list", .kind = kRead, .scope = "organization:get", .resource = "change"};

inline constexpr Operation kChanges[] = {list_changes};
}  // namespace op

// What one change did to a tenant's objects.
struct ChangeView {
  store::Revision revision = 0;
  base::Timestamp at;
  std::optional<domain::ChangeAuthor> author;  // for who may read the audit log
  std::vector<domain::ChangedObject> objects;  // at least one, of kinds that the caller may read
};

struct ChangePage {
  std::vector<ChangeView> data;
  store::Revision revision = 0;  // how far this has looked: the next page is behind it
  store::Revision newest = 0;    // of the snapshot; as far as `revision` where there is no more

  bool has_more() const { return revision < newest; }
};

// Whether the records behind a revision are there, as list_changes() wants them.
Outcome<void> check_kept(const store::ReadTxn&, store::Revision after);

// Which changes are asked for.
struct ChangesWanted {
  store::Revision after = 0;
  std::size_t most = kMaxPage;
};

// The changes behind a revision, oldest first: at most so many, and as many as a page may cost; those of
// other tenants, which are looked at and not told, count. An object is told to who may list its kind, a
// membership to who may read the group's. kGone where records behind `after` have been removed, with the
// revision that the oldest record left has; kBehind where the store doesn't have `after` yet.
Outcome<ChangePage> list_changes(const Read&, const domain::Owner& tenant, const ChangesWanted&);

}  // namespace api
