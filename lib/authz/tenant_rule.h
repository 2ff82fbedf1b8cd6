#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cedar/ast.h"

// What a tenant's rule says beside what Cedar makes of it: annotations that whoever asks is sent.
namespace authz {

// What whoever asked must do as well, if the rule determines the answer.
struct Obligation {
  std::string id, type;
  base::Json properties;  // an object

  bool operator==(const Obligation&) const = default;
};

// An annotation `@obligation_<id>("<json>")`.
struct ObligationText {
  std::string_view id, json;
};

// Reads it: a JSON object with `type`, a text, and perhaps `properties`, an object. The message says what is
// wrong, without a place.
base::Result<Obligation> parse_obligation(const ObligationText&);

inline constexpr std::string_view kObligationPrefix = "obligation_";
inline constexpr std::string_view kNotice = "notice";

// A statement that may be a rule. Immutable once made, and shared.
struct ParsedRule {
  cedar::TemplatePtr body;
  std::string notice;  // "" where it has none
  std::vector<Obligation> obligations;
};

// Of one that was read, with a source. The message has the place, as below.
base::Result<ParsedRule> read_statement(cedar::TemplatePtr);

// Reads a text of exactly one statement, whose obligations must be right. The message has the place, the line
// and a caret; `name` is what it calls the text.
base::Result<ParsedRule> parse_rule(std::string_view text, std::string_view name);

}  // namespace authz
