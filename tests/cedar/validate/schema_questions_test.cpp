#include "cedar/schema_questions.h"

#include "cedar/validator.h"
#include "tests/cedar/support.h"

namespace {

using cedar::Name;
using cedar::RequestEnvironment;
using cedar::Schema;
using cedar::SchemaAction;
using cedar::SchemaEntityType;
using cedar_test::message;
using cedar_test::uid;

const Schema& photos() {
  static const Schema schema = Schema::parse(R"(
    entity Org;
    entity Team in [Org, Team];
    entity User in Team { age: Long };
    entity Admin;
    entity Album;
    entity Photo in Album { owner: User };
    entity Color enum ["red"];
    action all;
    action rw in all;
    action view, edit in rw appliesTo { principal: [User, Admin], resource: [Photo, Album] };
    action paint appliesTo { principal: User, resource: Color };
    action nothing in all;
  )",
                                             "s")
                                   .value();
  return schema;
}

std::string all_names(const std::vector<const SchemaEntityType*>& types) {
  std::string all;
  for (const SchemaEntityType* type : types) all += (all.empty() ? "" : " ") + type->name.text();
  return all;
}

std::string all_names(const std::vector<const SchemaAction*>& actions) {
  std::string all;
  for (const SchemaAction* action : actions) all += (all.empty() ? "" : " ") + action->uid.id();
  return all;
}

std::string all_names(const std::vector<RequestEnvironment>& environments) {
  std::string all;
  for (const RequestEnvironment& e : environments)
    all += (all.empty() ? "" : ", ") + e.principal->name.text() + " " + e.action->uid.id() + " " +
           e.resource->name.text();
  return all;
}

const SchemaEntityType& type(const char* name) {
  return *photos().find_entity_type(Name::unchecked(name));
}

const SchemaAction& action(const char* id) {
  return *photos().find_action({Name::unchecked("Action"), id});
}

// Those of the first policy or template of a text.
std::string environments(const std::string& policy) {
  const auto set = cedar::PolicySet::parse(policy, "p");
  REQUIRE(message(set).empty());
  const auto found = set->templates().empty() ? request_environments(set->policies()[0], photos())
                                              : request_environments(*set->templates()[0].body, photos());
  return found.ok() ? all_names(found.value()) : found.error().message;
}

}  // namespace

TEST_CASE("schema questions: types, actions and what is above them", "[cedar]") {
  CHECK(all_names(principals(photos())) == "User Admin");
  CHECK(all_names(resources(photos())) == "Album Photo Color");
  CHECK(all_names(principals_of(action("view"), photos())) == "User Admin");
  CHECK(all_names(resources_of(action("view"), photos())) == "Album Photo");
  CHECK(all_names(principals_of(action("all"), photos())) == "");
  CHECK(all_names(resources_of(action("nothing"), photos())) == "");
  CHECK(all_names(actions_of(type("User"), type("Photo"), photos())) == "view edit");
  CHECK(all_names(actions_of(type("User"), type("Color"), photos())) == "paint");
  CHECK(all_names(actions_of(type("Admin"), type("Color"), photos())) == "");
  CHECK(all_names(ancestors_of(type("User"), photos())) == "Org Team");
  CHECK(all_names(ancestors_of(type("Team"), photos())) == "Org Team");
  CHECK(all_names(ancestors_of(type("Org"), photos())) == "");
  CHECK(all_names(ancestors_of(action("view"), photos())) == "all rw");
  CHECK(all_names(action_groups(photos())) == "all rw");
  CHECK(all_names(request_environments(photos())) ==
        "User view Album, User view Photo, Admin view Album, Admin view Photo, "
        "User edit Album, User edit Photo, Admin edit Album, Admin edit Photo, User paint Color");
}

TEST_CASE("schema questions: the request environments in which a policy may apply", "[cedar]") {
  struct Row {
    const char* policy;
    const char* environments;
  };
  const Row rows[] = {
      {"permit(principal is User, action in Action::\"rw\", resource);",
       "User view Album, User view Photo, User edit Album, User edit Photo"},
      {"permit(principal == User::\"a\", action == Action::\"view\", resource in Album::\"x\");",
       "User view Album, User view Photo"},
      {"permit(principal, action, resource) when { resource is Color };", "User paint Color"},
      {"permit(principal, action, resource in Album::\"a\") when { resource.owner == principal };",
       "User view Photo, User edit Photo"},
      {"permit(principal in Org::\"o\", action == Action::\"edit\", resource) when { resource is Photo };",
       "User edit Photo"},
      // Right where the attribute is there; the validator refuses such a policy for the others.
      {"permit(principal, action == Action::\"view\", resource is Photo) when { principal.age == 1 };",
       "User view Photo"},
      {"permit(principal, action == Action::\"view\", resource is Photo) when { principal has age && "
       "principal.age == 1 };",
       "User view Photo"},
      {"permit(principal, action == Action::\"view\", resource is Photo) unless { principal has age };",
       "User view Photo, Admin view Photo"},
      {"permit(principal, action, resource) when { false };", ""},
      {"permit(principal, action, resource) when { 1 };", ""},
      {"permit(principal == Color::\"red\", action, resource);", ""},
      {"permit(principal, action in [], resource);", ""},
      {"permit(principal, action == Action::\"nope\", resource);", ""},
      {"permit(principal, action in [Action::\"nope\", Action::\"paint\"], resource);", ""},
      {"permit(principal is Nope, action, resource);", ""},
      {"permit(principal == Nope::\"x\", action, resource);", ""},
      {"permit(principal is User in Nope::\"x\", action, resource);", ""},
      {"permit(principal in Nope::\"x\", action, resource);", ""},
      {"permit(principal == ?principal, action == Action::\"paint\", resource);", "User paint Color"},
      {"permit(principal in ?principal, action == Action::\"view\", resource in ?resource);",
       "User view Album, User view Photo, Admin view Album, Admin view Photo"},
  };
  for (const Row& row : rows) {
    INFO(row.policy);
    CHECK(environments(row.policy) == row.environments);
  }

  auto linked =
      cedar::PolicySet::parse("permit(principal in ?principal, action, resource in ?resource);", "p").value();
  REQUIRE(linked.link("policy0", "l", {uid("Team::\"t\""), uid("Photo::\"p\"")}).ok());
  CHECK(all_names(request_environments(*linked.find("l"), photos()).value()) ==
        "User view Photo, User edit Photo");

  const auto all = cedar::PolicySet::parse("permit(principal, action, resource) when { 1 == 1 };", "p");
  CHECK(message(request_environments(all->policies()[0], photos(), 20)) ==
        "the policy's request environments take more than 20 steps to find");
}
