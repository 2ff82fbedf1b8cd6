// Parts become a tree of the scope alone, since a tree can hold nothing but what it says: no text of a part
// can begin another one. It is printed, the conditions go behind it as they were written, and the whole is
// laid out. Conditions are read by themselves before, behind a scope of our own, and must be conditions
// alone.
#include "authz/rule_parts.h"

#include <charconv>
#include <memory>
#include <system_error>

#include "authz/tenant_rule.h"
#include "base/text.h"
#include "cedar/formatter.h"
#include "cedar/limits.h"
#include "cedar/name.h"
#include "cedar/parser.h"
#include "cedar/source.h"

namespace authz {
namespace {

constexpr std::string_view kAction = "Action";
constexpr std::string_view kHead = "permit (principal, action, resource)\n";  // a line by itself

// ---- from a tree

struct Taken {
  std::string_view slot;
  ScopeParts& parts;

  void operator()(const cedar::ScopeAny&) const { parts.scope_type = "any"; }
  void operator()(const cedar::ScopeEqual& c) const {
    parts.scope_type = "eq";
    entity(c.entity);
  }
  void operator()(const cedar::ScopeIn& c) const {
    parts.scope_type = "in";
    entity(c.entity);
  }
  void operator()(const cedar::ScopeIs& c) const {
    parts.scope_type = "is";
    parts.entity_type = c.type.text();
  }
  void operator()(const cedar::ScopeIsIn& c) const {
    parts.scope_type = "is_in";
    parts.entity_type = c.type.text();
    const auto* uid = std::get_if<cedar::EntityUid>(&c.entity);
    parts.entity_id = uid ? to_text(*uid) : std::string(slot);
  }

 private:
  void entity(const cedar::EntityOrSlot& given) const {
    const auto* uid = std::get_if<cedar::EntityUid>(&given);
    if (uid) parts.entity_type = uid->type().text();
    parts.entity_id = uid ? uid->id() : std::string(slot);
  }
};

// An id that reads as a whole action is written whole, too.
std::string action_text(const cedar::EntityUid& action) {
  const auto whole = cedar::EntityUid::parse(action.id());
  const bool is_plain = action.type().text() == kAction && !(whole.ok() && whole->is_action());
  return is_plain ? action.id() : to_text(action);
}

struct TakenAction {
  ActionParts& parts;

  void operator()(const cedar::ScopeAny&) const { parts.scope_type = "any"; }
  void operator()(const cedar::ActionEqual& c) const {
    parts.scope_type = "eq";
    parts.ids.push_back(action_text(c.action));
  }
  void operator()(const cedar::ActionIn& c) const {
    parts.scope_type = "in";
    parts.ids.push_back(action_text(c.action));
  }
  void operator()(const cedar::ActionInSet& c) const {
    parts.scope_type = "in";
    for (const cedar::EntityUid& action : c.actions) parts.ids.push_back(action_text(action));
  }
};

// ---- to a tree

// Makes the tree of the scope, and gathers what is wrong.
class Reader {
 public:
  std::vector<PartError> errors;

  std::optional<cedar::ScopeConstraint> scope(const std::string& variable, const ScopeParts& parts) {
    const Given given{variable, parts};
    const std::string& type = parts.scope_type;
    if (type == "any") {
      none(given, "entity_type", parts.entity_type);
      none(given, "entity_id", parts.entity_id);
      return cedar::ScopeAny{};
    }
    if (type == "is") {
      none(given, "entity_id", parts.entity_id);
      auto name = entity_type(given);
      if (name) return cedar::ScopeIs{*std::move(name)};
    } else if (type == "is_in") {
      auto name = entity_type(given);
      auto entity = entity_in(given);
      if (name && entity) return cedar::ScopeIsIn{*std::move(name), *std::move(entity)};
    } else if (type == "eq" || type == "in") {
      auto entity = entity_or_slot(given);
      if (entity && type == "eq") return cedar::ScopeEqual{*std::move(entity)};
      if (entity) return cedar::ScopeIn{*std::move(entity)};
    } else {
      add(given, "scope_type", "must be any, eq, in, is or is_in");
    }
    return std::nullopt;
  }

