#include "tests/support/cedar_generator.h"

#include <random>
#include <utility>
#include <vector>

namespace {

using cedar_generator::kActions;
using cedar_generator::kAttributes;
using cedar_generator::kIds;
using cedar_generator::kKinds;
using cedar_generator::kTexts;
using cedar_generator::kTypes;

}  // namespace

std::vector<std::uint8_t> choosing_bytes(std::uint64_t seed, std::size_t size) {
  std::mt19937_64 random(seed);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(size + 8);
  while (bytes.size() < size) {
    std::uint64_t word = random();
    for (int i = 0; i < 8; ++i, word >>= 8) bytes.push_back(static_cast<std::uint8_t>(word));
  }
  return bytes;
}

// Where a policy forbids, an answer says nothing of those that permit, so in half of the sets none does.
std::string CedarGenerator::policies(std::size_t most) {
  const bool may_forbid = choices_.one_in(2);
  std::string text;
  for (std::size_t left = 1 + choices_.pick(most); left > 0; --left) text += policy(may_forbid);
  return text;
}

std::string CedarGenerator::policy(bool may_forbid) {
  std::string text = may_forbid && choices_.one_in(4) ? "forbid" : "permit";
  if (choices_.one_in(2)) {
    text += "(" + scope("principal");
    text += ", " + action_scope();
    text += ", " + scope("resource") + ")";
  } else {
    text += "(principal, action, resource)";
  }
  for (std::size_t left = choices_.one_in(8) ? choices_.pick(4) : 1; left > 0; --left) text += condition();
  return text + ";\n";
}

// Five of six are about one form at one place, the others about whatever comes.
std::string CedarGenerator::condition() {
  bool is_unless = choices_.one_in(4);
  const std::string body = choices_.one_in(6) ? exprs_.expr(Kind::kBool, 4) : condition_with_pair(is_unless);
  return (is_unless ? "\nunless { " : "\nwhen { ") + body + " }";
}

std::string CedarGenerator::condition_with_pair(bool& is_unless) {
  const auto& places = cedar_forms::places();
  const auto& forms = cedar_forms::forms();
  std::size_t place = 0;
  std::size_t form = 0;
  if (next_pair_) {
    place = *next_pair_ % places.size();
    form = *next_pair_ / places.size() % forms.size();
    ++*next_pair_;
  } else {
    place = choices_.pick(places.size());
    form = choices_.pick(forms.size());
  }
  if (!can_stand(forms[form], places[place])) return exprs_.expr(Kind::kBool, 2);
  if (places[place].node == cedar_forms::Node::kWhen) is_unless = false;
  if (places[place].node == cedar_forms::Node::kUnless) is_unless = true;
  return exprs_.with(forms[form], places[place]);
}

std::string CedarGenerator::scope(const char* variable) {
  const std::string name = variable;
  switch (choices_.pick(32)) {
    case 1:
      return name + " == " + entity_or_slot(name);
    case 2:
    case 3:
      return name + " in " + entity_or_slot(name);
    case 4:
      return name + " is " + choices_.choose(kTypes);
    case 5: {
      const std::string type = choices_.choose(kTypes);
      return name + " is " + type + " in " + entity_or_slot(name);
    }
    default:
      return name;
  }
}

std::string CedarGenerator::entity_or_slot(const std::string& variable) {
  return choices_.one_in(4) ? "?" + variable : uid_text();
}

std::string CedarGenerator::action_scope() {
  switch (choices_.pick(16)) {
    case 1:
      return "action == " + action_text();
    case 2:
      return "action in " + action_text();
    case 3: {
      std::string set;
      for (std::size_t left = choices_.pick(4); left > 0; --left) set += action_text() + ", ";
      return "action in [" + set + "]";
    }
    default:
      return "action";
  }
}

std::string CedarGenerator::uid_text() {
  return to_text(uid());
}
std::string CedarGenerator::action_text() {
  return "Action::\"" + std::string(choices_.choose(kActions)) + "\"";
}

void CedarGenerator::link_templates(cedar::PolicySet& set) {
  for (std::size_t i = 0; i < set.templates().size(); ++i) {
    const cedar::PolicySet::NamedTemplate named = set.templates()[i];
    for (std::size_t left = choices_.pick(3); left > 0; --left) {
      cedar::SlotValues values;
      if (named.body->has_principal_slot()) values.principal = uid();
      if (named.body->has_resource_slot()) values.resource = uid();
      // An id that is free.
      static_cast<void>(set.link(named.id, named.id + "-" + std::to_string(left), std::move(values)));
    }
  }
}

