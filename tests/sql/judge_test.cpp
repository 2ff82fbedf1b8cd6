// Conditions are held against SQLite: random policies in up to three tiers, some hundred rows with NULLs,
// mixed case, quotes, blanks, wildcards and NULs, columns whose collation ignores the case. What a statement
// selects must be what evaluating the policies row by row allows, whether failing forbids count or not.
//
//   COMPARED_SETS=1 COMPARED_SEED=491 build/release/reeve-tests 'sql: generated *'
//
// looks at the set that a failure names; `make check-release` compares a million.
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cedar/cedar.h"
#include "sql/condition.h"
#include "tests/support/catch.h"

namespace {

constexpr std::uint64_t kSets = 600;
constexpr std::size_t kRows = 120;

constexpr const char* kSchema = R"(
  entity Group in [Group];
  entity User in [Group] { level: Long };
  entity Folder in [Folder];
  entity Doc in [Folder] {
    flag: Bool, open?: Bool, n: Long, m?: Long, s: String, t?: String,
    owner: User, editor?: User, folder?: Folder, team?: Group, tags?: Set<String>
  };
  action view appliesTo { principal: User, resource: Doc, context: { flag: Bool, big: Long, text: String, by?: User } };
)";

constexpr const char* kEntities = R"([
  {"uid": {"type": "Group", "id": "all"}, "attrs": {}, "parents": []},
  {"uid": {"type": "Group", "id": "red"}, "attrs": {}, "parents": [{"type": "Group", "id": "all"}]},
  {"uid": {"type": "User", "id": "ann"}, "attrs": {"level": 2}, "parents": [{"type": "Group", "id": "red"}]},
  {"uid": {"type": "User", "id": "Ann"}, "attrs": {"level": 1}, "parents": []},
  {"uid": {"type": "Folder", "id": "top"}, "attrs": {}, "parents": []},
  {"uid": {"type": "Folder", "id": "mid"}, "attrs": {}, "parents": [{"type": "Folder", "id": "top"}]},
  {"uid": {"type": "Folder", "id": "low"}, "attrs": {}, "parents": [{"type": "Folder", "id": "mid"}]},
  {"uid": {"type": "Folder", "id": "Top"}, "attrs": {}, "parents": []}
])";

constexpr const char* kTexts[] = {"a", "A",     "ab", "aB", "a%",   "a_b", "a*b", "'",  "\"",
                                  "é", "É",     "",   "a ", "a[b]", "a?",  "!",   "\\", "%",
                                  "_", "'; --", "ba", "aa", "x",    "axb", "a%b"};
constexpr const char* kPatterns[] = {"*",   "a*", "*a",   "*b*", "a*b", "a%*", "a_*", "",       "A*",   "*'",
                                     "*é*", "a",  "a*b*", "**",  "*[*", "*?",  "!*",  "*\\\\*", "*\\**"};
constexpr const char* kUsers[] = {"ann", "Ann", "bob", "'"};
constexpr const char* kFolders[] = {"top", "mid", "low", "Top", "none"};
constexpr const char* kGroups[] = {"all", "red", "blue"};
constexpr std::int64_t kNumbers[] = {0,
                                     1,
                                     2,
                                     -1,
                                     std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min(),
                                     9007199254740993};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string quoted_text(const char* text) {
  return to_text(cedar::Value(text));
}

