// Conditions are held against databases: random policies in up to three tiers, some hundred rows with NULLs,
// mixed case, quotes, blanks, wildcards and NULs, columns whose collation ignores what it can. What a
// statement selects must be what evaluating the policies row by row allows, whether failing forbids count or
// not.
//
//   COMPARED_SETS=1 COMPARED_SEED=491 build/release/reeve-tests 'sql: generated *in SQLite'
//   COMPARED_SETS=60 COMPARED_ROWS=10000 sh tests/sql/servers.sh build/release/reeve-tests 'sql: generated *'
//
// looks at the set that a failure names, or at few sets of many rows; `make check-release` compares millions.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cedar/cedar.h"
#include "sql/condition.h"
#include "sql/operand.h"
#include "tests/sql/databases.h"
#include "tests/sql/generator.h"
#include "tests/support/catch.h"

namespace {

constexpr std::uint64_t kSets = 600;
constexpr std::uint64_t kSetsOnServers = 150;
constexpr std::uint64_t kSetsAtOnce = 50;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

bool has_nul(const cedar::Entity& row) {
  const auto fields = row.attrs.fields();
  return std::any_of(fields.begin(), fields.end(), [](const cedar::Record::Field& field) {
    const std::string* const text = field.second.string();
    return text && text->find('\0') != std::string::npos;
  });
}

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
  std::size_t compared = 0, different = 0, left_out = 0, allowed = 0, failed = 0, unsupported = 0,
              conditional = 0;
};

class Judge {
 public:
  explicit Judge(judged::Database& database) : database_(database) {
    judged::Generator choices(1);
    const std::uint64_t count = number_from("COMPARED_ROWS", judged::kNamedRows);
    for (std::size_t i = 0; i < count; ++i) rows_.push_back(choices.row(i, database.takes_nuls()));
    database_.fill(rows_);
    all_ = entities_;
    REQUIRE(all_.add(rows_).ok());
    for (const char* name : {"flag", "open", "n", "m", "s", "t", "owner", "editor", "folder", "team"})
      columns_.attributes.emplace(name, std::string("r.") + name);
    columns_.id = "r.id";
    columns_.parents.emplace("Folder", "r.parent");
  }

  // The sets of that many seeds from that one on.
  Counts compare(std::uint64_t first, std::uint64_t sets) {
    Counts counts;
    for (std::uint64_t seed = first; seed < first + sets; seed += kSetsAtOnce) {
      std::vector<Case> cases;
      for (std::uint64_t i = seed; i < std::min(seed + kSetsAtOnce, first + sets); ++i) add(i, cases, counts);
      std::vector<sql::Statement> conditions;
      for (const Case& one : cases) conditions.push_back(one.condition);
      const auto selected = database_.select(conditions);
      for (std::size_t i = 0; i < cases.size(); ++i) compare(cases[i], selected[i], counts);
    }
    return counts;
  }

 private:
  struct Case {
    std::uint64_t seed;
    std::string text;
    std::vector<cedar::PolicySet> tiers;
    cedar::PartialRequest request;
    bool denies;  // where a forbid fails
    sql::Statement condition;
  };

  void add(std::uint64_t seed, std::vector<Case>& cases, Counts& counts) const {
    judged::Generator choices(seed);
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
    const cedar::Record context = choices.context();
    const cedar::PartialRequest request{choices.principal(),
                                        cedar::EntityUid(cedar::Name::unchecked("Action"), "view"),
                                        cedar::Name::unchecked("Doc"), context};
    for (const bool denies : {true, false}) {
      auto condition = plan(tiers, request, denies);
      if (!condition) {
        ++counts.unsupported;
        return;
      }
      cases.push_back({seed, text, tiers, request, denies, std::move(*condition)});
    }
  }

  void compare(const Case& one, const std::set<std::string>& selected, Counts& counts) const {
    counts.conditional += !selected.empty() && selected.size() < rows_.size() ? 1 : 0;
    for (const cedar::Entity& row : rows_) {
      const bool expected = decide(one, row.uid, counts);
      ++counts.compared;
      counts.allowed += expected ? 1 : 0;
      const bool is_selected = selected.contains(row.uid.id());
      if (is_selected == expected) continue;
      // SQLite may leave out rows with a NUL, and takes none that isn't allowed.
      const bool may_differ = database_.dialect() == sql::Dialect::kSqlite && !is_selected && has_nul(row);
      counts.left_out += may_differ ? 1 : 0;
      if (may_differ || ++counts.different > 3) continue;
      FAIL_CHECK("seed " << one.seed << (one.denies ? ", deny" : ", ignore") << ", Doc " << row.uid.id()
                         << " " << to_text(cedar::Value(row.attrs)) << " is " << (expected ? "" : "not ")
                         << "allowed\n"
                         << one.text << one.condition.text);
    }
  }

