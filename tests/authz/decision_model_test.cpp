// Random tenants, decided by Reeve and by a model that is a few loops over plain lists: who is in what is
// found by walking, rules are tried one after the other, and nothing is looked up by an index.
#include <algorithm>
#include <random>
#include <set>

#include "api/searches.h"
#include "authz/decision.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/role.h"
#include "domain/user.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

using domain::EntityName;

const std::vector<std::string> kActions = {"requests:approve", "grants:revoke", "view"};

struct ModelUser {
  std::string id;
  bool active = true;
  std::set<int> groups;  // direct
};
struct ModelGroup {
  std::string id;
  std::set<int> in;  // direct
  bool enabled = true;
};
struct ModelRole {
  std::string slug;
  std::set<std::string> scopes;
};
struct ModelMapping {
  bool of_group = false;
  int who = 0, role = 0;
  int thing = -1;  // -1: the whole tenant
  std::optional<std::int64_t> from, until;
};
struct ModelThing {
  EntityName name;
  bool stored = true;
  int parent = -1;
  std::optional<std::int64_t> level;
};
// To whom a template is given, and on what; nothing where it has no slot for that.
struct ModelGrant {
  enum class Who { kNobody, kUser, kGroup, kThing, kEverybody } who = Who::kUser;
  int which = 0;
  int thing = -1;  // -1: the whole tenant
  std::optional<std::int64_t> from, until;
};
enum class ModelSlot { kNone, kEqual, kIn };
struct ModelRule {
  bool forbids = false;
  int priority = 0;
  enum class Who { kAny, kUser, kGroup, kRole } who = Who::kAny;
  int which = 0;
  int action = -1;  // -1: any
  int thing = -1;   // -1: any
  bool below = false;
  std::optional<std::int64_t> above_level;  // resource.level > it, which fails where there is no level
  ModelSlot principal_slot = ModelSlot::kNone, resource_slot = ModelSlot::kNone;
  std::vector<ModelGrant> grants;

  bool is_template() const { return principal_slot != ModelSlot::kNone || resource_slot != ModelSlot::kNone; }

  std::string text(const struct Model&) const;
};

struct Model {
  std::vector<ModelUser> users;
  std::vector<ModelGroup> groups;
  std::vector<ModelRole> roles;
  std::vector<ModelMapping> mappings;
  std::vector<ModelThing> things;
  std::vector<ModelRule> rules;
  bool roles_decide = true, deny_on_error = true;
  std::int64_t now = 0;

