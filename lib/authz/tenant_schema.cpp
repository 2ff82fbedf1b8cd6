// The text of the directory's types is put behind the tenant's, so that places in the tenant's stay as they
// are, and both are read as one schema. A type that the tenant declares is left out there. Whether it is as
// the directory's is then shown by an entity as the directory has it: the schema must take it.
//
//   tenant    entity user in [group, role, tenant] { …, department?: String };  entity Doc in [group];
//   behind it entity service_user …; entity group …; entity role …; entity tenant …;
#include "authz/tenant_schema.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/json.h"
#include "cedar/schema.h"
#include "domain/directory.h"

namespace authz {
namespace {

// A type of the directory: how it is declared, and an entity of it.
struct DirectoryType {
  std::string_view name;
  std::string_view declaration;
  std::vector<std::string_view> parents;
  std::vector<cedar::Record::Field> attrs;
};

constexpr std::size_t kMostRuleSteps = cedar::kMaxValidationSteps / 10;  // of validating one rule

cedar::Value text() {
  return cedar::Value("x");
}

cedar::Value texts() {
  return cedar::Value(cedar::Set({cedar::Value("x")}));
}

std::vector<DirectoryType> directory_types() {
  return {
      {"tenant", "entity tenant { slug: String, name: String };\n", {}, {{"slug", text()}, {"name", text()}}},
      {"role",
       "entity role in [tenant] {\n"
       "  slug: String, name: String, scopes: Set<String>, is_system: Bool, risk: String,\n};\n",
       {"tenant"},
       {{"slug", text()},
        {"name", text()},
        {"scopes", texts()},
        {"is_system", cedar::Value(true)},
        {"risk", text()}}},
      {"group",
       "entity group in [group, role, tenant] { name: String, source: String };\n",
       {"group", "role", "tenant"},
       {{"name", text()}, {"source", text()}}},
      {"user",
       "entity user in [group, role, tenant] {\n"
       "  email: String, name: String, active: Bool,\n"
       "  groups: Set<String>, roles: Set<String>, scopes: Set<String>,\n};\n",
       {"group", "role", "tenant"},
       {{"email", text()},
        {"name", text()},
        {"active", cedar::Value(true)},
        {"groups", texts()},
        {"roles", texts()},
        {"scopes", texts()}}},
      {"service_user",
       "entity service_user in [group, role, tenant] {\n"
       "  name: String, active: Bool, groups: Set<String>, roles: Set<String>, scopes: Set<String>,\n};\n",
       {"group", "role", "tenant"},
       {{"name", text()},
        {"active", cedar::Value(true)},
        {"groups", texts()},
        {"roles", texts()},
        {"scopes", texts()}}},
  };
}

cedar::EntityUid one_of(std::string_view type) {
  return {cedar::Name::unchecked(std::string(type)), "x"};
}

cedar::Entity sample(const DirectoryType& type) {
  cedar::Entity entity{one_of(type.name), cedar::Record(type.attrs), {}, {}};
  for (const std::string_view parent : type.parents) entity.parents.push_back(one_of(parent));
  return entity;
}

// The types without a namespace that a schema's JSON form declares.
const base::Json* declared_types(const base::Json& schema) {
  const base::Json* plain = schema.find("");
  return plain ? plain->find("entityTypes") : nullptr;
}

}  // namespace

std::string directory_schema() {
  std::string text;
  for (const DirectoryType& type : directory_types()) text += type.declaration;
  return text;
}

base::Result<SchemaPtr> parse_tenant_schema(std::string_view text, std::string_view name) {
  if (text.size() > kMaxTenantSchema)
    return base::Error{base::ErrorCode::kInvalid, std::string(name) + ": must be at most " +
                                                      std::to_string(kMaxTenantSchema) + " bytes"};
  const auto form = cedar::schema_text_to_json(text, name);
  if (!form.ok()) return form.error();
  const auto json = base::parse_json(*form);
  if (!json.ok()) {  // something is declared twice, which reading the schema says with its place
    const auto twice = cedar::Schema::parse(text, name);
    return twice.ok() ? json.error() : twice.error();
  }
  const base::Json* const declared = declared_types(*json);
  std::string whole = std::string(text) + "\n";
  for (const DirectoryType& type : directory_types())
    if (!declared || !declared->find(type.name)) whole += type.declaration;
  auto schema = cedar::Schema::parse(whole, name);
  if (!schema.ok()) return schema.error();
  if (auto complete = schema->check_complete(); !complete.ok()) return complete.error();
  for (const DirectoryType& type : directory_types())
    if (const auto fits = cedar::check_entity(sample(type), *schema); !fits.ok())
      return base::Error{
          base::ErrorCode::kInvalid,
          std::string(name) + ": `" + std::string(type.name) +
              "` is a type of the directory, and what it has must fit: " + fits.error().message};
  return std::make_shared<const cedar::Schema>(std::move(schema).value());
}

cedar::ValidationResult validate_rule(const cedar::Schema& schema, const cedar::TemplatePtr& rule) {
  cedar::PolicySet one;
  (void)one.add("rule", rule);  // nothing else is there
  cedar::ValidatorOptions options;
  options.max_steps = kMostRuleSteps;
  return cedar::Validator(schema).validate(one, options);
}

cedar::ValidationResult validate_rules(const cedar::Schema& schema,
                                       const std::vector<cedar::TemplatePtr>& rules) {
  cedar::PolicySet all;
  for (std::size_t i = 0; i < rules.size(); ++i)
    (void)all.add("rule" + std::to_string(1'000'000 + i), rules[i]);
  return cedar::Validator(schema).validate(all, {});
}

std::vector<cedar::Record::Field> sample_user_attributes() {
  for (DirectoryType& type : directory_types())
    if (type.name == domain::kUserType) return std::move(type.attrs);
  return {};
}

}  // namespace authz
