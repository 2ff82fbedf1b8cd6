#pragma once
#include <string>
#include <vector>

#include "domain/credential.h"
#include "domain/decision_settings.h"
#include "domain/entity.h"
#include "domain/grant.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/permission.h"
#include "domain/policy_test.h"
#include "domain/project.h"
#include "domain/role.h"
#include "domain/rule.h"
#include "domain/service_user.h"
#include "domain/session.h"
#include "domain/subgroup.h"
#include "domain/tenant.h"
#include "domain/tenant_policy.h"
#include "domain/tenant_schema.h"
#include "domain/user.h"

// The nouns as the audit log keeps them before and after a change: JSON without secrets, hashes, and what
// every change alters (revision, updated_at).
namespace api {

inline constexpr const char* kNothing = "null";  // before it was made, after it was deleted

std::string to_audit(const domain::Tenant&);
std::string to_audit(const domain::Permission&);
std::string to_audit(const domain::Role&);
std::string to_audit(const domain::Group&);
std::string to_audit(const domain::Project&);
std::string to_audit(const domain::Membership&);
std::string to_audit(const domain::Subgroup&);
std::string to_audit(const domain::Mapping&, const std::string& role_slug);
std::string to_audit(const domain::Grant&);
std::string to_audit(const domain::User&, const std::vector<std::string>& role_slugs);
std::string to_audit(const domain::ServiceUser&);
std::string to_audit(const domain::Credential&);
// Of a key with a new secret: until when the old one goes on, and as which.
std::string to_audit_rotated(const domain::Credential& key, const std::optional<domain::Credential>& old);
std::string to_audit(const domain::Session&);
std::string to_audit(const domain::StoredEntity&);  // of long attributes and tags their hash
std::string to_audit(const domain::DecisionSettings&);
std::string to_audit(const domain::Rule&);
std::string to_audit(const domain::PolicyTest&);
std::string to_audit(const domain::TenantSchema&);  // of a long text its hash
// With the rules that came or went with it.
std::string to_audit(const domain::TenantPolicy&, const std::vector<domain::Rule>&);

// The ids in their order, which is what changes.
std::string order_to_audit(const std::vector<domain::Rule>&);
std::string order_to_audit(const std::vector<domain::TenantPolicy>&);

}  // namespace api
