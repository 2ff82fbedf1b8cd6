#include "tests/support/cedar_generator.h"

#include <utility>
#include <vector>

namespace {

constexpr const char* kTypes[] = {"User", "Group", "Doc", "App::Doc"};
constexpr const char* kIds[] = {"a", "b", "c", "d", "e", ""};
constexpr const char* kActions[] = {"view", "edit", "read", "all"};
// An attribute's name says its usual kind, in the order of the kinds.
constexpr const char* kAttributes[] = {"b", "n", "s", "e", "l", "r", "d", "ip", "t", "u"};
constexpr const char* kTexts[] = {"",    "a",    "ab",
                                  "a*b", "view", "a long text, longer than any small buffer holds"};
constexpr const char* kPatterns[] = {"*", "a*", "*b", "a\\*b", "", "*a*b*", "ab", "a**b"};
constexpr const char* kLongs[] = {"0", "1", "2", "-1", "9223372036854775807", "-9223372036854775808", "64"};

}  // namespace

std::size_t CedarGenerator::pick(std::size_t count) {
  if (bytes_.empty()) return 0;
  const std::size_t byte = bytes_.front();
  bytes_ = bytes_.subspan(1);
  return byte % count;
}

std::string CedarGenerator::policies(std::size_t most) {
  std::string text;
  for (std::size_t left = 1 + pick(most); left > 0; --left) text += policy();
  return text;
}

std::string CedarGenerator::policy() {
  std::string text = one_in(6) ? "forbid" : "permit";
  text += "(" + scope("principal") + ", " + action_scope() + ", " + scope("resource") + ")";
  for (std::size_t left = pick(3); left > 0; --left)
    text += std::string(one_in(4) ? "\nunless { " : "\nwhen { ") + bool_expr(4) + " }";
  return text + ";\n";
}

std::string CedarGenerator::scope(const char* variable) {
  const std::string name = variable;
  switch (pick(8)) {
    case 1:
      return name + " == " + uid_text();
    case 2:
    case 3:
      return name + " in " + uid_text();
    case 4:
      return name + " is " + choose(kTypes);
    case 5:
      return name + " is " + choose(kTypes) + " in " + uid_text();
    default:
      return name;
  }
}

std::string CedarGenerator::action_scope() {
  switch (pick(4)) {
    case 1:
      return "action == " + action_text();
    case 2:
      return "action in " + action_text();
    case 3: {
      std::string set;
      for (std::size_t left = pick(4); left > 0; --left) set += action_text() + ", ";
      return "action in [" + set + "]";
    }
    default:
      return "action";
  }
}

std::string CedarGenerator::uid_text() {
  return choose(kTypes) + "::\"" + choose(kIds) + "\"";
}
std::string CedarGenerator::action_text() {
  return "Action::\"" + choose(kActions) + "\"";
}

std::string CedarGenerator::expr(Kind kind, int depth) {
  if (one_in(24)) kind = any_kind();
  if (depth <= 0 || one_in(5)) return leaf(kind);
  if (one_in(12))
    return "(if " + bool_expr(depth - 1) + " then " + expr(kind, depth - 1) + " else " +
           expr(kind, depth - 1) + ")";
  if (one_in(3)) return object_expr(depth - 1) + "." + kAttributes[static_cast<std::size_t>(kind)];
  if (one_in(16)) return object_expr(depth - 1) + ".getTag(" + expr(Kind::kString, depth - 1) + ")";
  switch (kind) {
    case Kind::kBool:
      return "(" + bool_expr(depth - 1) + ")";
    case Kind::kLong:
      return "(" + long_expr(depth - 1) + ")";
    case Kind::kSet:
      return set_expr(depth - 1);
    case Kind::kRecord:
      return record_expr(depth - 1);
    case Kind::kDatetime:
      return expr(Kind::kDatetime, depth - 1) + ".offset(" + expr(Kind::kDuration, depth - 1) + ")";
    case Kind::kDuration:
      return expr(Kind::kDatetime, depth - 1) + ".durationSince(" + expr(Kind::kDatetime, depth - 1) + ")";
    case Kind::kString:
    case Kind::kEntity:
    case Kind::kDecimal:
    case Kind::kIp:
      return leaf(kind);
  }
  return "true";
}