  std::optional<cedar::ActionConstraint> action(const ActionParts& parts) {
    if (parts.scope_type == "any") {
      if (!parts.ids.empty()) errors.push_back({"/action_ids", "must be empty where any action is meant"});
      return cedar::ScopeAny{};
    }
    if (parts.scope_type != "eq" && parts.scope_type != "in") {
      errors.push_back({"/action_scope_type", "must be any, eq or in"});
      return std::nullopt;
    }
    if (parts.scope_type == "eq" && parts.ids.size() != 1) {
      errors.push_back({"/action_ids", "must be one action where it is to be equal"});
      return std::nullopt;
    }
    cedar::ActionInSet in;
    for (const std::string& id : parts.ids) {
      auto whole = cedar::EntityUid::parse(id);
      in.actions.push_back(whole.ok() && whole->is_action()
                               ? std::move(whole).value()
                               : cedar::EntityUid(cedar::Name::unchecked(std::string(kAction)), id));
    }
    if (parts.scope_type == "eq") return cedar::ActionEqual{std::move(in.actions.front())};
    return in;
  }

 private:
  struct Given {
    const std::string& variable;
    const ScopeParts& parts;
    std::string slot() const { return "?" + variable; }
  };

  void add(const Given& given, std::string_view member, std::string message) {
    errors.push_back({"/" + given.variable + "_" + std::string(member), std::move(message)});
  }

  void none(const Given& given, std::string_view member, const std::optional<std::string>& value) {
    if (value) add(given, member, "must be null with the scope type " + given.parts.scope_type);
  }

  std::optional<cedar::Name> entity_type(const Given& given) {
    if (!given.parts.entity_type) {
      add(given, "entity_type", "is required with the scope type " + given.parts.scope_type);
      return std::nullopt;
    }
    auto name = cedar::Name::parse(*given.parts.entity_type);
    if (!name) add(given, "entity_type", "must be the name of a type, such as user or Docs::Folder");
    return name;
  }

  std::optional<cedar::EntityOrSlot> entity_or_slot(const Given& given) {
    if (!given.parts.entity_id) {
      add(given, "entity_id", "is required with the scope type " + given.parts.scope_type);
      return std::nullopt;
    }
    if (!given.parts.entity_type && *given.parts.entity_id == given.slot()) return cedar::Slot{};
    auto name = entity_type(given);
    if (!name) return std::nullopt;
    return cedar::EntityUid(*std::move(name), *given.parts.entity_id);
  }

