#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "authz/guard.h"
#include "base/result.h"
#include "cedar/policy_set.h"
#include "cedar/validator.h"
#include "cedar/value.h"

// A tenant's schema says which types, actions and contexts its rules are about. It is linked over the types
// of the directory (`user`, `service_user`, `group`, `role`, `tenant`), which it may name without declaring
// them.
namespace authz {

// What policies of tenants see of the directory, in Cedar's schema syntax.
std::string directory_schema();

inline constexpr std::size_t kMaxTenantSchema = std::size_t{1} << 20U;  // bytes

// Reads a tenant's schema, over that of the directory. Where it declares a type of the directory itself, that
// one must be as the directory's is; it may have more attributes, which then can't be required. Fails as
// cedar::Schema::parse() does, and where something is external.
base::Result<SchemaPtr> parse_tenant_schema(std::string_view text, std::string_view name);

// What the schema makes of one rule, in the order of its text. A rule for which that takes more than some
// 100 ms is an error that says so.
cedar::ValidationResult validate_rule(const cedar::Schema&, const cedar::TemplatePtr&);

// Likewise of several of one text, in a second at most for all.
cedar::ValidationResult validate_rules(const cedar::Schema&, const std::vector<cedar::TemplatePtr>&);

// What the directory says of any user, with values of the types that they have.
std::vector<cedar::Record::Field> sample_user_attributes();

}  // namespace authz