// Typed expressions about the resource, now and then with something that isn't known to be right.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t pick(std::size_t count) { return random_() % count; }
  bool one_in(std::size_t count) { return pick(count) == 0; }
  template <typename T, std::size_t N>
  const T& choose(const T (&of)[N]) {
    return of[pick(N)];
  }

  std::string policy() {
    std::string text = one_in(3) ? "forbid" : "permit";
    text += "(principal, action, resource";
    if (one_in(6)) text += " in " + folder();
    if (one_in(8)) text += " == Doc::\"" + std::to_string(pick(kRows)) + "\"";
    // Both at once don't parse.
    if (text.find(" in ") != std::string::npos && text.find(" == ") != std::string::npos)
      text.resize(text.find(" == "));
    text += ")";
    for (std::size_t left = pick(3); left > 0; --left)
      text += (one_in(4) ? " unless { " : " when { ") + truth(3) + " }";
    return text + ";\n";
  }

  std::string truth(int depth) {
    if (depth == 0 || one_in(4)) return leaf();
    switch (pick(7)) {
      case 0:
      case 1:
        return "(" + truth(depth - 1) + " && " + truth(depth - 1) + ")";
      case 2:
      case 3:
        return "(" + truth(depth - 1) + " || " + truth(depth - 1) + " || " + truth(depth - 1) + ")";
      case 4:
        return "!(" + truth(depth - 1) + ")";
      case 5:
        return "(if " + truth(depth - 1) + " then " + truth(depth - 1) + " else " + truth(depth - 1) + ")";
      default:
        return "((" + truth(depth - 1) + (one_in(2) ? ") == (" : ") != (") + truth(depth - 1) + "))";
    }
  }

 private:
  std::string leaf() {
    static constexpr const char* kOptional[] = {"open", "m", "t", "editor", "folder", "team"};
    static constexpr const char* kOrders[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    switch (pick(20)) {
      case 0:
        return "resource.flag";
      case 1:
        return "resource.open";
      case 2:
        return "(resource has open && resource.open)";
      case 3:
      case 4:
        return number() + choose(kOrders) + number();
      case 5:
      case 6:
        return text() + (one_in(3) ? " != " : " == ") + text();
      case 7:
      case 8:
        return text() + " like \"" + choose(kPatterns) + "\"";
      case 9:
        return std::string("resource has ") + choose(kOptional);
      case 10:
        return user() + (one_in(3) ? " != " : " == ") + user();
      case 11:
        return "resource in " +
               (one_in(2) ? folder() : "[" + folder() + ", " + group() + ", " + folder() + "]");
      case 12:
        return "resource.folder in " + folder();
      case 13:
        return (one_in(2) ? std::string("principal") : uid("User", choose(kUsers))) + " in resource.team";
      case 14:
        return "[" + text_constant() + ", " + text_constant() + ", " +
               (one_in(3) ? text() : text_constant()) + "].contains(" + text() + ")";
      case 15:
        return "[" + uid("User", choose(kUsers)) + ", principal, resource.owner].contains(" + user() + ")";
      case 16:
        return one_in(2) ? "context.flag" : "principal.level > " + std::to_string(pick(3));
      case 17:
        return one_in(2) ? "context.by == principal" : "context.big + 1 > 0";  // which fail
      case 18:
        return one_in(2) ? "resource.editor is User"
                         : "resource == " + uid("Doc", std::to_string(pick(kRows)));
      default:
        return one_in(12) ? "resource.n + 1 > 0" : one_in(2) ? text() + " == " + number() : "resource.flag";
    }
  }

  static std::string uid(const char* type, const std::string& id) {
    return std::string(type) + "::" + to_text(cedar::Value(id));
  }
  std::string folder() { return uid("Folder", choose(kFolders)); }
  std::string group() { return uid("Group", choose(kGroups)); }
  std::string text_constant() { return quoted_text(choose(kTexts)); }
  std::string number() {
    static constexpr const char* kLongs[] = {"resource.n", "resource.m", "context.big", "principal.level"};
    return one_in(2) ? choose(kLongs) : std::to_string(choose(kNumbers));
  }
  std::string text() {
    static constexpr const char* kStrings[] = {"resource.s", "resource.t", "context.text"};
    return one_in(3) ? text_constant() : choose(kStrings);
  }
  std::string user() {
    static constexpr const char* kThose[] = {"resource.owner", "resource.editor", "principal"};
    return one_in(4) ? uid("User", choose(kUsers)) : choose(kThose);
  }

  std::mt19937_64 random_;
};

// A row, and the entity that it is.
cedar::Entity make_row(std::size_t number, Generator& choices) {
  std::vector<cedar::Record::Field> fields;
  const auto add = [&](const char* name, cedar::Value value) {
    if (!choices.one_in(4)) fields.emplace_back(name, std::move(value));
  };
  const auto uid = [](const char* type, const char* id) {
    return cedar::Value(cedar::EntityUid(cedar::Name::unchecked(type), id));
  };
  for (const char* name : {"flag", "open"}) add(name, cedar::Value(choices.one_in(2)));
  for (const char* name : {"n", "m"}) add(name, cedar::Value(choices.choose(kNumbers)));
  for (const char* name : {"s", "t"}) {
    std::string text = choices.choose(kTexts);
    if (choices.one_in(20)) text += std::string(1, '\0') + choices.choose(kTexts);
    add(name, cedar::Value(text));
  }
  for (const char* name : {"owner", "editor"}) add(name, uid("User", choices.choose(kUsers)));
  add("folder", uid("Folder", choices.choose(kFolders)));
  add("team", uid("Group", choices.choose(kGroups)));
  cedar::Entity row{{cedar::Name::unchecked("Doc"), std::to_string(number)}, cedar::Record(fields), {}, {}};
  if (!choices.one_in(3)) row.parents.push_back(*uid("Folder", choices.choose(kFolders)).entity());
  return row;
}