  std::optional<cedar::EntityOrSlot> entity_in(const Given& given) {
    if (!given.parts.entity_id) {
      add(given, "entity_id", "is required with the scope type is_in");
      return std::nullopt;
    }
    if (*given.parts.entity_id == given.slot()) return cedar::Slot{};
    auto uid = cedar::EntityUid::parse(*given.parts.entity_id);
    if (uid.ok()) return std::move(uid).value();
    add(given, "entity_id", "must be an entity as Cedar writes it, such as group::\"7\", or " + given.slot());
    return std::nullopt;
  }
};

// What is wrong with conditions; nothing where they are conditions alone.
std::optional<std::string> wrong_conditions(const std::string& conditions) {
  constexpr std::string_view kName = "conditions";
  const auto source =
      std::make_shared<const cedar::Source>(std::string(kName), std::string(kHead) + conditions + "\n;");
  const auto read = cedar::parse_policies(source);
  std::size_t at = 0;
  std::string what;
  if (!read.ok()) {
    auto placed = placed_message(kName, read.error().message);
    if (!placed || placed->place.line == 1) return read.error().message;
    // The line behind them, and the semicolon in it, are ours.
    constexpr std::string_view kBehind = "found `;`";
    if (placed->what.ends_with(kBehind)) {
      placed->what.replace(placed->what.size() - kBehind.size(), kBehind.size(), "found the end of the text");
      return cedar::Source(std::string(kName), conditions).message(conditions.size(), placed->what);
    }
    return base::message_at(kName, conditions, {placed->place.line - 1, placed->place.column}, placed->what);
  }
  if (read->size() == 1 && !read->front()->conditions.empty()) return std::nullopt;
  if (read->size() > 1) {
    at = read->at(1)->at.begin - kHead.size();
    what = "a rule is one statement, and this is another";
  } else {
    what = "there must be `when { … }` or `unless { … }`";
  }
  return cedar::Source(std::string(kName), conditions).message(at, what);
}

std::optional<std::string> wrong_key(const std::string& key) {
  if (!cedar::is_identifier(key)) return "must be letters, digits and `_`, and not begin with a digit";
  if (key == kNotice) return "is a part by itself";
  return std::nullopt;
}

}  // namespace

RuleParts parts_of(const cedar::Template& policy) {
  RuleParts parts;
  parts.effect = policy.effect == cedar::Effect::kPermit ? "permit" : "forbid";
  std::visit(Taken{"?principal", parts.principal}, policy.principal);
  std::visit(TakenAction{parts.action}, policy.action);
  std::visit(Taken{"?resource", parts.resource}, policy.resource);
  if (!policy.conditions.empty())
    parts.conditions =
        policy.source->text_at({policy.conditions.front().at.begin, policy.conditions.back().at.end});
  for (const cedar::Annotation& annotation : policy.annotations) {
    if (annotation.key == kNotice)
      parts.notice = annotation.value.value_or("");
    else
      parts.annotations.emplace_back(annotation.key, annotation.value.value_or(""));
  }
  return parts;
}

base::Result<std::string, std::vector<PartError>> text_of(const RuleParts& parts) {
  Reader reader;
  cedar::Template head;
  if (parts.effect != "permit" && parts.effect != "forbid")
    reader.errors.push_back({"/effect", "must be permit or forbid"});
  head.effect = parts.effect == "forbid" ? cedar::Effect::kForbid : cedar::Effect::kPermit;
  auto principal = reader.scope("principal", parts.principal);
  auto action = reader.action(parts.action);
  auto resource = reader.scope("resource", parts.resource);
  if (parts.conditions)
    if (auto wrong = wrong_conditions(*parts.conditions))
      reader.errors.push_back({"/conditions", *std::move(wrong)});
  if (parts.notice) head.annotations.push_back({std::string(kNotice), *parts.notice});
  for (const auto& [key, value] : parts.annotations) {
    if (auto wrong = wrong_key(key))
      reader.errors.push_back({"/annotations/" + base::pointer_token(key), *std::move(wrong)});
    head.annotations.push_back({key, value});
  }
  if (head.annotations.size() > cedar::kMaxAnnotations)
    reader.errors.push_back(
        {"/annotations", "must be at most " + std::to_string(cedar::kMaxAnnotations) + " with the notice"});
  if (!reader.errors.empty() || !principal || !action || !resource) return std::move(reader.errors);

  head.principal = *std::move(principal);
  head.action = *std::move(action);
  head.resource = *std::move(resource);
  std::string text = to_text(head);
  if (parts.conditions) {
    text.pop_back();  // the semicolon
    text += "\n" + *parts.conditions + "\n;";
  }
  auto laid_out = cedar::format_policies(text, "rule");
  if (!laid_out.ok()) return std::vector<PartError>{{"/conditions", laid_out.error().message}};
  while (laid_out->ends_with('\n')) laid_out->pop_back();
  return std::move(laid_out).value();
}

std::optional<PlacedMessage> placed_message(std::string_view name, std::string_view message) {
  if (!message.starts_with(name)) return std::nullopt;
  message.remove_prefix(name.size());
  const auto number = [&](std::size_t& n) {
    if (!message.starts_with(':')) return false;
    message.remove_prefix(1);
    const auto [end, failure] = std::from_chars(message.data(), message.data() + message.size(), n);
    message.remove_prefix(static_cast<std::size_t>(end - message.data()));
    return failure == std::errc();
  };
  PlacedMessage placed;
  if (!number(placed.place.line) || !number(placed.place.column) || !message.starts_with(": "))
    return std::nullopt;
  placed.what = message.substr(2, message.find('\n') - 2);
  return placed;
}

}  // namespace authz
