#include "sql/condition.h"

#include <memory>
#include <string>

#include "cedar/cedar.h"
#include "tests/support/catch.h"

namespace {

constexpr const char* kSchema = R"(
  entity User { level: Long };
  entity Folder in [Folder];
  entity Team;
  entity Doc in [Folder, Team] { open: Bool, size: Long, name: String, owner: User, seen: Set<User>, price: decimal }
    tags String;
  action view appliesTo { principal: User, resource: Doc };
)";

// Folder 2 is in folder 1; of anything else there is nothing but itself, and of `many` there are too many.
class Folders final : public sql::Hierarchy {
 public:
  Ids below(const cedar::EntityUid& top, const cedar::Name& type, std::size_t) const override {
    if (top.id() == "many") return std::nullopt;
    std::vector<std::string> ids;
    if (top.type() == type) ids.push_back(top.id());
    if (type.text() == "Folder" && top.id() == "1") ids.emplace_back("2");
    return ids;
  }
  Ids above(const cedar::EntityUid& of, const cedar::Name& type, std::size_t most) const override {
    return below(of, type, most);
  }
};

struct Said {
  std::string text;
  std::vector<sql::Parameter> parameters;
  std::string unsupported;
};

// `times`: it is said so often, by the same conditions, and the last is told.
Said say(sql::Dialect dialect, const std::string& condition, int times = 1) {
  const cedar::Schema schema = cedar::Schema::parse(kSchema, "s").value();
  const cedar::Entities entities;
  const auto set =
      cedar::PolicySet::parse("permit(principal, action, resource) when { " + condition + " };", "p").value();
  const cedar::PartialRequest request{cedar::EntityUid::parse("User::\"ann\"").value(),
                                      cedar::EntityUid::parse("Action::\"view\"").value(),
                                      cedar::Name::unchecked("Doc"), cedar::Record()};
  cedar::StepBudget budget;
  cedar::PartialEvaluator evaluator(request, entities, &schema, budget);
  const auto residual = evaluator.evaluate(set.policies().front());
  REQUIRE(residual.ok());
  const sql::Columns columns{"d.id",
                             {{"open", "open"},
                              {"size", "d.size"},
                              {"name", "d.name"},
                              {"owner", "d.owner_id"},
                              {"seen", "d.seen"},
                              {"price", "d.price"}},
                             {{"Folder", "d.folder_id"}}};
  const Folders folders;
  sql::Conditions conditions({dialect, columns}, request, schema, folders);
  auto outcome = conditions.outcome(*residual);
  for (int said = 1; outcome && said < times; ++said) outcome = conditions.outcome(*residual);
  if (!outcome)
    return {{}, {}, conditions.unsupported()->expression + ": " + conditions.unsupported()->reason};
  const auto made = finish(sql::allows({{false, *outcome}}, true, false).fragment(), dialect);
  return {made.text, made.parameters, {}};
}

}  // namespace

TEST_CASE("sql: an expression is said with whether it evaluates", "[sql]") {
  struct Row {
    const char* condition;
    const char* text;
  };
  const Row rows[] = {
      {"true", "(1 = 1)"},
      {"false", "(1 = 0)"},
      {"resource.open", "(((`open` IS NOT NULL) AND (`open` IN (0, 1))) AND (`open` = 1))"},
      {"resource has name", "(`d`.`name` IS NOT NULL)"},
      {"resource.size > 3", "((typeof(`d`.`size`) = 'integer') AND (`d`.`size` > ?))"},
      {"resource.name == \"it's\"",
       "((`d`.`name` IS NOT NULL) AND (CAST(`d`.`name` AS TEXT) COLLATE BINARY = ?))"},
      {"resource.name like \"a*[\"",
       "((`d`.`name` IS NOT NULL) AND (CAST(`d`.`name` AS TEXT) COLLATE BINARY GLOB ?))"},
      {"resource.owner == principal",
       "((`d`.`owner_id` IS NOT NULL) AND (CAST(`d`.`owner_id` AS TEXT) COLLATE BINARY = ?))"},
      {"resource in Folder::\"1\"",
       "((`d`.`folder_id` IS NOT NULL) AND (CAST(`d`.`folder_id` AS TEXT) COLLATE BINARY IN (?, ?)))"},
      {"resource.size > 3 || resource has name",
       "((typeof(`d`.`size`) = 'integer') AND ((`d`.`size` > ?) OR (`d`.`name` IS NOT NULL)))"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.condition);
    const Said said = say(sql::Dialect::kSqlite, row.condition);
    CHECK(said.unsupported == "");
    CHECK(said.text == row.text);
  }
}

