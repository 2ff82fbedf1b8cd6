// A policy set that is changed is the set that would be built anew of what is left.
#include <algorithm>
#include <random>

#include "cedar/authorizer.h"
#include "tests/cedar/support.h"

namespace {

using cedar::PolicySet;
using cedar::SlotValues;
using cedar_test::message;
using cedar_test::uid;

cedar::TemplatePtr body(std::string_view text) {
  auto set = PolicySet::parse(text, "p");
  REQUIRE(message(set).empty());
  return set->templates().empty() ? set->policies()[0].body : set->templates()[0].body;
}

constexpr const char* kText =
    "permit(principal, action, resource);\n"
    "permit(principal in ?principal, action, resource == ?resource);\n"
    "forbid(principal, action, resource);\n";

PolicySet linked() {
  auto set = PolicySet::parse(kText, "p").value();
  const SlotValues both{uid("Group::\"g\""), uid("Doc::\"d\"")};
  REQUIRE(message(set.link("policy1", "l", both)).empty());
  REQUIRE(message(set.link("policy1", "m", both)).empty());
  return set;
}

// Ids in order, of links with the template's, and then the templates'.
std::string ids(const PolicySet& set) {
  std::string all;
  for (const cedar::Policy& policy : set.policies()) {
    CHECK(set.find(policy.id) == &policy);
    all += policy.id + (policy.is_link() ? ":" + policy.template_id : "") + " ";
    if (policy.is_link()) CHECK(set.find_template(policy.template_id)->body == policy.body);
  }
  all += "|";
  for (const PolicySet::NamedTemplate& t : set.templates()) {
    CHECK(set.find_template(t.id) == &t);
    all += " " + t.id;
  }
  return all;
}

}  // namespace

TEST_CASE("policy set: static policies, links and templates are taken out by their own name for it",
          "[cedar]") {
  PolicySet set = linked();
  const std::string before = "policy0 policy2 l:policy1 m:policy1 | policy1";
  CHECK(ids(set) == before);
  CHECK(message(set.remove("x")) == "policy x: there is no such policy");
  CHECK(message(set.remove("policy1")) == "policy policy1: is a template, not a static policy");
  CHECK(message(set.remove("l")) == "policy l: is a link, not a static policy");
  CHECK(message(set.unlink("x")) == "policy x: there is no such link");
  CHECK(message(set.unlink("policy0")) == "policy policy0: is a static policy, not a link");
  CHECK(message(set.unlink("policy1")) == "policy policy1: is a template, not a link");
  CHECK(message(set.remove_template("x")) == "template x: there is no such template");
  CHECK(message(set.remove_template("policy0")) == "template policy0: is no template, so it has no links");
  CHECK(message(set.remove_template("policy1")) ==
        "template policy1: has links, such as l; unlink them first");
  CHECK(ids(set) == before);

  CHECK(set.remove("policy0")->id == "policy0");
  CHECK(ids(set) == "policy2 l:policy1 m:policy1 | policy1");
  CHECK(set.unlink("l")->template_id == "policy1");
  CHECK(set.unlink("m")->id == "m");
  CHECK(set.remove_template("policy1")->id == "policy1");
  CHECK(ids(set) == "policy2 |");
  CHECK(message(set.add("policy1", body(kText))).empty());
  CHECK(ids(set) == "policy2 | policy1");
}

TEST_CASE("policy set: the links of a template", "[cedar]") {
  PolicySet set = linked();
  const auto names = [&](std::string_view id) {
    const auto found = set.links(id);
    if (!found.ok()) return found.error().message;
    std::string all;
    for (const cedar::Policy* link : *found) all += link->id + " ";
    return all;
  };
  CHECK(names("policy1") == "l m ");
  CHECK(names("policy0") == "template policy0: is no template, so it has no links");
  CHECK(names("x") == "template x: there is no such template");
  REQUIRE(set.unlink("l").ok());
  CHECK(names("policy1") == "m ");
}

TEST_CASE("policy set: another body keeps place, id and links", "[cedar]") {
  PolicySet set = linked();
  const auto is_static = body("forbid(principal, action, resource) when { context.x };");
  const auto fits = body("forbid(principal == ?principal, action, resource in ?resource);");
  const auto other = body("permit(principal == ?principal, action, resource);");
  CHECK(message(set.replace("x", is_static)) == "policy x: there is no such policy");
  CHECK(message(set.replace("l", is_static)) == "policy l: is a link, and has the body of its template");
  CHECK(message(set.replace("policy0", fits)) ==
        "policy policy0: is static, and a template cannot take its place");
  CHECK(message(set.replace("policy1", is_static)) ==
        "policy policy1: is a template, and one without slots cannot take its place");
  CHECK(message(set.replace("policy1", other)) ==
        "template policy1: another body does not fit its link l: it has no slot ?resource");
  CHECK(set.find("l")->body->effect == cedar::Effect::kPermit);

  CHECK(message(set.replace("policy0", is_static)).empty());
  CHECK(message(set.replace("policy1", fits)).empty());
  CHECK(ids(set) == "policy0 policy2 l:policy1 m:policy1 | policy1");
  CHECK(set.find("policy0")->body == is_static);
  CHECK(set.find("l")->body == fits);
  REQUIRE(set.unlink("l").ok());
  REQUIRE(set.unlink("m").ok());
  CHECK(message(set.replace("policy1", other)).empty());
}