bool has_nul(const cedar::Entity& row) {
  const auto fields = row.attrs.fields();
  return std::any_of(fields.begin(), fields.end(), [](const cedar::Record::Field& field) {
    const std::string* const text = field.second.string();
    return text && text->find('\0') != std::string::npos;
  });
}

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class Database {
 public:
  Database() {
    sqlite3* opened = nullptr;
    REQUIRE(sqlite3_open(":memory:", &opened) == SQLITE_OK);
    database_.reset(opened);
    REQUIRE(
        sqlite3_exec(opened,
                     "CREATE TABLE docs (id INTEGER PRIMARY KEY, flag INTEGER, open BOOLEAN, n BIGINT, m, "
                     "s TEXT COLLATE NOCASE, t, owner TEXT COLLATE NOCASE, editor VARCHAR(9), folder TEXT, "
                     "team TEXT, parent TEXT COLLATE RTRIM)",
                     nullptr, nullptr, nullptr) == SQLITE_OK);
  }

  void insert(const cedar::Entity& row) {
    auto statement = prepare("INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sqlite3_bind_int64(statement.get(), 1, std::stoll(row.uid.id()));
    int at = 2;
    for (const char* name : {"flag", "open", "n", "m", "s", "t", "owner", "editor", "folder", "team"}) {
      const cedar::Value* value = row.attrs.find(name);
      if (value && value->boolean()) sqlite3_bind_int(statement.get(), at, *value->boolean() ? 1 : 0);
      if (value && value->integer()) sqlite3_bind_int64(statement.get(), at, *value->integer());
      if (value && value->string()) bind(statement.get(), at, *value->string());
      if (value && value->entity()) bind(statement.get(), at, value->entity()->id());
      ++at;
    }
    if (!row.parents.empty()) bind(statement.get(), at, row.parents.front().id());
    REQUIRE(sqlite3_step(statement.get()) == SQLITE_DONE);
  }

  std::set<std::string> select(const sql::Statement& made) {
    auto statement = prepare("SELECT id FROM docs r WHERE " + made.text);
    int at = 0;
    for (const sql::Parameter& parameter : made.parameters) {
      if (const auto* number = std::get_if<std::int64_t>(&parameter))
        sqlite3_bind_int64(statement.get(), ++at, *number);
      else
        bind(statement.get(), ++at, std::get<std::string>(parameter));
    }
    std::set<std::string> ids;
    int step = 0;
    while ((step = sqlite3_step(statement.get())) == SQLITE_ROW)
      ids.insert(std::to_string(sqlite3_column_int64(statement.get(), 0)));
    REQUIRE(step == SQLITE_DONE);
    return ids;
  }

 private:
  using StatementPtr = std::unique_ptr<sqlite3_stmt, CloseDatabase>;

  StatementPtr prepare(const std::string& text) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(database_.get(), text.c_str(), -1, &made, nullptr) != SQLITE_OK)
      FAIL(sqlite3_errmsg(database_.get()) << ": " << text);
    return StatementPtr(made);
  }
  static void bind(sqlite3_stmt* statement, int at, const std::string& text) {
    sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }

  std::unique_ptr<sqlite3, CloseDatabase> database_;
};

// What is stored of folders and groups.
class StoredHierarchy final : public sql::Hierarchy {
 public:
  explicit StoredHierarchy(const cedar::Entities& entities) : entities_(entities) {}

  Ids below(const cedar::EntityUid& top, const cedar::Name& type, std::size_t) const override {
    std::vector<std::string> ids;
    if (top.type() == type) ids.push_back(top.id());
    for (const cedar::Entity& entity : entities_.all())
      if (entity.uid.type() == type && entities_.has_ancestor(entity.uid, top))
        ids.push_back(entity.uid.id());
    return ids;
  }
  Ids above(const cedar::EntityUid& of, const cedar::Name& type, std::size_t) const override {
    std::vector<std::string> ids;
    if (of.type() == type) ids.push_back(of.id());
    std::vector<const cedar::EntityUid*> found;
    entities_.list_ancestors(of, found);
    for (const cedar::EntityUid* uid : found)
      if (uid->type() == type) ids.push_back(uid->id());
    return ids;
  }

 private:
  const cedar::Entities& entities_;
};

struct Counts {
  std::size_t compared = 0, different = 0, allowed = 0, failed = 0, unsupported = 0, conditional = 0;
};

class Judge {
 public:
  Judge() {
    Generator choices(1);
    for (std::size_t i = 0; i < kRows; ++i) {
      rows_.push_back(make_row(i, choices));
      database_.insert(rows_.back());
    }
    all_ = entities_;
    REQUIRE(all_.add(rows_).ok());
    for (const char* name : {"flag", "open", "n", "m", "s", "t", "owner", "editor", "folder", "team"})
      columns_.attributes.emplace(name, std::string("r.") + name);
    columns_.id = "r.id";
    columns_.parents.emplace("Folder", "r.parent");
  }

