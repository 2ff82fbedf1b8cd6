#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "cedar/value.h"
#include "domain/principal.h"

// How operations are authorized by the guard, and how the audit log learns what came of them. For this folder
// alone.
namespace api {

// What a caller wants: one operation on one thing.
struct AccessRequest {
  Operation operation;
  domain::Owner tenant;       // whose things are touched
  cedar::EntityUid resource;  // as the guard sees it; need not exist
  std::string resource_id;    // as the audit log names it
  domain::ResourceText on{};  // the resource as mappings name it, where there can be mappings on it
  cedar::Record proposed{};
};

// That the guard allowed it, and which policies did.
struct Authorization {
  std::vector<std::string> policies;
};

// kForbidden, or kSystemRole where the policy says so, with notices; kTenantMismatch where the caller is of
// another tenant. The error names the policies only to callers who may read the tenant's audit log.
Outcome<Authorization> authorize(const Read&, const AccessRequest&);

// Whether what the change has written so far may be something that the caller holds, or is.
enum class CallerSince : std::uint8_t { kOther, kSame };

// The same before a change, whose begin() comes after it. A refusal is kept in change.refused. Then also
// kNotFound where the tenant has been deleted.
Outcome<Authorization> authorize_change(Change&, const AccessRequest&, CallerSince = CallerSince::kOther);

// Appends the entry of a change that was made. `before` and `after` are JSON texts.
Outcome<void> append_audit(Change&, const AccessRequest&, const Authorization&, std::string before,
                           std::string after);

// Access to the tenant itself, such as making or listing something in it.
AccessRequest on_tenant(const Operation&, const domain::Owner& tenant);
AccessRequest on_group(const Operation&, const domain::TenantId& tenant, const domain::GroupId& group);
AccessRequest on_project(const Operation&, const domain::TenantId& tenant, const domain::ProjectId& project);
AccessRequest on_user(const Operation&, const domain::TenantId& tenant, const domain::UserId& user);
AccessRequest on_service_user(const Operation&, const domain::Owner& tenant,
                              const domain::ServiceUserId& service_user);

// "group 0197…: not found"
Error not_found(std::string_view noun, std::string_view id);
Error not_found(std::string_view noun, const base::Uuid& id);

// kPreconditionFailed where If-Match names other revisions than that of the object.
Outcome<void> check_match(const IfMatch&, std::uint64_t revision);

}  // namespace api
