#include "bench/cedar/scenarios.h"

#include <random>

#include "base/json.h"

namespace bench {

namespace {

struct Uid {
  std::string type;
  std::string id;
};

std::string number(std::size_t n) {
  return std::to_string(n);
}

void write_uid(base::JsonWriter& to, const Uid& uid) {
  to.begin_object().name("type").string(uid.type).name("id").string(uid.id).end_object();
}

void write_reference(base::JsonWriter& to, const Uid& uid) {
  to.begin_object().name("__entity");
  write_uid(to, uid);
  to.end_object();
}

// Collects entities and requests as JSON.
class Writer {
 public:
  explicit Writer(std::string name) : name_(std::move(name)) {
    entities_.begin_array();
    requests_.begin_array();
  }

  // `attributes` writes members of an open object.
  template <typename Attributes>
  void entity(const Uid& uid, const std::vector<Uid>& parents, Attributes attributes) {
    entities_.begin_object().name("uid");
    write_uid(entities_, uid);
    entities_.name("attrs").begin_object();
    attributes(entities_);
    entities_.end_object().name("parents").begin_array();
    for (const Uid& parent : parents) write_uid(entities_, parent);
    entities_.end_array().end_object();
  }
  void entity(const Uid& uid, const std::vector<Uid>& parents) {
    entity(uid, parents, [](base::JsonWriter&) {});
  }

  void request(const Uid& principal, const std::string& action, const Uid& resource) {
    requests_.begin_object().name("principal");
    write_uid(requests_, principal);
    requests_.name("action");
    write_uid(requests_, {"Action", action});
    requests_.name("resource");
    write_uid(requests_, resource);
    requests_.name("context").begin_object().end_object().end_object();
  }

  Scenario take(std::string policies) {
    entities_.end_array();
    requests_.end_array();
    return {std::move(name_), std::move(policies), entities_.take(), requests_.take()};
  }

 private:
  std::string name_;
  base::JsonWriter entities_;
  base::JsonWriter requests_;
};

class Dice {
 public:
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  Uid one(const char* type, std::size_t count) { return {type, type + number(below(count))}; }
  // Each of them with a chance of one in `rarity`.
  std::vector<Uid> some(const char* type, std::size_t count, std::size_t rarity) {
    std::vector<Uid> chosen;
    for (std::size_t i = 0; i < count; ++i)
      if (below(rarity) == 0) chosen.push_back({type, type + number(i)});
    return chosen;
  }