  std::set<int> groups_of(int user) const {
    std::set<int> all;
    const auto enter = [&](int g) {
      return groups[static_cast<std::size_t>(g)].enabled && all.insert(g).second;
    };
    for (const int g : users[static_cast<std::size_t>(user)].groups) enter(g);
    for (bool grows = true; grows;) {
      grows = false;
      for (const int g : std::set<int>(all))
        for (const int above : groups[static_cast<std::size_t>(g)].in) grows = enter(above) || grows;
    }
    return all;
  }
  bool is_at_or_below(int thing, int above) const {
    for (; thing >= 0; thing = things[static_cast<std::size_t>(thing)].parent)
      if (thing == above) return true;
    return false;
  }
  // Roles that a user holds for the whole tenant, or on the thing or what is above it.
  std::set<int> roles_of(int user, int thing) const {
    std::set<int> held;
    if (!users[static_cast<std::size_t>(user)].active) return held;
    const auto in = groups_of(user);
    for (const ModelMapping& m : mappings) {
      const bool whose = m.of_group ? in.contains(m.who) : m.who == user;
      const bool here = m.thing < 0 || (thing >= 0 && is_at_or_below(thing, m.thing));
      const bool when = (!m.from || now >= *m.from) && (!m.until || now < *m.until);
      if (whose && here && when) held.insert(m.role);
    }
    return held;
  }
  bool fills(const ModelRule& r, const ModelGrant& g, int user, int thing) const {
    if ((g.from && now < *g.from) || (g.until && now >= *g.until)) return false;
    if (r.principal_slot != ModelSlot::kNone) {
      const bool is_itself = g.who == ModelGrant::Who::kUser && g.which == user;
      const bool is_in = (g.who == ModelGrant::Who::kGroup && groups_of(user).contains(g.which)) ||
                         g.who == ModelGrant::Who::kEverybody;
      if (!is_itself && !(r.principal_slot == ModelSlot::kIn && is_in)) return false;
    }
    if (r.resource_slot == ModelSlot::kEqual) return g.thing >= 0 && g.thing == thing;
    if (r.resource_slot == ModelSlot::kIn) return g.thing < 0 || is_at_or_below(thing, g.thing);
    return true;
  }
  bool applies(const ModelRule& r, int user, int action, int thing) const {
    if (r.is_template() && std::none_of(r.grants.begin(), r.grants.end(),
                                        [&](const ModelGrant& g) { return fills(r, g, user, thing); }))
      return false;
    if (r.who == ModelRule::Who::kUser && r.which != user) return false;
    if (r.who == ModelRule::Who::kGroup && !groups_of(user).contains(r.which)) return false;
    if (r.who == ModelRule::Who::kRole && !roles_of(user, -1).contains(r.which)) return false;
    if (r.action >= 0 && r.action != action) return false;
    if (r.thing >= 0 && !(r.below ? is_at_or_below(thing, r.thing) : thing == r.thing)) return false;
    return true;
  }
  bool decide(int user, int action, int thing, std::optional<std::int64_t> given_level) const {
    if (!users[static_cast<std::size_t>(user)].active) return false;
    const auto level = given_level ? given_level : things[static_cast<std::size_t>(thing)].level;
    for (int priority = 3; priority >= 0; --priority) {
      bool permitted = false, forbidden = false;
      for (const ModelRule& r : rules) {
        if (r.priority != priority || !applies(r, user, action, thing)) continue;
        const bool fails = r.above_level && !level;
        const bool holds = fails ? r.forbids && deny_on_error : !r.above_level || *level > *r.above_level;
        if (holds) (r.forbids ? forbidden : permitted) = true;
      }
      if (forbidden) return false;
      if (permitted) return true;
    }
    if (!roles_decide) return false;
    for (const int role : roles_of(user, thing))
      if (roles[static_cast<std::size_t>(role)].scopes.contains(kActions[static_cast<std::size_t>(action)]))
        return true;
    return false;
  }
};

std::string ModelRule::text(const Model& m) const {
  const auto at = static_cast<std::size_t>(which);
  std::string text = forbids ? "forbid (" : "permit (";
  const auto slot = [](ModelSlot how, const char* name) {
    return std::string(how == ModelSlot::kEqual ? " == ?" : " in ?") + name;
  };
  switch (who) {
    case Who::kAny:
      text += "principal";
      if (principal_slot != ModelSlot::kNone) text += slot(principal_slot, "principal");
      break;
    case Who::kUser:
      text += "principal == user::\"" + m.users[at].id + "\"";
      break;
    case Who::kGroup:
      text += "principal in group::\"" + m.groups[at].id + "\"";
      break;
    case Who::kRole:
      text += "principal in role::\"" + m.roles[at].slug + "\"";
      break;
  }
  text +=
      action < 0 ? ", action" : ", action == Action::\"" + kActions[static_cast<std::size_t>(action)] + "\"";
  if (resource_slot != ModelSlot::kNone) {
    text += ", resource" + slot(resource_slot, "resource") + ")";
  } else if (thing < 0) {
    text += ", resource)";
  } else {
    const EntityName& name = m.things[static_cast<std::size_t>(thing)].name;
    text += std::string(", resource ") + (below ? "in " : "== ") + name.type + "::\"" + name.id + "\")";
  }
  if (above_level) text += " when { resource.level > " + std::to_string(*above_level) + " }";
  return text + ";";
}

class Tenant {
 public:
  explicit Tenant(unsigned seed) : engine_(seed), rules_(world_.service().store(), world_.acme()) {
    m_.now = world_.now().ms;
    make_people();
    make_things();
    make_mappings();
    make_rules();
  }