TEST_CASE("sql: each dialect compares texts by their bytes, and counts its placeholders", "[sql]") {
  const char* const condition = "resource.name == \"A\" || resource.name like \"50%*\"";
  const Said postgres = say(sql::Dialect::kPostgres, condition);
  CHECK(postgres.text ==
        R"(((("d"."name" IS NOT NULL) AND ((CAST("d"."name" AS text) COLLATE "C" = CAST($1 AS text)) OR )"
        R"(("d"."name" IS NOT NULL))) AND ((CAST("d"."name" AS text) COLLATE "C" = CAST($2 AS text)) OR )"
        R"((CAST("d"."name" AS text) COLLATE "C" LIKE CAST($3 AS text) ESCAPE '!'))))");
  CHECK(postgres.parameters == std::vector<sql::Parameter>{"A", "A", "50!%%"});
  const Said mysql = say(sql::Dialect::kMysql, "resource.name == \"A\"");
  CHECK(mysql.text ==
        "((`d`.`name` IS NOT NULL) AND (CAST(CONVERT(`d`.`name` USING utf8mb4) AS BINARY) = "
        "CAST(CONVERT(? USING utf8mb4) AS BINARY)))");
  // What depends on the connection's character set or on how backslashes are read goes there as digits.
  for (const auto& [text, digits] : {std::pair("é", "c3a9"), std::pair("a\\\\", "615c")}) {
    CAPTURE(text);
    const Said coded = say(sql::Dialect::kMysql, "resource.name == \"" + std::string(text) + "\"");
    CHECK(coded.text ==
          "((`d`.`name` IS NOT NULL) AND (CAST(CONVERT(`d`.`name` USING utf8mb4) AS BINARY) = UNHEX(?)))");
    CHECK(coded.parameters == std::vector<sql::Parameter>{digits});
  }
  CHECK(say(sql::Dialect::kSqlite, "resource.name like \"50%*[x]?\"").parameters ==
        std::vector<sql::Parameter>{"50%*[[]x][?]"});
}

TEST_CASE("sql: what can't be said is told, and gives no condition", "[sql]") {
  struct Row {
    const char* condition;
    const char* unsupported;
  };
  const Row rows[] = {
      {"resource.size + 1 > 2", "resource.size + 1: arithmetic may overflow"},
      {"-resource.size > 2", "-resource.size: arithmetic may overflow"},
      {"resource.seen.contains(principal)",
       R"(resource.seen.contains(User::"ann"): a set can't be a column)"},
      {"resource.seen == resource.seen", "resource.seen: values of its type can't be in a column"},
      {"resource.price.lessThan(decimal(\"1.0\"))",
       "resource.price.lessThan(decimal(\"1.0\")): can't be said in SQL"},
      {"resource.hasTag(\"a\")", "resource.hasTag(\"a\"): tags can't be columns"},
      {"resource.owner.level > 2",
       "resource.owner.level: only attributes of the resource itself can be columns"},
      {"resource in Team::\"1\"", R"(resource in Team::"1": `columns.parents` doesn't name `Team`)"},
      {"resource in Folder::\"many\"",
       R"(resource in Folder::"many": needs all of more entities than 10000, or of some that can't be listed)"},
      {"resource.name == \"a\\0b\"", "\"a\\0b\": has a text with a NUL"},
      {"resource.open < 3", "resource.open < 3: orders what are no longs"},
      {"resource.open && resource.size * 2 > 1", "resource.size * 2: arithmetic may overflow"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.condition);
    const Said said = say(sql::Dialect::kPostgres, row.condition);
    CHECK(said.text == "");
    CHECK(said.unsupported == row.unsupported);
  }
}

TEST_CASE("sql: conditions have bounds", "[sql]") {
  // Five hundred beside each other nest a little, forty in each other much.
  std::string ors = "resource.name == \"a\"";
  for (int i = 0; i < 500; ++i) ors += " || resource.name == \"" + std::to_string(i) + "\"";
  CHECK(say(sql::Dialect::kSqlite, ors).unsupported.empty());
  std::string nested = "resource.open";
  for (int i = 0; i < 40; ++i)
    nested = "!(resource.size == " + std::to_string(i) + (i % 2 == 0 ? " && " : " || ") + nested + ")";
  CHECK(say(sql::Dialect::kSqlite, nested)
            .unsupported.ends_with(": needs a condition that is larger than one may be"));
  CHECK(say(sql::Dialect::kPostgres, nested).unsupported.empty());
  const std::string pattern(sql::kMaxPattern, 'a');
  CHECK(say(sql::Dialect::kSqlite, "resource.name like \"" + pattern + "\"")
            .unsupported.ends_with(": has a pattern that is longer than one may be"));

  // Each of 150 operands is copied with all that are behind it.
  std::string ands = "resource.size > 0";
  for (int i = 0; i < 150; ++i) ands += " && resource.name != \"" + std::to_string(i) + "\"";
  CHECK(say(sql::Dialect::kMysql, ands).unsupported.empty());
  CHECK(say(sql::Dialect::kMysql, ands, 1'000)
            .unsupported.ends_with(": takes more work than all conditions together may"));
}

TEST_CASE("sql: a column's name is identifiers and nothing else", "[sql]") {
  for (const char* name : {"status", "r.status", "s.r.status", "_a1", "R.Order"}) {
    CAPTURE(name);
    CHECK(sql::is_column(name));
  }
  for (const char* name : {"", "1a", "a.", ".a", "a..b", "a.b.c.d", "a b", "a\"", "a`", "a;--", "a)",
                           "\xc3\xa9", "a\nb", "a-b"}) {
    CAPTURE(name);
    CHECK(!sql::is_column(name));
  }
  CHECK(sql::is_column(std::string(sql::kMaxColumnName, 'a')));
  CHECK(!sql::is_column(std::string(sql::kMaxColumnName + 1, 'a')));
  CHECK(sql::quoted("r.Order", sql::Dialect::kPostgres) == R"("r"."Order")");
  CHECK(sql::quoted("r.Order", sql::Dialect::kSqlite) == "`r`.`Order`");
}