 private:
  std::mt19937_64 engine_{20240615};
};

constexpr std::size_t kRequests = 200;

// Documents in folders, shared with people and groups through their views.
Scenario drive(std::size_t count) {
  Dice dice;
  Writer w("drive-" + number(count));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string n = number(i);
    w.entity({"Group", "Group" + n}, i > 0 ? dice.some("Group", i, 8) : std::vector<Uid>());
    w.entity({"Folder", "Folder" + n}, i > 0 ? std::vector<Uid>{dice.one("Folder", i)} : std::vector<Uid>());
    w.entity({"User", "User" + n}, dice.some("Group", count, 4), [&](base::JsonWriter& a) {
      a.name("blocked").begin_array();
      for (const Uid& user : dice.some("User", count, 12)) write_reference(a, user);
      a.end_array();
    });
    w.entity({"Document", "Document" + n}, {dice.one("Folder", count)}, [&](base::JsonWriter& a) {
      write_reference(a.name("owner"), dice.one("User", count));
      write_reference(a.name("viewers"), dice.one("Group", count));
      write_reference(a.name("editors"), dice.one("Group", count));
      a.name("isPublic").boolean(dice.below(5) == 0).name("isTrashed").boolean(dice.below(10) == 0);
    });
  }
  static constexpr const char* kActions[] = {"read", "write", "share", "delete"};
  for (std::size_t i = 0; i < kRequests; ++i)
    w.request(dice.one("User", count), kActions[dice.below(4)], dice.one("Document", count));
  return w.take(R"(permit(principal, action, resource is Document) when { resource.owner == principal };
permit(principal, action == Action::"read", resource is Document)
when { resource.isPublic || principal in resource.viewers };
permit(principal, action in [Action::"read", Action::"write"], resource is Document)
when { principal in resource.editors };
permit(principal in Group::"Group0", action == Action::"read", resource in Folder::"Folder0");
forbid(principal, action, resource is Document)
when { principal has blocked && principal.blocked.contains(resource.owner) };
forbid(principal, action in [Action::"write", Action::"share"], resource is Document) when { resource.isTrashed };
)");
}

// Repositories of organisations, with a group for each level of access, and issues.
Scenario repository(std::size_t count) {
  Dice dice;
  Writer w("repository-" + number(count));
  static constexpr const char* kLevels[] = {"readers", "triagers", "writers", "maintainers", "admins"};
  for (std::size_t i = 0; i < count; ++i) {
    const std::string n = number(i);
    w.entity({"Team", "Team" + n}, i > 0 ? dice.some("Team", i, 8) : std::vector<Uid>());
    w.entity({"Organization", "Organization" + n}, {});
    w.entity({"User", "User" + n}, dice.some("Team", count, 4));
    w.entity({"Repository", "Repository" + n}, {dice.one("Organization", count)}, [&](base::JsonWriter& a) {
      for (const char* level : kLevels) write_reference(a.name(level), dice.one("Team", count));
    });
    w.entity({"Issue", "Issue" + n}, {}, [&](base::JsonWriter& a) {
      write_reference(a.name("repository"), dice.one("Repository", count));
      write_reference(a.name("reporter"), dice.one("User", count));
    });
  }
  static constexpr const char* kActions[] = {"pull",       "fork",       "push",       "assign",
                                             "add_reader", "edit_issue", "close_issue"};
  for (std::size_t i = 0; i < kRequests; ++i) {
    const char* action = kActions[dice.below(7)];
    const bool on_issue = std::string(action).ends_with("issue");
    w.request(dice.one("User", count), action, dice.one(on_issue ? "Issue" : "Repository", count));
  }
  return w.take(
      R"(permit(principal, action == Action::"pull", resource) when { principal in resource.readers };
permit(principal, action == Action::"fork", resource) when { principal in resource.readers };
permit(principal, action == Action::"push", resource) when { principal in resource.writers };
permit(principal, action == Action::"assign", resource) when { principal in resource.triagers };
permit(principal, action in [Action::"add_reader", Action::"add_writer", Action::"add_admin"], resource)
when { principal in resource.admins };
permit(principal, action in [Action::"edit_issue", Action::"close_issue"], resource is Issue)
when { principal in resource.repository.readers && principal == resource.reporter };
permit(principal, action in [Action::"edit_issue", Action::"close_issue"], resource is Issue)
when { principal in resource.repository.maintainers };
permit(principal, action in [Action::"pull", Action::"push", Action::"assign"], resource)
when { resource is Repository && principal in resource.admins };
)");
}

// Lists of tasks, shared with teams.
Scenario tasks(std::size_t count) {
  Dice dice;
  Writer w("tasks-" + number(count));
  w.entity({"Application", "Application0"}, {});
  w.entity({"Team", "interns"}, {});
  for (std::size_t i = 0; i < count; ++i) {
    const std::string n = number(i);
    w.entity({"Team", "Team" + n}, i > 0 ? dice.some("Team", i, 8) : std::vector<Uid>());
    std::vector<Uid> teams = dice.some("Team", count, 4);
    if (dice.below(6) == 0) teams.push_back({"Team", "interns"});
    teams.push_back({"Application", "Application0"});
    w.entity({"User", "User" + n}, teams, [&](base::JsonWriter& a) {
      a.name("joblevel")
          .integer(static_cast<std::int64_t>(dice.below(10)))
          .name("location")
          .string("ABC" + n);
    });
    w.entity({"List", "List" + n}, {{"Application", "Application0"}}, [&](base::JsonWriter& a) {
      write_reference(a.name("owner"), dice.one("User", count));
      write_reference(a.name("readers"), dice.one("Team", count));
      write_reference(a.name("editors"), dice.one("Team", count));
      a.name("name").string("list " + n).name("tasks").begin_array();
      for (std::size_t task = 0; task < 5; ++task)
        a.begin_object()
            .name("id")
            .integer(static_cast<std::int64_t>(task))
            .name("state")
            .string("open")
            .end_object();
      a.end_array();
    });
  }
  static constexpr const char* kActions[] = {"GetList",    "UpdateList", "DeleteList",
                                             "CreateTask", "GetLists",   "CreateList"};
  for (std::size_t i = 0; i < kRequests; ++i) {
    const std::size_t action = dice.below(6);
    w.request(dice.one("User", count), kActions[action],
              action < 4 ? dice.one("List", count) : Uid{"Application", "Application0"});
  }
  return w.take(
      R"(permit(principal, action in [Action::"CreateList", Action::"GetLists"], resource == Application::"Application0");
permit(principal, action, resource is List in Application::"Application0") when { resource.owner == principal };
permit(principal, action == Action::"GetList", resource)
when { principal in resource.readers || principal in resource.editors };
permit(principal, action in [Action::"UpdateList", Action::"CreateTask"], resource)
when { principal in resource.editors };
permit(principal in Team::"Team0", action, resource in Application::"Application0");
forbid(principal in Team::"interns", action == Action::"CreateList", resource == Application::"Application0");
permit(principal, action == Action::"GetList", resource is List)
when { principal.joblevel > 8 && resource.name like "list *" };
)");
}

// So many policies of a kind, of which one matches. kAnywhere is an attribute's condition whose scope tells
// nothing, so that each has to be evaluated.
enum class Kind { kEqual, kIn, kAttribute, kAnywhere };

std::string policy_of(Kind kind, std::size_t i) {
  const std::string n = number(i);
  switch (kind) {
    case Kind::kEqual:
      return "permit(principal == User::\"User" + n +
             "\", action == Action::\"view\", resource == Document::\"Document" + n + "\");\n";
    case Kind::kIn:
      return "permit(principal in Group::\"Group" + n +
             "\", action == Action::\"view\", resource in Folder::\"Folder" + n + "\");\n";
    case Kind::kAttribute:
      return "permit(principal == User::\"User" + n +
             "\", action == Action::\"view\", resource is Document)\n" +
             "when { resource.level > 3 && resource.department == principal.department };\n";
    case Kind::kAnywhere:
      return "permit(principal, action == Action::\"view\", resource is Document)\n"
             "when { principal.number == " +
             n + " && resource.department == principal.department };\n";
  }
  return {};
}

Scenario many(const char* name, Kind kind, std::size_t policies) {
  static constexpr std::size_t kPeople = 10;
  Dice dice;
  Writer w(name + ("-" + number(policies)));
  std::string text;
  for (std::size_t i = 0; i < policies; ++i) text += policy_of(kind, i);
  for (std::size_t i = 0; i < kPeople; ++i) {
    const std::string n = number(policies * i / kPeople);
    w.entity({"User", "User" + n}, {{"Group", "Group" + n}}, [&](base::JsonWriter& a) {
      a.name("department")
          .string("sales")
          .name("number")
          .integer(static_cast<std::int64_t>(policies * i / kPeople));
    });
    w.entity({"Document", "Document" + n}, {{"Folder", "Folder" + n}},
             [&](base::JsonWriter& a) { a.name("level").integer(5).name("department").string("sales"); });
    w.request({"User", "User" + n}, "view", {"Document", "Document" + n});
    if (policies < kPeople) break;
  }
  return w.take(std::move(text));
}

// A chain of groups, the policy naming its end.
Scenario deep(std::size_t levels) {
  Writer w("deep-" + number(levels));
  w.entity({"User", "User0"}, {{"Group", "Group0"}});
  for (std::size_t i = 0; i + 1 < levels; ++i)
    w.entity({"Group", "Group" + number(i)}, {{"Group", "Group" + number(i + 1)}});
  w.request({"User", "User0"}, "view", {"Document", "Document0"});
  const std::string end = number(levels - 1);
  return w.take("permit(principal in Group::\"Group" + end + "\", action, resource);\n" +
                "permit(principal, action, resource) when { principal in Group::\"Group" + end + "\" };\n");
}

Scenario wide(std::size_t parents) {
  Writer w("wide-" + number(parents));
  std::vector<Uid> groups;
  for (std::size_t i = 0; i < parents; ++i) groups.push_back({"Group", "Group" + number(i)});
  w.entity({"User", "User0"}, groups);
  w.request({"User", "User0"}, "view", {"Document", "Document0"});
  return w.take("permit(principal in Group::\"Group" + number(parents / 2) + "\", action, resource);\n" +
                "permit(principal, action, resource) when { principal in Group::\"Group" +
                number(parents - 1) + "\" };\n");
}

// A set in an attribute, a set in the policy, and a set of groups.
Scenario sets(std::size_t size) {
  Writer w("set-" + number(size));
  std::string names, groups;
  for (std::size_t i = 0; i < size; ++i) {
    names += "\"name" + number(i) + "\", ";
    groups += "Group::\"Group" + number(i) + "\", ";
  }
  w.entity({"User", "User0"}, {{"Group", "Group7"}}, [&](base::JsonWriter& a) {
    a.name("name").string("name" + number(size / 3)).name("tags").begin_array();
    for (std::size_t i = 0; i < size; ++i) a.string("tag" + number(i));
    a.end_array();
  });
  w.request({"User", "User0"}, "view", {"Document", "Document0"});
  return w.take("permit(principal, action, resource) when { principal.tags.contains(\"tag" +
                number(size / 2) + "\") };\n" + "permit(principal, action, resource) when { [" + names +
                "].contains(principal.name) };\n" +
                "permit(principal, action, resource) when { principal in [" + groups + "] };\n");
}

Scenario like(std::size_t length) {
  Writer w("like-" + number(length));
  std::string text, pattern;
  for (std::size_t i = 0; i < length / 2; ++i) text += "ab";
  for (std::size_t i = 0; i < length / 8; ++i) pattern += "*ab";
  w.entity({"User", "User0"}, {}, [&](base::JsonWriter& a) { a.name("text").string(text); });
  w.request({"User", "User0"}, "view", {"Document", "Document0"});
  return w.take("permit(principal, action, resource) when { principal.text like \"" + pattern + "*\" };\n" +
                "permit(principal, action, resource) when { principal.text like \"" + pattern + "*c\" };\n");
}

}  // namespace