cedar::EntityUid CedarGenerator::uid() {
  const std::string type = cedar_generator::type_of_uid(choices_);
  return {cedar::Name::unchecked(type), cedar_generator::id_of_uid(choices_)};
}

cedar::Value CedarGenerator::value(Kind kind, int depth) {
  static constexpr std::int64_t kNumbers[] = {0, 1, 2, 1, 2, -1, 64, 0};
  const auto number = [&] { return choices_.choose(kNumbers); };
  const auto set_of = [&](Kind of) {
    std::vector<cedar::Value> elements;
    for (std::size_t left = choices_.pick(4); left > 0; --left) elements.push_back(value(of, depth - 1));
    return cedar::Value(cedar::Set(std::move(elements)));
  };
  switch (kind) {
    case Kind::kBool:
      return cedar::Value(choices_.one_in(2));
    case Kind::kLong:
      return cedar::Value(number());
    case Kind::kString:
      return cedar::Value(choices_.choose(kTexts));
    case Kind::kEntity:
      return cedar::Value(uid());
    case Kind::kLongs:
      return choices_.one_in(6) ? mixed_set() : set_of(Kind::kLong);
    case Kind::kEntities:
      return set_of(Kind::kEntity);
    case Kind::kRecord:
      return cedar::Value(depth > 0 ? attributes(depth - 1) : cedar::Record());
    case Kind::kDecimal:
      return cedar::Value(cedar::Decimal{number() * 10'000});
    case Kind::kIp:
      return cedar::Value(*cedar::IpAddr::parse(choices_.one_in(2) ? "10.0.0.1" : "::1"));
    case Kind::kDatetime:
      return cedar::Value(cedar::Datetime{number()});
    case Kind::kDuration:
      return cedar::Value(cedar::Duration{number()});
  }
  return cedar::Value(false);
}

// Of some elements that conditions have too.
cedar::Value CedarGenerator::mixed_set() {
  const cedar::Value one(std::int64_t{1});
  const cedar::Value all[] = {cedar::Value(cedar::Record()),
                              cedar::Value(cedar::Set()),
                              cedar::Value(cedar::Record({{"n", one}})),
                              cedar::Value(cedar::Set({one})),
                              cedar::Value(*cedar::IpAddr::parse("::1")),
                              cedar::Value("a"),
                              one,
                              cedar::Value(true)};
  std::vector<cedar::Value> elements;
  for (std::size_t left = choices_.pick(4); left > 0; --left) elements.push_back(choices_.choose(all));
  return cedar::Value(cedar::Set(std::move(elements)));
}

cedar::Record CedarGenerator::attributes(int depth) {
  std::vector<cedar::Record::Field> fields;
  for (std::size_t at = 0; at < kKinds && !choices_.are_used_up(); ++at) {
    const std::size_t luck = choices_.pick(64);
    if (luck < 4) continue;
    const Kind kind = static_cast<Kind>(luck == 4 ? choices_.pick(kKinds) : at);
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
  for (std::size_t i = 0; i < uids.size() && !choices_.are_used_up(); ++i) {
    if (choices_.one_in(8)) continue;
    cedar::Entity entity{uids[i], attributes(1), {}, {}};
    if (!choices_.one_in(8)) entity.tags = attributes(0);
    for (std::size_t left = choices_.pick(3); left > 0 && i + 1 < uids.size(); --left)
      entity.parents.push_back(uids[i + 1 + choices_.pick(uids.size() - i - 1)]);
    made.push_back(std::move(entity));
  }
  const auto action = [](const char* id) { return cedar::EntityUid(cedar::Name::unchecked("Action"), id); };
  if (!choices_.one_in(8)) {
    made.push_back({action("view"), attributes(0), {}, {action("read")}});
    made.push_back({action("edit"), attributes(0), {}, {action("all")}});
    made.push_back({action("read"), {}, attributes(0), {action("all")}});
  }
  auto entities = cedar::Entities::make(std::move(made));
  return entities.ok() ? std::move(entities).value() : cedar::Entities();
}

cedar::Request CedarGenerator::request() {
  cedar::EntityUid principal = uid();
  const std::string action = choices_.choose(kActions);
  cedar::EntityUid resource = uid();
  return {std::move(principal), cedar::EntityUid(cedar::Name::unchecked("Action"), action),
          std::move(resource), attributes(2)};
}
