#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/policy_trial.h"
#include "domain/changed_object.h"
#include "store/schema.h"

namespace api {

namespace op {
// Whether a caller may ask for it at all. What it then does is asked for as the operations that it is made
// of.
inline constexpr Operation undo_change = {
    .action = "change:undo", .kind = kWrite, .scope = "organization:get", .resource = "change"};

inline constexpr Operation kUndo[] = {undo_change};
}  // namespace op

// Of one change, so many objects of a tenant; a mapping takes the writer about 100 us.
inline constexpr std::size_t kMostUndone = 1'000;

// A credential that went with its owner, and isn't there again.
struct LeftCredential {
  std::string type;  // "api_key", "secret"
  std::string id;
};

struct Undone {
  store::Revision revision = 0;                // of the change that was undone
  std::vector<domain::ChangedObject> objects;  // what was done to them now
  std::vector<LeftCredential> left;
};

// What a rehearsal has found out, so that the writer needn't again. Shared by the runs of one call.
struct UndoDraft {
  UserIds user_ids = UserIds::kUuid;  // how the tenant's tests name people
  Tried tried{};                      // the tests, by what the tenant decides by before the change is undone
  std::uint64_t schema_revision = 0;  // of the schema that rules are right by, if `reads`
  bool reads = false;

  // Names that entities had, by the keys of their numbers, where others have these since; up to a revision.
  std::map<std::string, std::string> names{};
  store::Revision looked_until = 0;
};

// Takes back what a change did to the tenant's objects: removes what it made, puts back what it removed under
// the ids that it had, and gives what it changed the contents that it had. Each is an operation as if called
// by itself: asks the guard, has its quota and its checks, and writes its audit entry; where one fails
// nothing of all is done. Then the tenant's tests are asked, if it is about what they are about.
//
// Credentials are never there again: those of an owner that is put back are listed as left. An API key or a
// secret that was made is revoked.
//
// Fails with
//   kNotFound     there is no such change, or it did nothing to this tenant
//   kGone         its record has been removed, and with which revision records begin
//   kBuiltUpon    something of it isn't as it was left, or something that came later needs it; details have
//                 which, as far as the caller may see it, with the revision of the last change of it
//   kNotUndoable  something of it can't be taken back, and why
//   kTooLarge     more than kMostUndone objects, or takes longer than 300 ms in the writer
//   kTestsFailed  as a change of policies
// and with what the operations fail with. A rehearsal does all of it, in memory: not for a reactor.
Outcome<Undone> undo_change(Change&, const domain::TenantId& tenant, store::Revision,
                            const std::shared_ptr<UndoDraft>&);

}  // namespace api
