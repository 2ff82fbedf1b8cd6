#include "cedar/policy_set.h"

#include "base/keyed_hash.h"
#include "cedar/parser.h"
#include "cedar/values/number_table.h"

namespace cedar {

const EntityUid& Policy::principal_entity(const EntityOrSlot& e) const {
  const auto* uid = std::get_if<EntityUid>(&e);
  return uid ? *uid : *slots.principal;
}

const EntityUid& Policy::resource_entity(const EntityOrSlot& e) const {
  const auto* uid = std::get_if<EntityUid>(&e);
  return uid ? *uid : *slots.resource;
}

namespace {

base::Error taken(const PolicyId& id) {
  return {base::ErrorCode::kConflict, "policy " + id + ": there is one with this id already"};
}

base::Error is_not(std::string_view id, std::string_view what) {
  return {base::ErrorCode::kNotFound, "policy " + std::string(id) + ": " + std::string(what)};
}

base::Error no_template(std::string_view id, std::string_view why) {
  return {base::ErrorCode::kNotFound, "template " + std::string(id) + ": " + std::string(why)};
}

// Says for one slot what is missing or too much; "" where the value fits.
std::string slot_mistake(bool has_slot, bool has_value, const char* slot) {
  if (has_slot == has_value) return "";
  return has_slot ? std::string("the value of ") + slot + " is missing"
                  : std::string("it has no slot ") + slot;
}

// The same for both; "" where the values are exactly those of the slots.
std::string slots_mistake(const Template& body, const SlotValues& values) {
  const std::string mistake =
      slot_mistake(body.has_principal_slot(), values.principal.has_value(), "?principal");
  return !mistake.empty() ? mistake
                          : slot_mistake(body.has_resource_slot(), values.resource.has_value(), "?resource");
}

}  // namespace

struct PolicySet::Ids {
  NumberTable numbers;
};

PolicySet::PolicySet() = default;
PolicySet::PolicySet(const PolicySet& other)
    : policies_(other.policies_),
      templates_(other.templates_),
      ids_(other.ids_ ? std::make_unique<Ids>(*other.ids_) : nullptr) {}
PolicySet::PolicySet(PolicySet&&) noexcept = default;
PolicySet& PolicySet::operator=(PolicySet other) noexcept {
  policies_.swap(other.policies_);
  templates_.swap(other.templates_);
  ids_.swap(other.ids_);
  return *this;
}
PolicySet::~PolicySet() = default;

base::Result<PolicySet> PolicySet::parse(std::string_view text, std::string_view file_name,
                                         const IdFunction& id_of) {
  const auto source = std::make_shared<const Source>(std::string(file_name), std::string(text));
  auto parsed = parse_policies(source);
  if (!parsed.ok()) return parsed.error();
  PolicySet set;
  set.policies_.reserve(parsed->size());
  std::size_t index = 0;
  for (TemplatePtr& policy : parsed.value()) {
    PolicyId id = id_of ? id_of(*policy, index) : "policy" + std::to_string(index);
    const std::size_t begin = policy->at.begin;
    ++index;
    if (set.number_of(id) != NumberTable::kNone)
      return base::Error{base::ErrorCode::kConflict,
                         source->message(begin, "another policy has the id `" + id + "` already")};
    if (auto added = set.add(std::move(id), std::move(policy)); !added.ok()) return added.error();
  }
  return set;
}

std::uint32_t PolicySet::number_of(std::string_view id) const {
  if (!ids_) return NumberTable::kNone;
  return ids_->numbers.find(base::keyed_hash(id), [&](std::uint32_t number) {
    return (number % 2 != 0 ? templates_[number / 2].id : policies_[number / 2].id) == id;
  });
}

bool PolicySet::take_id(const PolicyId& id, bool is_template) {
  if (number_of(id) != NumberTable::kNone) return false;
  const std::size_t place = is_template ? templates_.size() : policies_.size();
  if (!ids_) ids_ = std::make_unique<Ids>();
  ids_->numbers.add(base::keyed_hash(id), static_cast<std::uint32_t>(2 * place + (is_template ? 1 : 0)));
  return true;
}

base::Result<void> PolicySet::add(PolicyId id, TemplatePtr body) {
  const bool is_template = body->is_template();
  if (!take_id(id, is_template)) return taken(id);
  if (is_template) {
    templates_.push_back({std::move(id), std::move(body)});
  } else {
    policies_.push_back({std::move(id), std::move(body), {}, {}});
  }
  return {};
}

base::Result<void> PolicySet::merge(const PolicySet& other) {
  for (const NamedTemplate& t : other.templates_)
    if (number_of(t.id) != NumberTable::kNone) return taken(t.id);
  for (const Policy& policy : other.policies_)
    if (number_of(policy.id) != NumberTable::kNone) return taken(policy.id);
  for (const NamedTemplate& t : other.templates_) {
    take_id(t.id, true);
    templates_.push_back(t);
  }
  for (const Policy& policy : other.policies_) {
    take_id(policy.id, false);
    policies_.push_back(policy);
  }
  return {};
}

base::Result<void> PolicySet::link(const PolicyId& template_id, PolicyId new_id, SlotValues values) {
  const NamedTemplate* found = find_template(template_id);
  if (!found) {
    return no_template(template_id, find(template_id) ? "is no template, so it cannot be linked"
                                                      : "there is no such template");
  }
  const std::string mistake = slots_mistake(*found->body, values);
  if (!mistake.empty())
    return base::Error{base::ErrorCode::kInvalid, "template " + template_id + ": " + mistake};
  if (!take_id(new_id, false)) return taken(new_id);
  policies_.push_back({std::move(new_id), found->body, std::move(values), template_id});
  return {};
}

void PolicySet::give_id_back(std::uint32_t number) {
  const bool is_template = number % 2 != 0;
  ids_->numbers.take_out(base::keyed_hash(is_template ? templates_[number / 2].id : policies_[number / 2].id),
                         number);
  ids_->numbers.renumber(
      [&](std::uint32_t other) { return other > number && other % 2 == number % 2 ? other - 2 : other; });
}

Policy PolicySet::take_out(const Policy& policy) {
  const auto place = policies_.begin() + (&policy - policies_.data());
  give_id_back(2 * static_cast<std::uint32_t>(place - policies_.begin()));
  Policy taken = std::move(*place);
  policies_.erase(place);
  return taken;
}

base::Result<Policy> PolicySet::remove(std::string_view id) {
  const Policy* found = find(id);
  if (!found)
    return is_not(id, find_template(id) ? "is a template, not a static policy" : "there is no such policy");
  if (found->is_link()) return is_not(id, "is a link, not a static policy");
  return take_out(*found);
}

base::Result<Policy> PolicySet::unlink(std::string_view id) {
  const Policy* found = find(id);
  if (!found) return is_not(id, find_template(id) ? "is a template, not a link" : "there is no such link");
  if (!found->is_link()) return is_not(id, "is a static policy, not a link");
  return take_out(*found);
}

base::Result<PolicySet::NamedTemplate> PolicySet::remove_template(std::string_view id) {
  const auto linked = links(id);
  if (!linked.ok()) return linked.error();
  if (!linked->empty())
    return base::Error{base::ErrorCode::kConflict, "template " + std::string(id) + ": has links, such as " +
                                                       linked->front()->id + "; unlink them first"};
  const auto place = templates_.begin() + (find_template(id) - templates_.data());
  give_id_back(2 * static_cast<std::uint32_t>(place - templates_.begin()) + 1);
  NamedTemplate taken = std::move(*place);
  templates_.erase(place);
  return taken;
}

base::Result<void> PolicySet::replace(std::string_view id, TemplatePtr body) {
  const std::uint32_t number = number_of(id);
  if (number == NumberTable::kNone) return is_not(id, "there is no such policy");
  const bool is_template = number % 2 != 0;
  if (!is_template && policies_[number / 2].is_link())
    return is_not(id, "is a link, and has the body of its template");
  if (is_template != body->is_template())
    return base::Error{base::ErrorCode::kInvalid,
                       "policy " + std::string(id) +
                           (is_template ? ": is a template, and one without slots cannot take its place"
                                        : ": is static, and a template cannot take its place")};
  if (!is_template) {
    policies_[number / 2].body = std::move(body);
    return {};
  }
  const auto is_its_link = [&](const Policy& policy) { return policy.template_id == id; };
  for (const Policy& policy : policies_)
    if (const std::string mistake = is_its_link(policy) ? slots_mistake(*body, policy.slots) : "";
        !mistake.empty())
      return base::Error{base::ErrorCode::kConflict, "template " + std::string(id) +
                                                         ": another body does not fit its link " + policy.id +
                                                         ": " + mistake};
  for (Policy& policy : policies_)
    if (is_its_link(policy)) policy.body = body;
  templates_[number / 2].body = std::move(body);
  return {};
}

base::Result<std::vector<const Policy*>> PolicySet::links(std::string_view template_id) const {
  if (!find_template(template_id))
    return no_template(
        template_id, find(template_id) ? "is no template, so it has no links" : "there is no such template");
  std::vector<const Policy*> found;
  for (const Policy& policy : policies_)
    if (policy.template_id == template_id) found.push_back(&policy);
  return found;
}

const Policy* PolicySet::find(std::string_view id) const {
  const std::uint32_t number = number_of(id);
  return number != NumberTable::kNone && number % 2 == 0 ? &policies_[number / 2] : nullptr;
}

const PolicySet::NamedTemplate* PolicySet::find_template(std::string_view id) const {
  const std::uint32_t number = number_of(id);
  return number != NumberTable::kNone && number % 2 != 0 ? &templates_[number / 2] : nullptr;
}

}  // namespace cedar
