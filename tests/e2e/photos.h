#pragma once
#include "tests/support/shell.h"

// A shell in a folder with policies, a template among them, their schema and entities.
class Photos : public Shell {
 public:
  Photos() {
    write("photos.cedar", R"(@id("owners")
permit (
  principal,
  action in [Action::"view", Action::"edit"],
  resource
)
when { resource.owner == principal };

@id("locked")
forbid (principal, action, resource)
when { principal.locked };

@id("shared")
permit (
  principal == ?principal,
  action == Action::"view",
  resource in ?resource
);
)");
    write("photos.cedarschema", R"(entity User { locked: Bool };
entity Album;
entity Photo in [Album] { owner: User };
action view, edit appliesTo { principal: User, resource: Photo, context: { by?: User } };
)");
    write("entities.json", R"([
  {"uid": {"type": "User", "id": "alice"}, "attrs": {"locked": false}, "parents": []},
  {"uid": {"type": "User", "id": "bob"}, "attrs": {"locked": false}, "parents": []},
  {"uid": {"type": "Album", "id": "trip"}, "attrs": {}, "parents": []},
  {"uid": {"type": "Photo", "id": "beach"},
   "attrs": {"owner": {"__entity": {"type": "User", "id": "alice"}}},
   "parents": [{"type": "Album", "id": "trip"}]}
]
)");
    write("empty", "");
    write("latin1", "permit(principal, action, resource); // caf\xe9\n");
  }
};
