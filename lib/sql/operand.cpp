// Texts are compared by their bytes. In PostgreSQL by the collation "C", in SQLite by BINARY and GLOB, since
// LIKE there doesn't tell a from A; in MySQL as binary strings, since its collations ignore blanks at the end
// and often the case.
//
// A text reaches MySQL in the character set of the connection. What that set doesn't have arrives as `?`, and
// the row that a forbid names would be selected; with a backslash it hangs on a setting of the server how it
// is read. So texts with anything else than ASCII, or with a backslash, are sent as the digits of their
// bytes.
#include "sql/operand.h"

#include <algorithm>

#include "base/encoding.h"

namespace sql {
namespace {

// The pattern in the form of LIKE with `!` as its escape, or of GLOB.
std::string like_pattern(const cedar::Pattern& pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
    if (i > 0) text += '%';
    for (const char c : pattern.pieces[i]) {
      if (c == '%' || c == '_' || c == '!') text += '!';
      text += c;
    }
  }
  return text;
}

std::string glob_pattern(const cedar::Pattern& pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
    if (i > 0) text += '*';
    for (const char c : pattern.pieces[i]) {
      const bool is_special = c == '*' || c == '?' || c == '[';
      text += is_special ? std::string("[") + c + "]" : std::string(1, c);
    }
  }
  return text;
}

bool arrives_as_it_is(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\\'; });
}

Fragment text_column(Dialect dialect, const std::string& column) {
  switch (dialect) {
    case Dialect::kPostgres:
      return {"CAST(" + column + " AS text) COLLATE \"C\""};
    case Dialect::kSqlite:
      return {"CAST(" + column + " AS TEXT) COLLATE BINARY"};
    case Dialect::kMysql:
      return {"CAST(CONVERT(" + column + " USING utf8mb4) AS BINARY)"};
  }
  return {};
}

}  // namespace

Fragment parameter(Dialect dialect, const std::string& text) {
  const std::string mark(1, kPlaceholder);
  switch (dialect) {
    case Dialect::kPostgres:
      return {"CAST(" + mark + " AS text)", {text}};
    case Dialect::kSqlite:
      return {mark, {text}};
    case Dialect::kMysql:
      if (!arrives_as_it_is(text)) return {"UNHEX(" + mark + ")", {base::to_hex(text)}};
      return {"CAST(CONVERT(" + mark + " USING utf8mb4) AS BINARY)", {text}};
  }
  return {};
}

Fragment parameter(Dialect dialect, std::int64_t number) {
  const std::string mark(1, kPlaceholder);
  switch (dialect) {
    case Dialect::kPostgres:
      return {"CAST(" + mark + " AS bigint)", {number}};
    case Dialect::kSqlite:
      return {mark, {number}};
    case Dialect::kMysql:
      return {"CAST(" + mark + " AS SIGNED)", {number}};
  }
  return {};
}

Operand column_operand(Dialect dialect, const std::string& name, Kind kind, const cedar::Name& type) {
  const std::string column = quoted(name, dialect);
  const Truth is_there(Fragment{"(" + column + " IS NOT NULL)"});
  switch (kind) {
    case Kind::kText:
    case Kind::kEntity:
      return Operand{kind, type, is_there, text_column(dialect, column)};
    case Kind::kLong:
      if (dialect != Dialect::kSqlite) return Operand{kind, type, is_there, {column}};
      return Operand{kind, type, Truth(Fragment{"(typeof(" + column + ") = 'integer')"}), {column}};
    case Kind::kTruth:
      if (dialect == Dialect::kPostgres)
        return Operand{kind, type, is_there, {}, Truth(Fragment{"(" + column + ")"})};
      return Operand{kind,
                     type,
                     is_there && Truth(Fragment{"(" + column + " IN (0, 1))"}),
                     {},
                     Truth(Fragment{"(" + column + " = 1)"})};
  }
  return Operand{kind, type, false, {}};
}

Truth matches(Dialect dialect, const Fragment& text, const cedar::Pattern& pattern) {
  if (dialect == Dialect::kSqlite)
    return Truth("(" + text + " GLOB " + parameter(dialect, glob_pattern(pattern)) + ")");
  return Truth("(" + text + " LIKE " + parameter(dialect, like_pattern(pattern)) + " ESCAPE '!')");
}

Truth is_matched(Dialect dialect, const Fragment& text) {
  if (dialect != Dialect::kSqlite) return true;
  return Truth("(instr(CAST(ifnull(" + text + ", '') AS BLOB), x'00') = 0)");
}

}  // namespace sql