std::vector<Scenario> make_scenarios() {
  std::vector<Scenario> all;
  for (const std::size_t count : {5U, 20U, 50U}) {
    all.push_back(drive(count));
    all.push_back(repository(count));
    all.push_back(tasks(count));
  }
  for (const std::size_t count : {1U, 10U, 100U, 1'000U, 10'000U, 100'000U}) {
    all.push_back(many("equal", Kind::kEqual, count));
    all.push_back(many("in", Kind::kIn, count));
    all.push_back(many("attribute", Kind::kAttribute, count));
  }
  for (const std::size_t count : {100U, 1'000U}) all.push_back(many("anywhere", Kind::kAnywhere, count));
  for (const std::size_t levels : {100U, 1'000U}) all.push_back(deep(levels));
  for (const std::size_t parents : {1'000U, 10'000U}) all.push_back(wide(parents));
  for (const std::size_t size : {1'000U, 10'000U}) all.push_back(sets(size));
  for (const std::size_t length : {1'000U, 10'000U}) all.push_back(like(length));
  return all;
}

std::string make_policy_text(std::size_t bytes) {
  std::string text;
  text.reserve(bytes + 1'000);
  for (std::size_t i = 0; text.size() < bytes; ++i) {
    const std::string n = number(i);
    text += policy_of(Kind::kEqual, i) + policy_of(Kind::kAttribute, i);
    text +=
        "// What number " + n + " may do.\n@id(\"policy-" + n +
        "\")\nforbid (\n  principal is User in Group::\"Group" + n +
        "\",\n  action in [Action::\"view\", Action::\"edit\"],\n  resource\n)\nwhen {\n  context has ip "
        "&& " +
        "context.ip.isInRange(ip(\"10.0.0.0/8\")) &&\n  [\"a\", \"b\", \"c\"].contains(resource.name)\n}\n" +
        "unless { principal.age + 1 >= 18 || resource.title like \"draft*\" };\n";
  }
  return text;
}

std::string schema_of_policy_text() {
  return R"(entity Group, Folder;
entity User in Group { age: Long, department: String };
entity Document in Folder { level: Long, department: String, name: String, title: String };
action view, edit appliesTo { principal: User, resource: Document, context: { ip?: ipaddr } };
)";
}

}  // namespace bench
