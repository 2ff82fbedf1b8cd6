#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/source_text.h"
#include "cedar/ast.h"

// A rule taken apart, for who would rather fill in a form than write Cedar. Text and parts are made of each
// other, and mean the same:
//
//   @notice("Ask Ann.") forbid (principal in group::"7", action, resource is Doc) when { context.mfa };
//
//   effect "forbid"; principal "in", type "group", id "7"; action "any"; resource "is", type "Doc", id none;
//   conditions "when { context.mfa }"; notice "Ask Ann."
namespace authz {

// What the scope asks of principal or resource. Of `is_in` the type is that of `is`, and the id is the entity
// as Cedar writes it, `group::"7"`. The id "?principal" (or "?resource") without a type is the slot.
struct ScopeParts {
  std::string scope_type = "any";  // "any", "eq", "in", "is", "is_in"
  std::optional<std::string> entity_type, entity_id;

  bool operator==(const ScopeParts&) const = default;
};

struct ActionParts {
  std::string scope_type = "any";  // "any", "eq" with one id, "in" with any number
  // The id of `Action::"view"`, `view`; of an action in a namespace all of it, `Docs::Action::"view"`.
  std::vector<std::string> ids;

  bool operator==(const ActionParts&) const = default;
};

struct RuleParts {
  std::string effect;  // "permit", "forbid"
  ScopeParts principal;
  ActionParts action;
  ScopeParts resource;
  std::optional<std::string> conditions;  // `when { … } unless { … }`, as written
  std::optional<std::string> notice;
  std::vector<std::pair<std::string, std::string>> annotations;  // the others, in their order

  bool operator==(const RuleParts&) const = default;
};

// REQUIRES: the policy was read from text
RuleParts parts_of(const cedar::Template&);

// A part that is wrong. The pointer is of the members' names in calls: "/principal_entity_id".
struct PartError {
  std::string pointer;
  std::string message;
};

// The rule's text, laid out. Fails with every part that is wrong; of conditions the message has the place in
// them, the line and a caret.
base::Result<std::string, std::vector<PartError>> text_of(const RuleParts&);

// A message of the form "name:line:col: what", taken apart; nothing where it has another form.
struct PlacedMessage {
  base::Place place;
  std::string what;  // without the line and the caret
};
std::optional<PlacedMessage> placed_message(std::string_view name, std::string_view message);

}  // namespace authz