std::string CedarGenerator::leaf(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return one_in(2) ? "true" : "false";
    case Kind::kLong:
      return std::string("(") + choose(kLongs) + ")";
    case Kind::kString:
      return std::string("\"") + choose(kTexts) + "\"";
    case Kind::kEntity:
      switch (pick(5)) {
        case 0:
          return "principal";
        case 1:
          return "resource";
        case 2:
          return "action";
        case 3:
          return action_text();
        default:
          return uid_text();
      }
    case Kind::kSet:
      return one_in(2) ? "[]" : "[" + uid_text() + ", " + uid_text() + "]";
    case Kind::kRecord:
      return one_in(3) ? "{}" : "context";
    case Kind::kDecimal:
      return one_in(5) ? "decimal(\"1\")" : "decimal(\"1.5\")";
    case Kind::kIp:
      return one_in(2) ? "ip(\"10.0.0.1\")" : "ip(\"10.0.0.0/8\")";
    case Kind::kDatetime:
      return one_in(5) ? "datetime(\"x\")" : "datetime(\"2024-01-02\")";
    case Kind::kDuration:
      return one_in(2) ? "duration(\"1h\")" : "duration(\"-9223372036854775808ms\")";
  }
  return "true";
}

std::string CedarGenerator::bool_expr(int depth) {
  if (depth <= 0) return test(0);
  switch (pick(7)) {
    case 0:
      return test(depth - 1) + " && " + test(depth - 1) + " && " + test(depth - 1);
    case 1:
      return test(depth - 1) + " || " + test(depth - 1);
    case 2:
      return "!(" + bool_expr(depth - 1) + ")";
    case 3:
      return test(depth - 1) + " && true && (" + bool_expr(depth - 1) + " || false)";
    default:
      return test(depth - 1);
  }
}

// Without brackets an operand of && and ||.
std::string CedarGenerator::test(int depth) {
  static constexpr const char* kRelations[] = {" < ", " <= ", " > ", " >= "};
  static constexpr Kind kOrdered[] = {Kind::kLong, Kind::kDatetime, Kind::kDuration};
  switch (pick(10)) {
    case 0: {
      const Kind kind = any_kind();
      return expr(kind, depth) + (one_in(3) ? " != " : " == ") + expr(kind, depth);
    }
    case 1: {
      const Kind kind = kOrdered[pick(3)];
      return expr(kind, depth) + choose(kRelations) + expr(kind, depth);
    }
    case 2:
      return expr(Kind::kEntity, depth) + " in " + expr(one_in(2) ? Kind::kSet : Kind::kEntity, depth);
    case 3:
      return object_expr(depth) + " has " + attribute() + (one_in(4) ? "." + attribute() : "");
    case 4:
      return expr(Kind::kString, depth) + " like \"" + choose(kPatterns) + "\"";
    case 5:
      return expr(Kind::kEntity, depth) + " is " + choose(kTypes) +
             (one_in(2) ? " in " + expr(Kind::kEntity, depth) : "");
    case 6:
      return object_expr(depth) + ".hasTag(" + expr(Kind::kString, depth) + ")";
    case 7:
    case 8:
      return call_test(depth);
    default:
      return expr(Kind::kBool, depth);
  }
}

std::string CedarGenerator::call_test(int depth) {
  switch (pick(8)) {
    case 0:
      return expr(Kind::kSet, depth) + ".contains(" + expr(any_kind(), depth) + ")";
    case 1:
      return expr(Kind::kSet, depth) + ".containsAll(" + expr(Kind::kSet, depth) + ")";
    case 2:
      return expr(Kind::kSet, depth) + ".containsAny(" + expr(Kind::kSet, depth) + ")";
    case 3:
      return expr(Kind::kSet, depth) + ".isEmpty()";
    case 4:
      return expr(Kind::kDecimal, depth) + ".lessThan(" + expr(Kind::kDecimal, depth) + ")";
    case 5: {
      std::string ranges = expr(Kind::kIp, depth);
      while (one_in(2)) ranges += ", " + expr(Kind::kIp, depth);
      return expr(Kind::kIp, depth) + ".isInRange(" + ranges + ")";
    }
    case 6:
      return expr(Kind::kIp, depth) + ".isIpv4()";
    default:
      return expr(Kind::kDatetime, depth) + ".toTime() < " + expr(Kind::kDuration, depth);
  }
}

std::string CedarGenerator::long_expr(int depth) {
  const std::string left = expr(Kind::kLong, depth);
  switch (pick(5)) {
    case 0:
      return left + " + " + expr(Kind::kLong, depth) + " - " + expr(Kind::kLong, depth);
    case 1:
      return left + " * " + expr(Kind::kLong, depth);
    case 2:
      return "-(" + left + ")";
    case 3:
      return expr(Kind::kDuration, depth) + ".toHours()";
    default:
      return left;
  }
}

