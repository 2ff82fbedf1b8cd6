#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/rules.h"
#include "authz/guard.h"
#include "base/function_ref.h"
#include "base/json.h"
#include "domain/entity_name.h"
#include "domain/tenant_schema.h"

// A tenant's schema: which types, actions and contexts its rules and entities are about.
namespace api {

namespace op {
inline constexpr Operation get_schema = {
    .action = "schema:get", .kind = kRead, .scope = "organization:policymanage", .resource = "schema"};
inline constexpr Operation set_schema = {
    .action = "schema:update", .kind = kWrite, .scope = "organization:policymanage", .resource = "schema"};
inline constexpr Operation delete_schema = {
    .action = "schema:delete", .kind = kWrite, .scope = "organization:policymanage", .resource = "schema"};

inline constexpr Operation kSchemas[] = {get_schema, set_schema, delete_schema};
}  // namespace op

struct SchemaView {
  domain::TenantSchema schema;
  std::string json;  // the same in Cedar's JSON form
};

// kNotFound where the tenant has none.
Outcome<SchemaView> get_schema(const Read&, const domain::TenantId& tenant);

// What is stored and isn't as a schema says: how much, and the first of it.
struct Misfits {
  static constexpr std::size_t kMostTold = 20;  // of rules, and of entities

  struct Rule {
    domain::PolicyId policy;
    domain::RuleId rule;
    std::string message;  // of its first mistake
  };
  struct Entity {
    domain::EntityName name;
    std::string pointer;  // of its first mistake: "attrs/size"
    std::string message;
  };

  std::uint64_t rule_count = 0, entity_count = 0;
  std::vector<Rule> rules;
  std::vector<Entity> entities;
  bool is_all = true;  // false: looking at the rest would have taken too long

  bool any() const { return rule_count + entity_count > 0; }
};

// As an error's details, and the answer to a dry run, have them: the members `rules` and `entities`.
std::vector<std::pair<std::string, std::string>> to_details(const Misfits&);

struct GivenSchema {
  std::string text;                             // in Cedar's syntax, up to authz::kMaxTenantSchema bytes
  bool dry_run = false;                         // nothing is written
  std::optional<base::Timestamp> created_at{};  // when, if the tenant had it before and it is put back
};
std::optional<Error> check(const GivenSchema&);

// The text of a schema that is given in Cedar's JSON form; kInvalidInput at /schema.
Outcome<std::string> schema_text_of(const base::Json&);

// A schema that was read, and what of all that is stored doesn't fit it: as RuleDrafts are of rules.
struct SchemaDraft {
  bool follow_rehearsal = false;
  Trial trial{};  // insists: whatever doesn't fit, too
  bool made = false;
  authz::SchemaPtr schema{};
  Misfits misfits{};
  std::uint64_t begun_at = 0;  // the revision of the first snapshot that was looked at
  std::uint64_t policies_revision = 0;
  Tried tried{};
  std::optional<Error> failed{};  // of a dry run: that tests would fail
};

// Calls the function with a snapshot; fails where there is none.
using OnSnapshot = base::FunctionRef<Outcome<void>(base::FunctionRef<void(const Read&)>)>;

// How long looking at what is stored may take: what isn't looked at by then doesn't fit.
inline constexpr std::chrono::nanoseconds kLongestSchemaCheck = std::chrono::seconds(10);

// kInvalidInput where the text is no schema; kTestsFailed but for a dry run. Looks at everything that is
// stored, in many snapshots of a few milliseconds each, in a pool.
Outcome<SchemaDraft> draft_schema(OnSnapshot, const domain::TenantId& tenant, const GivenSchema&,
                                  const Trial&);
Outcome<RuleDrafts> draft_schema_deletion(const Read&, const domain::TenantId& tenant, const Trial&);

struct SchemaSet {
  domain::TenantSchema schema;
  Misfits misfits{};              // of a dry run
  std::optional<Error> failed{};  // likewise: the tests
};

// Adds or replaces. kInUse with what doesn't fit, and kTestsFailed, unless the trial insists.
// kPreconditionFailed also where there is none and If-Match was given. A dry run changes nothing.
Outcome<SchemaSet> set_schema(Change&, const domain::TenantId& tenant, const GivenSchema&, const IfMatch&,
                              const SchemaDraft& = {});
Outcome<void> delete_schema(Change&, const domain::TenantId& tenant, const IfMatch&, const RuleDrafts& = {});

}  // namespace api
