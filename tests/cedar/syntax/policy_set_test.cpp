#include "cedar/policy_set.h"

#include "tests/cedar/support.h"

namespace {

using cedar_test::message;
using cedar_test::uid;

constexpr const char* kText =
    "@id(\"first\") permit(principal, action, resource);\n"
    "permit(principal in ?principal, action, resource == ?resource);\n"
    "forbid(principal, action, resource);\n";

}  // namespace

TEST_CASE("policy set: ids count policies and templates from 0, or are the caller's", "[cedar]") {
  const auto set = cedar::PolicySet::parse(kText, "p");
  REQUIRE(message(set).empty());
  REQUIRE(set->policies().size() == 2);
  CHECK(set->policies()[0].id == "policy0");
  CHECK(set->policies()[1].id == "policy2");
  REQUIRE(set->templates().size() == 1);
  CHECK(set->find_template("policy1"));
  CHECK_FALSE(set->find("policy1"));
  CHECK_FALSE(set->find_template("policy0"));

  const cedar::IdFunction by_line = [](const cedar::Template& policy, std::size_t) {
    const std::string* id = policy.annotation("id");
    return id ? *id : "p:" + std::to_string(policy.source->place(policy.at.begin).line);
  };
  const auto named = cedar::PolicySet::parse(kText, "p", by_line);
  CHECK(named->policies()[0].id == "first");
  CHECK(named->policies()[1].id == "p:3");

  const cedar::IdFunction same = [](const cedar::Template&, std::size_t) { return "x"; };
  CHECK(message(cedar::PolicySet::parse(kText, "p", same)) ==
        "p:2:1: another policy has the id `x` already\n"
        "  2 | permit(principal in ?principal, action, resource == ?resource);\n"
        "    | ^");
}

TEST_CASE("policy set: linking wants exactly the template's slots and a new id", "[cedar]") {
  auto set = cedar::PolicySet::parse(kText, "p").value();
  const cedar::SlotValues both{uid("Group::\"g\""), uid("Doc::\"d\"")};
  CHECK(message(set.link("nope", "l", both)) == "template nope: there is no such template");
  CHECK(message(set.link("policy0", "l", both)) ==
        "template policy0: is no template, so it cannot be linked");
  CHECK(message(set.link("policy1", "policy0", both)) == "policy policy0: there is one with this id already");
  CHECK(message(set.link("policy1", "l", {uid("Group::\"g\""), {}})) ==
        "template policy1: the value of ?resource is missing");
  CHECK(message(set.link("policy1", "l", both)).empty());
  CHECK(message(set.link("policy1", "l", both)) == "policy l: there is one with this id already");
  REQUIRE(set.find("l"));
  CHECK(set.find("l")->is_link());

  auto other = cedar::PolicySet::parse("permit(principal == ?principal, action, resource);", "q").value();
  CHECK(message(other.link("policy0", "l", both)) == "template policy0: it has no slot ?resource");
  CHECK(message(set.merge(other)) == "policy policy0: there is one with this id already");
  CHECK(set.policies().size() == 3);
}

TEST_CASE("authorizer: a forbid wins, reasons are what decided, errors stand beside", "[cedar]") {
  const char* const kAllow = "permit(principal, action, resource);";
  const char* const kForbid = "forbid(principal, action, resource) unless { context.n == 1 };";
  const char* const kError = "permit(principal, action, resource)\n  when { resource.x };";
  struct Row {
    std::string policies;
    std::int64_t n;
    std::string answer;
  };
  const std::vector<Row> rows = {
      {"", 1, "deny"},
      {kAllow, 1, "allow policy0"},
      {std::string(kAllow) + kForbid, 1, "allow policy0"},
      {std::string(kAllow) + kForbid, 2, "deny policy1"},
      {std::string(kError) + kAllow, 1,
       "allow policy1, p:2:10: policy `policy0`: Doc::\"d\" is not there, so it has no attribute \"x\""},
      {kError, 1, "deny, p:2:10: policy `policy0`: Doc::\"d\" is not there, so it has no attribute \"x\""},
      {"forbid(principal == User::\"bob\", action, resource) when { 1 };", 1, "deny"},
      {"permit(principal is User in User::\"alice\", action in [Action::\"x\", Action::\"view\"], resource "
       "is Doc);",
       1, "allow policy0"},
      {"permit(principal, action in [], resource);", 1, "deny"},
      {"permit(principal == ?principal, action, resource);", 1, "deny"},
  };
  for (const Row& row : rows) {
    INFO(row.policies);
    const auto set = cedar::PolicySet::parse(row.policies, "p");
    REQUIRE(message(set).empty());
    const auto request = cedar_test::request(cedar::Record({{"n", cedar::Value(row.n)}}));
    const auto response = cedar::Authorizer().is_authorized(request, set.value(), cedar::Entities());
    std::string answer(name_of(response.decision));
    for (const std::string& id : response.diagnostics.reasons) answer += " " + id;
    for (const cedar::PolicyError& error : response.diagnostics.errors) answer += ", " + to_text(error);
    CHECK(answer == row.answer);
  }
}

TEST_CASE("authorizer: a link stands for its template with the slots filled", "[cedar]") {
  auto set =
      cedar::PolicySet::parse("permit(principal in ?principal, action, resource == ?resource);", "p").value();
  REQUIRE(message(set.link("policy0", "alice reads d", {uid("User::\"alice\""), uid("Doc::\"d\"")})).empty());
  REQUIRE(message(set.link("policy0", "alice reads e", {uid("User::\"alice\""), uid("Doc::\"e\"")})).empty());
  const auto response = cedar::Authorizer().is_authorized(cedar_test::request(), set, cedar::Entities());
  CHECK(response.decision == cedar::Decision::kAllow);
  CHECK(response.diagnostics.reasons == std::vector<std::string>{"alice reads d"});
}
