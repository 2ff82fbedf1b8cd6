#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "cedar/cedar.h"
#include "domain/permission.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

// What is being asked of the guard: may `principal` do `action` to `resource`, in this context?
struct Question {
  domain::Principal principal;
  std::vector<std::string> credential_scopes;  // what the credential itself adds to its owner's roles
  bool platform = false;
  Uuid tenant;                    // whose things are touched; nil: the platform's
  std::string_view action;        // "role:update"
  std::string_view scope;         // the permission that the operation needs; empty: none
  cedar::EntityUid resource;      // Role::"approver", Group::"<uuid>", Tenant::"<uuid>" …
  cedar::Value proposed;          // a record that describes the change; empty for reads
  Timestamp now;
  std::string_view ip, request_id;
};

struct Answer {
  bool allowed = false;
  std::vector<std::string> policies;  // ids of the determining policies
  std::vector<std::string> notices;   // their @notice texts; of a refusal without a policy: one of our own
};

// The guard policies as loaded: immutable, shared by all threads, replaced whole on reload.
class Guard {
 public:
  // All *.cedar files of the folder, in order of name. Fails with every file's first error.
  static Result<std::shared_ptr<const Guard>> load(const std::string& folder);
  static Result<std::shared_ptr<const Guard>> from_text(std::string_view text, std::string_view file);

  // Never fails: a policy that can't be evaluated is logged with its place and grants nothing.
  Answer ask(const Question&, const store::ReadTxn&, const domain::Catalogue&) const;

 private:
  explicit Guard(cedar::PolicySet policies);
  cedar::PolicySet policies_;
};

}  // namespace authz