std::string CedarGenerator::set_expr(int depth) {
  std::string text = "[";
  const Kind kind = one_in(2) ? Kind::kEntity : any_kind();
  for (std::size_t left = pick(4); left > 0; --left)
    text += expr(one_in(8) ? any_kind() : kind, depth) + ", ";
  return text + "]";
}

std::string CedarGenerator::record_expr(int depth) {
  std::string text = "{";
  const std::size_t first = pick(10);
  for (std::size_t i = 0, count = pick(4); i < count; ++i) {
    const std::size_t at = (first + i) % 10;
    text += std::string(kAttributes[at]) + ": " + expr(static_cast<Kind>(at), depth) + ", ";
  }
  return text + "}";
}

// Something that attributes are read from.
std::string CedarGenerator::object_expr(int depth) {
  switch (pick(6)) {
    case 0:
      return "principal";
    case 1:
      return "resource";
    case 2:
      return "context";
    case 3:
      return expr(Kind::kRecord, depth);
    case 4:
      return uid_text();
    default:
      return expr(Kind::kEntity, depth);
  }
}

std::string CedarGenerator::attribute() {
  return choose(kAttributes);
}

cedar::EntityUid CedarGenerator::uid() {
  const std::string type = choose(kTypes);
  return {cedar::Name::unchecked(type), choose(kIds)};
}

cedar::Value CedarGenerator::value(Kind kind, int depth) {
  static constexpr std::int64_t kNumbers[] = {0, 1, 2, -1, 64};
  switch (kind) {
    case Kind::kBool:
      return cedar::Value(one_in(2));
    case Kind::kLong:
      return cedar::Value(kNumbers[pick(5)]);
    case Kind::kString:
      return cedar::Value(choose(kTexts));
    case Kind::kEntity:
      return cedar::Value(uid());
    case Kind::kSet: {
      std::vector<cedar::Value> elements;
      const Kind of = one_in(2) ? Kind::kEntity : any_kind();
      for (std::size_t left = depth > 0 ? pick(4) : 0; left > 0; --left)
        elements.push_back(value(of, depth - 1));
      return cedar::Value(cedar::Set(std::move(elements)));
    }
    case Kind::kRecord:
      return cedar::Value(depth > 0 ? attributes(depth - 1) : cedar::Record());
    case Kind::kDecimal:
      return cedar::Value(cedar::Decimal{kNumbers[pick(5)] * 10'000});
    case Kind::kIp:
      return cedar::Value(*cedar::IpAddr::parse(one_in(2) ? "10.0.0.1" : "::1"));
    case Kind::kDatetime:
      return cedar::Value(cedar::Datetime{kNumbers[pick(5)]});
    case Kind::kDuration:
      return cedar::Value(cedar::Duration{kNumbers[pick(5)]});
  }
  return cedar::Value(false);
}

cedar::Record CedarGenerator::attributes(int depth) {
  std::vector<cedar::Record::Field> fields;
  for (std::size_t at = 0; at < 10 && !is_used_up(); ++at) {
    if (one_in(4)) continue;
    const Kind kind = one_in(12) ? any_kind() : static_cast<Kind>(at);
    fields.emplace_back(kAttributes[at], value(kind, depth));
  }
  return cedar::Record(std::move(fields));
}

// Parents are later in the list of all uids, so that there is no cycle.
cedar::Entities CedarGenerator::entities() {
  std::vector<cedar::EntityUid> uids;
  for (const char* type : kTypes)
    for (const char* id : kIds) uids.emplace_back(cedar::Name::unchecked(type), id);
  std::vector<cedar::Entity> made;
  for (std::size_t i = 0; i < uids.size() && !is_used_up(); ++i) {
    if (one_in(3)) continue;
    cedar::Entity entity{uids[i], attributes(2), attributes(0), {}};
    for (std::size_t left = pick(4); left > 0 && i + 1 < uids.size(); --left)
      entity.parents.push_back(uids[i + 1 + pick(uids.size() - i - 1)]);
    made.push_back(std::move(entity));
  }
  const auto action = [](const char* id) { return cedar::EntityUid(cedar::Name::unchecked("Action"), id); };
  if (!one_in(8)) {
    made.push_back({action("view"), {}, {}, {action("read")}});
    made.push_back({action("edit"), {}, {}, {action("all")}});
    made.push_back({action("read"), {}, {}, {action("all")}});
  }
  auto entities = cedar::Entities::make(std::move(made));
  return entities.ok() ? std::move(entities).value() : cedar::Entities();
}

cedar::Request CedarGenerator::request() {
  const std::string action = choose(kActions);
  return {uid(), cedar::EntityUid(cedar::Name::unchecked("Action"), action), uid(), attributes(2)};
}
