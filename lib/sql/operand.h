#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "cedar/ast.h"
#include "cedar/name.h"
#include "cedar/value.h"
#include "sql/columns.h"
#include "sql/fragment.h"

namespace sql {

// What an operand is of.
enum class Kind : std::uint8_t { kTruth, kLong, kText, kEntity };

// What can be compared: a column, or a value.
struct Operand {
  Kind kind;
  cedar::Name type;  // of an entity
  Truth evaluates;
  Fragment text;        // of kText, kEntity and kLong
  Truth holds = false;  // of kTruth
  std::optional<cedar::Value> value{};
};

// The placeholder of a value, which is of that type whatever the driver makes of it.
Fragment parameter(Dialect, const std::string& text);
Fragment parameter(Dialect, std::int64_t number);

// A column of values of that kind, of an entity of that type. It evaluates where it is there.
Operand column_operand(Dialect, const std::string& name, Kind, const cedar::Name& type);

// Whether a text fits a pattern. REQUIRES: no piece of it has a NUL, and is_matched() of the text
Truth matches(Dialect, const Fragment& text, const cedar::Pattern&);

// Whether matches() tells the truth about a column's text: SQLite's GLOB ends at a NUL, which the others have
// in no text.
Truth is_matched(Dialect, const Fragment& text);

}  // namespace sql
