#include "api/schemas.h"

#include "api/entities.h"
#include "api/policies.h"
#include "api/policy_tests.h"
#include "domain/decision_settings.h"
#include "tests/support/api_world.h"
#include "tests/support/policy_tests.h"

namespace {

using C = api::Change;
using R = api::Read;

const std::string kDocs =
    "entity Folder in [Folder];\nentity Doc in [Folder] { size: Long };\n"
    "action view, edit appliesTo { principal: [user], resource: [Doc, Folder], context: { mfa?: Bool } };\n";
const std::string kOther = "entity Doc { size: String };\n";
const std::string kOfDocs =
    "permit (principal, action == Action::\"view\", resource is Doc) when { resource.size < 7 };";

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller editor = world.caller(acme, {"organization:policymanage", "organization:get"});

  template <typename Fn>
  auto change(const Fn& fn) {
    return world.change(editor, fn);
  }
  template <typename Fn>
  auto read(const Fn& fn) {
    return world.read(editor, fn);
  }

  std::string set(const std::string& text, bool force = false, const api::SchemaDraft& draft = {},
                  const api::IfMatch& match = {}) {
    api::SchemaDraft given = draft;
    given.trial.insists = force;
    return to_text(change([&](C& c) { return api::set_schema(c, acme, {text, false}, match, given); }));
  }

  // As a pool does it.
  api::Outcome<api::SchemaDraft> draft(const std::string& text, bool dry_run = false) {
    const auto on_snapshot = [&](base::FunctionRef<void(const R&)> fn) {
      return world.service().read_as(editor, {}, fn);
    };
    return api::draft_schema(on_snapshot, acme, {text, dry_run}, {});
  }

  std::string put(const domain::EntityName& name, const std::string& attrs,
                  const std::vector<domain::EntityName>& parents = {}) {
    const auto json = base::parse_json(attrs);
    REQUIRE(json.ok());
    api::GivenEntity given{name, *json, base::Json(base::Json::Object()), parents};
    const auto entity = api::check_entity(given, {});
    if (!entity.ok()) return to_text(entity);
    return to_text(change([&](C& c) { return api::put_entity(c, acme, *entity, {}, {}); }));
  }

  std::string make(const std::string& rule) {
    return to_text(change([&](C& c) { return api::create_policy(c, acme, {"p", {}, true, 0, {{rule}}}); }));
  }
};

}  // namespace

TEST_CASE("a schema is set, read and deleted", "[api]") {
  Scene s;
  const auto get = [&] { return s.read([&](const R& r) { return api::get_schema(r, s.acme); }); };
  CHECK(to_text(get()) == "not_found: schema: the tenant has none");
  CHECK(s.set(kDocs) == "ok");
  const api::SchemaView view = ApiWorld::must(get());
  CHECK(view.schema.text == kDocs);
  CHECK(view.json.find("\"Doc\"") != std::string::npos);
  CHECK(view.schema.revision > 0);
  CHECK(s.set("entity Doc {").starts_with("invalid_input: schema: schema:1:"));
  CHECK(s.set(std::string("entity Doc;\x01")).starts_with("invalid_input: schema: must not have control"));
  CHECK(s.set(kDocs, false, {}, {true, false, {1}}).starts_with("precondition_failed: "));
  CHECK(s.set("entity Doc;", false, {}, {true, false, {view.schema.revision}}) == "ok");
  const auto remove = [&] {
    return to_text(s.change([&](C& c) { return api::delete_schema(c, s.acme, {}); }));
  };
  CHECK(remove() == "ok");
  CHECK(remove() == "not_found: schema: the tenant has none");
  CHECK(s.set(kDocs, false, {}, {true, true, {}}) == "precondition_failed: If-Match: there is no schema");
}

TEST_CASE("rules are right by the schema when they are saved", "[api]") {
  Scene s;
  CHECK(s.make("permit (principal, action == Action::\"viw\", resource);") == "ok");
  CHECK(s.set(kDocs).starts_with("in_use: schema: 1 rule and 0 entities that are stored would not be right"));
  CHECK(s.set(kDocs, true) == "ok");
  CHECK(s.make(kOfDocs) == "ok");
  CHECK_THAT(s.make("permit (principal, action == Action::\"viw\", resource);"),
             ContainsSubstring("invalid_input: rules/0/policy_text: policy_text:1:"));
  CHECK_THAT(s.make("permit (principal, action, resource is Doc) when { resource.siz < 7 };"),
             ContainsSubstring("invalid_input: rules/0/policy_text: policy_text:1:"));
  // What can only fail is stored, and told.
  const auto view = ApiWorld::must(s.change([&](C& c) {
    return api::create_policy(
        c, s.acme,
        {"w", {}, true, 0, {{"permit (principal is group, action == Action::\"view\", resource);"}}});
  }));
  CHECK_FALSE(view.rules[0].warnings.empty());
  const auto checked = ApiWorld::must(s.read([&](const R& r) {
    return api::validate_rules(r, s.acme, {kOfDocs + "\npermit (principal, action, resource is Dox);"});
  }));
  REQUIRE(checked.errors.size() + checked.warnings.size() > 0);
  CHECK((checked.errors.empty() ? checked.warnings : checked.errors)[0].place.line == 2);
}