  std::optional<sql::Statement> plan(const std::vector<cedar::PolicySet>& tiers,
                                     const cedar::PartialRequest& request, bool denies) const {
    const StoredHierarchy hierarchy(entities_);
    sql::Conditions conditions({database_.dialect(), columns_}, request, schema_, hierarchy);
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
    return finish((conditions.told_of() && allowed).fragment(), database_.dialect());
  }

  bool decide(const Case& one, const cedar::EntityUid& resource, Counts& counts) const {
    const cedar::Request request{std::get<cedar::EntityUid>(one.request.principal), one.request.action,
                                 resource, *one.request.context};
    for (const cedar::PolicySet& tier : one.tiers) {
      bool forbids = false, permits = false;
      for (const cedar::Policy& policy : tier.policies()) {
        const auto holds = is_satisfied(policy, request, all_);
        counts.failed += holds.ok() ? 0 : 1;
        const bool is_forbid = policy.body->effect == cedar::Effect::kForbid;
        if (is_forbid && (holds.ok() ? *holds : one.denies)) forbids = true;
        if (!is_forbid && holds.ok() && *holds) permits = true;
      }
      if (forbids || permits) return !forbids;
    }
    return false;
  }

  const cedar::Schema schema_ = cedar::Schema::parse(judged::kSchema, "s").value();
  const cedar::Entities entities_ = cedar::Entities::from_json(judged::kEntities).value();
  cedar::Entities all_;
  std::vector<cedar::Entity> rows_;
  sql::Columns columns_;
  judged::Database& database_;
};

void compare(judged::Database& database, std::uint64_t least) {
  const std::uint64_t sets = number_from("COMPARED_SETS", least);
  const Counts counts = Judge(database).compare(number_from("COMPARED_SEED", 1), sets);
  CHECK(counts.different == 0);
  if (counts.compared > 1'000'000)
    WARN(counts.compared << " rows compared, " << counts.different << " different, " << counts.left_out
                         << " left out");
  // That each happens often shows that the comparison is worth something.
  if (counts.compared < least * judged::kNamedRows) return;
  CHECK(counts.allowed > counts.compared / 10);
  CHECK(counts.allowed < counts.compared * 9 / 10);
  CHECK(counts.failed > counts.compared / 10);
  CHECK(counts.unsupported < sets / 3);
  CHECK(counts.conditional > sets / 2);
}

}  // namespace

TEST_CASE("sql: generated policies select the rows that they allow, in SQLite", "[sql][conformance]") {
  compare(*judged::make_sqlite(), kSets);
}

TEST_CASE("sql: generated policies select the rows that they allow, in PostgreSQL", "[.servers]") {
  compare(*judged::make_postgres(), kSetsOnServers);
}

TEST_CASE("sql: generated policies select the rows that they allow, in MariaDB", "[.servers]") {
  compare(*judged::make_mariadb(), kSetsOnServers);
}

// What is below the bounds of lib/sql must not be above theirs.
TEST_CASE("sql: databases take conditions as large as they may be", "[.servers]") {
  for (const auto make : {judged::make_sqlite, judged::make_postgres, judged::make_mariadb}) {
    const auto database = make();
    CAPTURE(static_cast<int>(database->dialect()));
    judged::Generator choices(1);
    std::vector<cedar::Entity> rows;
    for (std::size_t i = 0; i < 10; ++i) rows.push_back(choices.row(i, false));
    database->fill(rows);
    const auto is_row = [&](std::int64_t id) {
      return sql::Truth("(" + sql::quoted("r.id", database->dialect()) + " = " +
                        parameter(database->dialect(), id) + ")");
    };
    sql::Truth deep = is_row(3);
    bool is_turned = false;
    for (std::int64_t i = 1; deep.depth() + 7 <= sql::max_depth(database->dialect());
         ++i, is_turned = !is_turned)
      deep = !(i % 2 == 0 ? deep && !is_row(-i) : deep || is_row(-i));
    sql::Fragment many{"(" + sql::quoted("r.id", database->dialect()) + " IN (3"};
    for (std::size_t i = 0; i < sql::kMaxParameters; ++i)
      many += ", " + parameter(database->dialect(), std::int64_t{1'000'000} + static_cast<std::int64_t>(i));
    many += "))";
    std::vector<sql::Truth> beside;
    for (std::size_t bytes = 0; bytes < sql::kMaxStatement * 9 / 10 && beside.size() < sql::kMaxParameters;) {
      beside.push_back(is_row(3));
      bytes += beside.back().condition().text.size() + 8;
    }
    const sql::Truth wide = any_of(std::move(beside));
    const auto found =
        database->select({finish(deep.fragment(), database->dialect()), finish(many, database->dialect()),
                          finish(wide.fragment(), database->dialect())});
    CHECK(found[0].size() == (is_turned ? 9 : 1));
    CHECK(found[1] == std::set<std::string>{"3"});
    CHECK(found[2] == std::set<std::string>{"3"});
  }
}