  void compare(std::uint64_t seed, Counts& counts) {
    Generator choices(seed);
    std::vector<cedar::PolicySet> tiers;
    std::string text;
    for (std::size_t left = 1 + choices.pick(3); left > 0; --left) {
      std::string tier;
      for (std::size_t rules = 1 + choices.pick(4); rules > 0; --rules) tier += choices.policy();
      auto set = cedar::PolicySet::parse(tier, "generated");
      if (!set.ok()) FAIL("seed " << seed << ": " << set.error().message);
      tiers.push_back(std::move(set).value());
      text += tier + "---\n";
    }
    const cedar::Record context({{"flag", cedar::Value(choices.one_in(2))},
                                 {"big", cedar::Value(choices.choose(kNumbers))},
                                 {"text", cedar::Value(choices.choose(kTexts))}});
    const cedar::EntityUid principal(cedar::Name::unchecked("User"), choices.choose(kUsers));
    const cedar::EntityUid action(cedar::Name::unchecked("Action"), "view");
    for (const bool denies : {true, false}) {
      const auto statement = plan(tiers, {principal, action, cedar::Name::unchecked("Doc"), context}, denies);
      if (!statement) {
        ++counts.unsupported;
        return;
      }
      const std::set<std::string> selected = database_.select(*statement);
      counts.conditional += !selected.empty() && selected.size() < kRows ? 1 : 0;
      for (const cedar::Entity& row : rows_) {
        const bool expected = decide(tiers, {principal, action, row.uid, context}, denies, counts);
        ++counts.compared;
        counts.allowed += expected ? 1 : 0;
        const bool is_selected = selected.contains(row.uid.id());
        // Rows with a NUL may be left out, and none that isn't allowed may be taken.
        if (is_selected == expected || (!is_selected && has_nul(row)) || ++counts.different > 3) continue;
        FAIL_CHECK("seed " << seed << (denies ? ", deny" : ", ignore") << ", Doc " << row.uid.id() << " "
                           << to_text(cedar::Value(row.attrs)) << " is " << (expected ? "" : "not ")
                           << "allowed\n"
                           << text << statement->text);
      }
    }
  }

 private:
  std::optional<sql::Statement> plan(const std::vector<cedar::PolicySet>& tiers,
                                     const cedar::PartialRequest& request, bool denies) {
    const StoredHierarchy hierarchy(entities_);
    sql::Conditions conditions({sql::Dialect::kSqlite, columns_}, request, schema_, hierarchy);
    sql::Truth allowed = false;
    for (auto tier = tiers.rbegin(); tier != tiers.rend(); ++tier) {
      cedar::StepBudget budget;
      const auto response = evaluate_partially(*tier, request, entities_, &schema_, budget);
      REQUIRE(response.ok());
      std::vector<sql::Rule> rules;
      for (const auto& part : response->parts) {
        const auto outcome = conditions.outcome(part.residual);
        if (!outcome) return std::nullopt;
        rules.push_back({part.effect == cedar::Effect::kForbid, *outcome});
      }
      allowed = sql::allows(rules, denies, allowed);
    }
    return finish((conditions.told_of() && allowed).fragment(), sql::Dialect::kSqlite);
  }

  bool decide(const std::vector<cedar::PolicySet>& tiers, const cedar::Request& request, bool denies,
              Counts& counts) const {
    for (const cedar::PolicySet& tier : tiers) {
      bool forbids = false, permits = false;
      for (const cedar::Policy& policy : tier.policies()) {
        const auto holds = is_satisfied(policy, request, all_);
        counts.failed += holds.ok() ? 0 : 1;
        const bool is_forbid = policy.body->effect == cedar::Effect::kForbid;
        if (is_forbid && (holds.ok() ? *holds : denies)) forbids = true;
        if (!is_forbid && holds.ok() && *holds) permits = true;
      }
      if (forbids || permits) return !forbids;
    }
    return false;
  }

  const cedar::Schema schema_ = cedar::Schema::parse(kSchema, "s").value();
  const cedar::Entities entities_ = cedar::Entities::from_json(kEntities).value();
  cedar::Entities all_;
  std::vector<cedar::Entity> rows_;
  sql::Columns columns_;
  Database database_;
};

}  // namespace

TEST_CASE("sql: generated policies select the rows that they allow, in SQLite", "[sql][conformance]") {
  const std::uint64_t sets = number_from("COMPARED_SETS", kSets);
  const std::uint64_t first = number_from("COMPARED_SEED", 1);
  Judge judge;
  Counts counts;
  for (std::uint64_t seed = first; seed < first + sets; ++seed) judge.compare(seed, counts);
  CHECK(counts.different == 0);
  CAPTURE(counts.compared);
  if (sets < kSets) return;
  // That each happens often shows that the comparison is worth something.
  CHECK(counts.allowed > counts.compared / 10);
  CHECK(counts.allowed < counts.compared * 9 / 10);
  CHECK(counts.failed > counts.compared / 10);
  CHECK(counts.unsupported < sets / 3);
  CHECK(counts.conditional > sets / 2);
}