TEST_CASE("entities are right by the schema when they are put", "[api]") {
  Scene s;
  CHECK(s.put({"Doc", "0"}, R"({"size":"x"})") == "ok");
  CHECK(
      s.set(kDocs).starts_with("in_use: schema: 0 rules and 1 entity that are stored would not be right by"));
  CHECK(s.set(kDocs, true) == "ok");
  CHECK(s.put({"Doc", "1"}, R"({"size":1})", {{"Folder", "1"}}) == "ok");
  CHECK(s.put({"Doc", "2"}, R"({"size":"x","more":1})") ==
        "invalid_input: attrs/more: is not declared in the schema (and 1 more)"
        " | /attrs/more: is not declared in the schema | /attrs/size: `Long` is wanted, not a string");
  CHECK(
      s.put({"Image", "2"}, "{}").starts_with("invalid_input: type: is not a type that the schema declares"));
  api::ImportedEntities many;
  for (const char* id : {"5", "6"}) {
    many.entities.push_back({{"Doc", id}, R"({"size":"x"})", "{}", {"size"}, {}, {}});
    many.places.push_back({"/17/", "/17/"});
  }
  CHECK(to_text(s.change([&](C& c) {
          return api::import_entities(c, s.acme, many);
        })).starts_with("invalid_input: 17/attrs/size: `Long` is wanted, not a string"));
}

TEST_CASE("what doesn't fit a new schema is counted, and the first of it told", "[api]") {
  Scene s;
  for (int i = 0; i < 30; ++i) CHECK(s.put({"Doc", std::to_string(i)}, R"({"size":1})") == "ok");
  CHECK(s.make(kOfDocs) == "ok");
  const auto draft = ApiWorld::must(s.draft(kOther, true));
  CHECK(draft.misfits.rule_count == 1);
  CHECK(draft.misfits.entity_count == 30);
  CHECK(draft.misfits.entities.size() == api::Misfits::kMostTold);
  CHECK(draft.misfits.entities[0].pointer == "attrs/size");
  CHECK(draft.misfits.is_all);
  CHECK(ApiWorld::must(s.draft(kDocs)).misfits.any() == false);
  api::GivenSchema given{kOther, false};
  const auto refused = s.change([&](C& c) { return api::set_schema(c, s.acme, given, {}, draft); });
  REQUIRE_FALSE(refused.ok());
  REQUIRE(refused.error().details.size() == 2);
  CHECK(refused.error().details[0].first == "rules");
  CHECK_THAT(refused.error().details[1].second,
             ContainsSubstring(R"("count":30,"data":[{"type":"Doc","id":"0")"));
}

TEST_CASE("what was written while a schema was being looked at is looked at too", "[api]") {
  Scene s;
  CHECK(s.put({"Doc", "1"}, R"({"size":1})") == "ok");
  const auto before_entity = ApiWorld::must(s.draft(kDocs));
  CHECK(s.put({"Doc", "2"}, R"({"size":"x"})") == "ok");
  CHECK(s.set(kDocs, false, before_entity).starts_with("in_use: schema: 0 rules and 1 entity"));
  const auto before_rule = ApiWorld::must(s.draft(kOther));
  CHECK(before_rule.misfits.entity_count == 1);
  CHECK(s.make(kOfDocs) == "ok");
  CHECK(s.set(kOther, false, before_rule).starts_with("in_use: schema: 1 rule and 1 entity"));
  // Who has much is told to try again.
  for (int i = 0; i < 250; ++i) CHECK(s.put({"Doc", "m" + std::to_string(i)}, R"({"size":1})") == "ok");
  CHECK(s.set(kOther, false, before_rule).starts_with("overloaded: "));
  CHECK(s.set(kOther, true, before_rule) == "ok");
}

TEST_CASE("another tenant's schema says nothing", "[api]") {
  Scene s;
  CHECK(s.set(kDocs) == "ok");
  const auto globex = s.world.admin(s.world.globex());
  api::ImportedEntities one;
  one.entities.push_back({{"Image", "1"}, R"({"size":"x"})", "{}", {"size"}, {}, {}});
  one.places.resize(1);
  CHECK(to_text(s.world.change(
            globex, [&](C& c) { return api::import_entities(c, s.world.globex(), one); })) == "ok");
}
