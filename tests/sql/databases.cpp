#include "tests/sql/databases.h"

#include <sqlite3.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace judged {
namespace {

constexpr std::array kAttributes = {"flag", "open", "n", "m", "s", "t", "owner", "editor", "folder", "team"};

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class Sqlite final : public Database {
 public:
  Sqlite() {
    sqlite3* opened = nullptr;
    REQUIRE(sqlite3_open(":memory:", &opened) == SQLITE_OK);
    database_.reset(opened);
    execute(
        "CREATE TABLE docs (id INTEGER PRIMARY KEY, flag INTEGER, open BOOLEAN, n BIGINT, m, s TEXT COLLATE "
        "NOCASE, t, owner TEXT COLLATE NOCASE, editor VARCHAR(9), folder TEXT, team TEXT, parent TEXT COLLATE "
        "RTRIM)");
  }

  sql::Dialect dialect() const override { return sql::Dialect::kSqlite; }
  bool takes_nuls() const override { return true; }

  void fill(const std::vector<cedar::Entity>& rows) override {
    execute("BEGIN");
    for (const cedar::Entity& row : rows) insert(row);
    execute("COMMIT");
  }

  std::vector<std::set<std::string>> select(const std::vector<sql::Statement>& conditions) override {
    std::vector<std::set<std::string>> found;
    for (const sql::Statement& condition : conditions) {
      const auto statement = prepare("SELECT id FROM docs r WHERE " + condition.text);
      int at = 0;
      for (const sql::Parameter& parameter : condition.parameters) {
        if (const auto* number = std::get_if<std::int64_t>(&parameter))
          sqlite3_bind_int64(statement.get(), ++at, *number);
        else
          bind(statement.get(), ++at, std::get<std::string>(parameter));
      }
      std::set<std::string>& ids = found.emplace_back();
      int step = 0;
      while ((step = sqlite3_step(statement.get())) == SQLITE_ROW)
        ids.insert(std::to_string(sqlite3_column_int64(statement.get(), 0)));
      REQUIRE(step == SQLITE_DONE);
    }
    return found;
  }

 private:
  using StatementPtr = std::unique_ptr<sqlite3_stmt, CloseDatabase>;

  void execute(const char* text) {
    REQUIRE(sqlite3_exec(database_.get(), text, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  void insert(const cedar::Entity& row) {
    const auto statement = prepare("INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sqlite3_bind_int64(statement.get(), 1, std::stoll(row.uid.id()));
    int at = 2;
    for (const char* name : kAttributes) {
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

std::string in_hex(const std::string& text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    hex += {kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return hex;
}

// A server that a program of the command line is fed with.
class Server : public Database {
 public:
  void fill(const std::vector<cedar::Entity>& rows) override {
    std::string script = table();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      script += i % 500 == 0 ? "INSERT INTO docs VALUES (" : ", (";
      script += values(rows[i]) + ")";
      if (i % 500 == 499 || i + 1 == rows.size()) script += ";\n";
    }
    execute(script);
  }

  std::vector<std::set<std::string>> select(const std::vector<sql::Statement>& conditions) override {
    is_other_ = !is_other_;
    std::string script = settings(is_other_);
    for (const sql::Statement& condition : conditions) {
      script += prepared("SELECT id FROM docs r WHERE " + condition.text, condition.parameters);
      script += "SELECT '.';\n";
    }
    std::vector<std::set<std::string>> found(1);
    std::istringstream lines(execute(script));
    for (std::string line; std::getline(lines, line);) {
      if (line == ".")
        found.emplace_back();
      else
        found.back().insert(line);
    }
    found.pop_back();
    REQUIRE(found.size() == conditions.size());
    return found;
  }

 protected:
  virtual std::string program() const = 0;
  virtual std::string table() const = 0;
  virtual std::string settings(bool others) const = 0;
  virtual std::string prepared(const std::string& statement,
                               const std::vector<sql::Parameter>& parameters) const = 0;
  virtual std::string literal(const std::string& text) const = 0;

  static std::string socket_of(const char* variable) {
    const char* path = std::getenv(variable);
    if (!path) FAIL(variable << " isn't set; run this by tests/sql/servers.sh");
    return path;
  }
  std::string list(const std::vector<sql::Parameter>& parameters) const {
    std::string text;
    for (const sql::Parameter& parameter : parameters) {
      if (!text.empty()) text += ", ";
      const auto* number = std::get_if<std::int64_t>(&parameter);
      text += number ? std::to_string(*number) : literal(std::get<std::string>(parameter));
    }
    return text;
  }

 private:
  std::string values(const cedar::Entity& row) const {
    std::string text = row.uid.id();
    for (const char* name : kAttributes) {
      const cedar::Value* value = row.attrs.find(name);
      text += ", ";
      if (!value)
        text += "NULL";
      else if (value->boolean())
        text += *value->boolean() ? "true" : "false";
      else if (value->integer())
        text += std::to_string(*value->integer());
      else
        text += literal(value->entity() ? value->entity()->id() : *value->string());
    }
    return text + ", " + (row.parents.empty() ? "NULL" : literal(row.parents.front().id()));
  }

  std::string execute(const std::string& script) const {
    const std::string file = dir_ / "script.sql";
    std::ofstream(file) << script;
    const Finished done = run({"sh", "-c", program() + " < " + file});
    if (done.code != 0) FAIL(done.err << " in: " << script.substr(0, 4'000));
    return done.out;
  }

  TempDir dir_;
  bool is_other_ = true;
};

class Postgres final : public Server {
 public:
  sql::Dialect dialect() const override { return sql::Dialect::kPostgres; }
  bool takes_nuls() const override { return false; }

 protected:
  std::string program() const override {
    return "psql -X -q -At -v ON_ERROR_STOP=1 -h '" + socket_of("POSTGRES_SOCKETS") +
           "' -U postgres postgres";
  }
  std::string table() const override {
    return "SET client_min_messages = warning; DROP TABLE IF EXISTS docs; DROP COLLATION IF EXISTS same;\n"
           "CREATE COLLATION same (provider = icu, locale = 'und-u-ks-level1', deterministic = false);\n"
           "CREATE TABLE docs (id bigint PRIMARY KEY, flag boolean, open boolean, n bigint, m numeric, "
           "s text COLLATE same, t varchar(99), owner text COLLATE same, editor varchar(9), folder text, "
           "team text COLLATE same, parent text COLLATE same);\n";
  }
  std::string settings(bool others) const override {
    return others ? "SET standard_conforming_strings = off; SET plan_cache_mode = force_generic_plan;\n"
                    "SET escape_string_warning = off; SET transform_null_equals = on;\n"
                  : "SET standard_conforming_strings = on;\n";
  }
  std::string prepared(const std::string& statement,
                       const std::vector<sql::Parameter>& parameters) const override {
    return "PREPARE asked AS " + statement + ";\nEXECUTE asked" +
           (parameters.empty() ? "" : "(" + list(parameters) + ")") + ";\nDEALLOCATE asked;\n";
  }
  std::string literal(const std::string& text) const override {
    std::string quoted = "E'";
    for (const char c : text) {
      if (c == '\'' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return quoted + "'";
  }
};

class Mariadb final : public Server {
 public:
  sql::Dialect dialect() const override { return sql::Dialect::kMysql; }
  bool takes_nuls() const override { return true; }

 protected:
  std::string program() const override {
    return "mariadb --no-defaults -N -B -u root -S '" + socket_of("MARIADB_SOCKET") + "' judged";
  }
  std::string table() const override {
    return "SET NAMES utf8mb4; DROP TABLE IF EXISTS docs;\n"
           "CREATE TABLE docs (id BIGINT PRIMARY KEY, flag BOOLEAN, open BIT(1), n BIGINT, m DECIMAL(20), "
           "s VARCHAR(99) COLLATE utf8mb4_general_ci, t TEXT COLLATE utf8mb4_bin, "
           "owner VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_german1_ci, "
           "editor VARCHAR(9) CHARACTER SET utf8mb3, folder CHAR(9) COLLATE utf8mb4_unicode_ci, "
           "team VARCHAR(9) COLLATE utf8mb4_unicode_ci, parent VARCHAR(9) CHARACTER SET ucs2);\n";
  }
  std::string settings(bool others) const override {
    return others ? "SET NAMES latin1; SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE';\n"
                    "SET sql_auto_is_null = 1;\n"
                  : "SET NAMES utf8mb4;\n";
  }
  std::string prepared(const std::string& statement,
                       const std::vector<sql::Parameter>& parameters) const override {
    return "EXECUTE IMMEDIATE " + literal(statement) +
           (parameters.empty() ? "" : " USING " + list(parameters)) + ";\n";
  }
  // No setting changes how this is read.
  std::string literal(const std::string& text) const override {
    return "CONVERT(x'" + in_hex(text) + "' USING utf8mb4)";
  }
};

}  // namespace

std::unique_ptr<Database> make_sqlite() {
  return std::make_unique<Sqlite>();
}

std::unique_ptr<Database> make_postgres() {
  return std::make_unique<Postgres>();
}

std::unique_ptr<Database> make_mariadb() {
  return std::make_unique<Mariadb>();
}

}  // namespace judged
