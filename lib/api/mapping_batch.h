#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "api/batch_rows.h"
#include "api/context.h"
#include "api/mapping_list.h"
#include "api/mappings.h"
#include "domain/mapping.h"

// Many mappings made, changed and removed by one call, all of them or none.
namespace api {

struct MappingBatch {
  struct Update {
    domain::MappingId id;
    MappingPatch patch;
  };

  std::vector<NewRoleMapping> create;
  std::vector<Update> update;
  std::vector<domain::MappingId> remove;

  std::size_t size() const { return create.size() + update.size() + remove.size(); }
};
// With the place of each value, as "/create/3/expires_at". From 1 to kMostInBatch rows.
std::optional<Error> check(const MappingBatch&, base::Timestamp now);

struct MappingRow {
  RowOutcome outcome = RowOutcome::kUnknown;
  std::optional<MappingView> view;  // as it is then; of one that is removed, as it was
};
struct ChangedMappings {
  std::vector<MappingRow> create, update, remove;  // in the order of the batch
};

// Each row is what its own call is, and asks the guard what that asks; all are asked before the first is
// written, and one that is refused refuses all, with its place. What else is wrong with rows is kInvalidInput
// with the place of each. A mapping that is there already with the same times is known, and so is one that
// stays as it is. So is a row of `create` that stands before in the list; one that differs from that in its
// times, reason, title or metadata is wrong. A mapping can be named once in `update` and `remove`. kTooLarge:
// it would hold up the writer for longer than 300 ms.
Outcome<ChangedMappings> change_mappings(Change&, const domain::TenantId& tenant, const MappingBatch&,
                                         IfUnknown);

}  // namespace api