  // Whether people are remembered makes no difference.
  void ask_everything(bool remembers) {
    const auto policies = world_.read(world_.platform(), [&](const api::Read& read) {
      return api::stored(authz::compile_policies(read.txn, world_.acme()));
    });
    REQUIRE(policies.ok());
    const auto asked = world_.read(world_.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      authz::Decider decider(read.txn, *read.catalogue, *policies, world_.acme(), authz::UserIds::kUuid,
                             read.now, remembers ? read.people : nullptr);
      for (int user = 0; user < size(m_.users); ++user)
        for (int thing = 0; thing < size(m_.things); ++thing)
          for (int action = 0; action < size(kActions); ++action)
            for (const std::optional<std::int64_t> level :
                 {std::optional<std::int64_t>(), std::optional(number(5))})
              check(decider, user, action, thing, level);
      return {};
    });
    REQUIRE(asked.ok());
  }

  // Searches find, of all that is stored, what each question by itself is answered yes for. Gives how many
  // searches didn't have to try all.
  int search_everything() {
    int reached = 0;
    const auto asked = world_.read(world_.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      for (int action = 0; action < size(kActions); ++action) {
        for (int user = 0; user < size(m_.users); ++user)
          for (const char* const type : {"folder", "doc"}) {
            std::string expected;
            for (int thing = 0; thing < size(m_.things); ++thing) {
              const ModelThing& t = m_.things[static_cast<std::size_t>(thing)];
              if (t.stored && t.name.type == type && m_.decide(user, action, thing, {}))
                expected += t.name.id + " ";
            }
            api::Search search{api::Search::For::kResources, question(user, action, 0)};
            search.question.resource = {type, ""};
            reached += check_search(read, search, expected);
          }
        for (int thing = 0; thing < size(m_.things); ++thing) {
          std::set<std::string> ids;
          for (int user = 0; user < size(m_.users); ++user)
            if (m_.decide(user, action, thing, {})) ids.insert(m_.users[static_cast<std::size_t>(user)].id);
          std::string expected;
          for (const std::string& id : ids) expected += id + " ";
          reached += check_search(read, {api::Search::For::kSubjects, question(0, action, thing)}, expected);
        }
      }
      return {};
    });
    REQUIRE(asked.ok());
    return reached;
  }

 private:
  template <typename T>
  static int size(const std::vector<T>& v) {
    return static_cast<int>(v.size());
  }
  std::int64_t number(std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(engine_);
  }
  int index(int below) { return static_cast<int>(number(below)); }
  bool chance(int of_ten) { return number(10) < of_ten; }

  void make_people() {
    for (int i = 0; i < 4; ++i) {
      m_.groups.push_back({world_.add_group(world_.acme(), "g" + std::to_string(i)).to_string(), {}});
      for (int above = 0; above < i; ++above)
        if (chance(4)) {
          m_.groups.back().in.insert(above);
          world_.add_member(world_.acme(), group(above), group(i));
        }
      if (!chance(2)) continue;
      m_.groups.back().enabled = false;
      rules_.write([&](store::WriteTxn& txn) -> base::Result<void> {
        auto stored = domain::get_group(txn, world_.acme(), group(i));
        if (!stored.ok()) return stored.error();
        (*stored)->state = domain::State::kDisabled;
        return domain::put_group(txn, **stored);
      });
    }
    for (int i = 0; i < 5; ++i) {
      ModelUser user{world_.add_user(world_.acme(), "u" + std::to_string(i)).to_string(), !chance(1), {}};
      const auto id = *domain::UserId::parse(user.id);
      for (int g = 0; g < 4; ++g)
        if (chance(3)) {
          user.groups.insert(g);
          world_.add_member(world_.acme(), group(g), id);
        }
      if (!user.active)
        rules_.write([&](store::WriteTxn& txn) -> base::Result<void> {
          auto stored = domain::get_user(txn, world_.acme(), id);
          if (!stored.ok()) return stored.error();
          (*stored)->active = false;
          return domain::put_user(txn, **stored);
        });
      m_.users.push_back(std::move(user));
    }
    for (int i = 0; i < 3; ++i) {
      ModelRole role{"r" + std::to_string(i), {}};
      for (const char* scope : {"requests:approve", "grants:revoke", "group:get"})
        if (chance(4)) role.scopes.insert(scope);
      world_.add_role(world_.acme(), role.slug, {role.scopes.begin(), role.scopes.end()});
      m_.roles.push_back(std::move(role));
    }
  }

  void make_things() {
    for (int i = 0; i < 6; ++i) {
      ModelThing thing{{i < 3 ? "folder" : "doc", std::to_string(i)}, !chance(2), -1, {}};
      if (thing.stored && i > 0 && chance(7)) thing.parent = index(i);
      if (thing.stored && chance(6)) thing.level = number(5);
      if (thing.stored)
        rules_.add_entity(
            thing.name, thing.level ? R"({"level":)" + std::to_string(*thing.level) + "}" : "{}",
            thing.parent < 0 ? std::vector<EntityName>()
                             : std::vector{m_.things[static_cast<std::size_t>(thing.parent)].name});
      m_.things.push_back(std::move(thing));
    }
  }

  void make_mappings() {
    std::set<std::tuple<bool, int, int, int>> made;
    for (int i = 0; i < 8; ++i) {
      ModelMapping m{chance(5), 0, index(3), chance(5) ? index(6) : -1, {}, {}};
      m.who = index(m.of_group ? 4 : 5);
      if (!made.emplace(m.of_group, m.who, m.role, m.thing).second) continue;
      if (chance(3)) m.from = m_.now + number(3) - 1;
      if (chance(3)) m.until = m_.now + number(3);
      domain::Mapping mapping;
      mapping.id = domain::MappingId(random_.uuid({1'000}));
      mapping.tenant = world_.acme();
      mapping.principal =
          m.of_group
              ? domain::Principal(group(m.who))
              : domain::Principal(*domain::UserId::parse(m_.users[static_cast<std::size_t>(m.who)].id));
      if (m.thing >= 0) mapping.resource = to_string(m_.things[static_cast<std::size_t>(m.thing)].name);
      if (m.from) mapping.valid_from = base::Timestamp{*m.from};
      if (m.until) mapping.expires_at = base::Timestamp{*m.until};
      rules_.write([&](store::WriteTxn& txn) -> base::Result<void> {
        const auto role =
            domain::find_role(txn, world_.acme(), m_.roles[static_cast<std::size_t>(m.role)].slug);
        if (!role.ok()) return role.error();
        mapping.role = (*role)->id;
        return domain::put_mapping(txn, mapping);
      });
      m_.mappings.push_back(m);
    }
  }

  void make_rules() {
    for (int i = 0, n = index(8); i < n; ++i) {
      ModelRule rule;
      rule.forbids = chance(4);
      rule.priority = index(4);
      rule.who = static_cast<ModelRule::Who>(index(4));
      rule.which = rule.who == ModelRule::Who::kUser    ? index(5)
                   : rule.who == ModelRule::Who::kGroup ? index(4)
                                                        : index(3);
      if (chance(6)) rule.action = index(3);
      if (chance(6)) rule.thing = index(6);
      rule.below = chance(5);
      if (chance(3)) rule.above_level = number(5);
      if (chance(5)) make_template(rule);
      m_.rules.push_back(rule);
      const domain::PolicyId policy = rules_.add({rule.text(m_)}, rule.priority);
      for (const ModelGrant& grant : rule.grants)
        rules_.grant(policy, {principal_of(grant), resource_of(grant), grant.from, grant.until});
    }
    m_.deny_on_error = chance(5);
    m_.roles_decide = !chance(2);
    rules_.write([&](store::WriteTxn& txn) -> base::Result<void> {
      auto decisions = domain::get_decisions(txn, world_.acme());
      if (!decisions.ok()) return decisions.error();
      decisions->settings.on_error = m_.deny_on_error ? domain::OnError::kDeny : domain::OnError::kCedar;
      decisions->roles_enabled = m_.roles_decide;
      return domain::put_decisions(txn, *decisions);
    });
  }

  authz::DecisionQuestion question(int user, int action, int thing) const {
    return {{"user", m_.users[static_cast<std::size_t>(user)].id},
            m_.things[static_cast<std::size_t>(thing)].name,
            kActions[static_cast<std::size_t>(action)]};
  }

  int check_search(const api::Read& read, api::Search search, const std::string& expected) {
    search.limit = 1 + static_cast<std::size_t>(number(3));
    std::string found;
    do {
      const auto page = api::search(read, world_.acme(), api::UserIds::kUuid, search);
      REQUIRE(page.ok());
      for (const EntityName& name : page->data) found += name.id + " ";
      search.after = page->next;
    } while (!search.after.empty());
    std::string rules;
    for (const ModelRule& r : m_.rules) rules += std::to_string(r.priority) + ": " + r.text(m_) + "\n";
    INFO(rules << to_string(search.question.subject) << " " << search.question.action << " "
               << to_string(search.question.resource));
    CHECK(found == expected);
    const auto decisions = ApiWorld::must(
        api::Decisions::begin(read, world_.acme(), api::UserIds::kUuid, api::Decisions::Haste::kNone));
    const bool of_subjects = search.wanted == api::Search::For::kSubjects;
    return ApiWorld::must(decisions->within_reach(search.question, of_subjects)) ? 1 : 0;
  }

  void make_template(ModelRule& rule) {
    using Who = ModelGrant::Who;
    const int slots = 1 + index(3);
    if (slots != 2) {
      rule.who = ModelRule::Who::kAny;
      rule.principal_slot = chance(5) ? ModelSlot::kEqual : ModelSlot::kIn;
    }
    if (slots != 1) {
      rule.thing = -1;
      rule.resource_slot = chance(5) ? ModelSlot::kEqual : ModelSlot::kIn;
    }
    std::set<std::tuple<Who, int, int>> made;
    for (int i = 0, n = index(6); i < n; ++i) {
      ModelGrant grant;
      grant.who = slots == 2 ? Who::kNobody : static_cast<Who>(1 + index(4));
      grant.which = grant.who == Who::kUser    ? index(5)
                    : grant.who == Who::kGroup ? index(4)
                    : grant.who == Who::kThing ? index(6)
                                               : 0;
      if (slots != 1 && chance(8)) grant.thing = index(6);
      if (chance(3)) grant.from = m_.now + number(3) - 1;
      if (chance(3)) grant.until = m_.now + number(3);
      if (made.emplace(grant.who, grant.which, grant.thing).second) rule.grants.push_back(grant);
    }
  }
  std::string principal_of(const ModelGrant& grant) const {
    const auto at = static_cast<std::size_t>(grant.which);
    switch (grant.who) {
      case ModelGrant::Who::kNobody:
        return "";
      case ModelGrant::Who::kUser:
        return "user:" + m_.users[at].id;
      case ModelGrant::Who::kGroup:
        return "group:" + m_.groups[at].id;
      case ModelGrant::Who::kThing:
        return to_string(m_.things[at].name);
      case ModelGrant::Who::kEverybody:
        return "tenant:" + world_.acme().to_string();
    }
    return "";
  }
  std::string resource_of(const ModelGrant& grant) const {
    return grant.thing < 0 ? "" : to_string(m_.things[static_cast<std::size_t>(grant.thing)].name);
  }

  void check(authz::Decider& decider, int user, int action, int thing, std::optional<std::int64_t> level) {
    authz::DecisionQuestion q;
    q.subject = {"user", m_.users[static_cast<std::size_t>(user)].id};
    q.action = kActions[static_cast<std::size_t>(action)];
    q.resource = m_.things[static_cast<std::size_t>(thing)].name;
    if (level) {
      base::Json::Object properties;
      properties.emplace_back("level", base::Json(*level));
      q.resource_properties = base::Json(std::move(properties));
    }
    const auto decided = decider.decide(q);
    REQUIRE(decided.ok());
    if (decided->allowed == m_.decide(user, action, thing, level)) return;
    std::string rules;
    for (const ModelRule& r : m_.rules) rules += std::to_string(r.priority) + ": " + r.text(m_) + "\n";
    FAIL("user " << user << " " << q.action << " " << to_string(q.resource) << " level "
                 << (level ? std::to_string(*level) : "-") << ": decided " << decided->allowed << "\n"
                 << rules);
  }

  domain::GroupId group(int i) const {
    return *domain::GroupId::parse(m_.groups[static_cast<std::size_t>(i)].id);
  }

  ApiWorld world_;
  std::mt19937 engine_;
  SeededRandom random_;
  TenantRules rules_;
  Model m_;
};

}  // namespace

TEST_CASE("decisions: random tenants are decided as a plain model does", "[decisions]") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Tenant(seed).ask_everything(seed % 2 == 0);
  }
}

TEST_CASE("decisions: searches of random tenants find what the model does, by indexes too", "[decisions]") {
  int reached = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    reached += Tenant(seed).search_everything();
  }
  CHECK(reached > 300);
}