TEST_CASE("policy set: any changes leave the set that would be built anew, and its decisions", "[cedar]") {
  const cedar::TemplatePtr statics[] = {
      body("permit(principal, action, resource);"),
      body("permit(principal == User::\"alice\", action, resource) when { context.n == 1 };"),
      body("forbid(principal in Group::\"g\", action, resource) unless { context.n < 2 };"),
      body("forbid(principal, action, resource is Doc) when { resource.x };"),
  };
  const cedar::TemplatePtr templates[] = {
      body("permit(principal == ?principal, action, resource);"),
      body("forbid(principal in ?principal, action, resource) when { context.n == 2 };"),
  };
  const char* const principals[] = {"User::\"alice\"", "User::\"bob\"", "Group::\"g\""};
  struct Entry {
    std::string id;
    cedar::TemplatePtr body;
    std::string of;  // of a link its template
    SlotValues slots;
  };
  const auto entities =
      cedar::Entities::make({{uid("User::\"alice\""), {}, {}, {uid("Group::\"g\"")}}}).value();
  std::mt19937 random(7);
  const auto pick = [&](std::size_t below) { return random() % below; };
  const auto name = [&] { return std::to_string(pick(12)); };
  PolicySet set;
  std::vector<Entry> policies, named;
  const auto find = [](std::vector<Entry>& in, const std::string& id) {
    return std::find_if(in.begin(), in.end(), [&](const Entry& e) { return e.id == id; });
  };
  const auto answers = [&](const PolicySet& of) {
    std::string all;
    const cedar::CompiledPolicies compiled(of);
    for (const char* principal : {"User::\"alice\"", "User::\"bob\""})
      for (std::int64_t n = 1; n < 3; ++n) {
        const cedar::Request asked{uid(principal), uid("Action::\"view\""), uid("Doc::\"d\""),
                                   cedar::Record({{"n", cedar::Value(n)}})};
        const auto response = cedar::Authorizer().is_authorized(asked, compiled, entities);
        all += name_of(response.decision);
        for (const auto& id : response.diagnostics.reasons) all += " " + id;
        for (const auto& error : response.diagnostics.errors) all += ", " + to_text(error);
        all += "\n";
      }
    return all;
  };
  std::size_t done = 0;
  for (int step = 0; step < 6000; ++step) {
    INFO("step " << step);
    const std::string id = name();
    const auto at = find(policies, id);
    const auto template_at = find(named, id);
    const bool is_free = at == policies.end() && template_at == named.end();
    const auto links = [&] {
      return std::count_if(policies.begin(), policies.end(), [&](const Entry& e) { return e.of == id; });
    };
    bool is_right = false;  // whether it should be done
    base::Result<void> result;
    const auto note = [&](const auto& given) {
      if (!given.ok()) result = given.error();
    };
    switch (pick(7)) {
      case 0: {
        const auto of = statics[pick(4)];
        if ((is_right = is_free)) policies.push_back({id, of, "", {}});
        result = set.add(id, of);
        break;
      }
      case 1: {
        const auto of = templates[pick(2)];
        if ((is_right = is_free)) named.push_back({id, of, "", {}});
        result = set.add(id, of);
        break;
      }
      case 2: {
        const std::string of = name();
        const auto from = find(named, of);
        const SlotValues slots{uid(principals[pick(3)]), {}};
        if ((is_right = is_free && from != named.end())) policies.push_back({id, from->body, of, slots});
        result = set.link(of, id, slots);
        break;
      }
      case 3:
        note(set.remove(id));
        if ((is_right = at != policies.end() && at->of.empty())) policies.erase(at);
        break;
      case 4:
        note(set.unlink(id));
        if ((is_right = at != policies.end() && !at->of.empty())) policies.erase(at);
        break;
      case 5:
        note(set.remove_template(id));
        if ((is_right = template_at != named.end() && links() == 0)) named.erase(template_at);
        break;
      default: {
        const auto to = pick(2) == 0 ? statics[pick(4)] : templates[pick(2)];
        result = set.replace(id, to);
        if ((is_right = at != policies.end() && at->of.empty() && !to->is_template())) at->body = to;
        if (template_at != named.end() && to->is_template()) {
          is_right = true;
          template_at->body = to;
          for (Entry& e : policies)
            if (e.of == id) e.body = to;
        }
      }
    }
    REQUIRE(result.ok() == is_right);
    done += is_right ? 1 : 0;
    PolicySet anew;
    for (const Entry& e : named) REQUIRE(anew.add(e.id, e.body).ok());
    for (const Entry& e : policies)
      REQUIRE((e.of.empty() ? anew.add(e.id, e.body) : anew.link(e.of, e.id, e.slots)).ok());
    REQUIRE(ids(set) == ids(anew));
    for (const Entry& e : policies) REQUIRE(set.find(e.id)->body == e.body);
    for (const Entry& e : policies) REQUIRE(set.find(e.id)->slots == e.slots);
    if (step % 10 == 0) REQUIRE(answers(set) == answers(anew));
  }
  CHECK(done > 1000);
}
