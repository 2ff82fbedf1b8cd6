#include "cedar/policy_set.h"

#include "cedar/parser.h"

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

Error taken(const PolicyId& id) {
  return {ErrorCode::kConflict, "policy " + id + ": there is one with this id already"};
}

// Says for one slot what is missing or too much; "" where the value fits.
std::string slot_mistake(bool has_slot, bool has_value, const char* slot) {
  if (has_slot == has_value) return "";
  return has_slot ? std::string("the value of ") + slot + " is missing"
                  : std::string("it has no slot ") + slot;
}

}  // namespace

Result<PolicySet> PolicySet::parse(std::string_view text, std::string_view file_name,
                                   const IdFunction& id_of) {
  const auto source = std::make_shared<const Source>(std::string(file_name), std::string(text));
  auto parsed = parse_policies(source);
  if (!parsed.ok()) return parsed.error();
  PolicySet set;
  std::size_t index = 0;
  for (TemplatePtr& policy : parsed.value()) {
    PolicyId id = id_of ? id_of(*policy, index) : "policy" + std::to_string(index);
    const std::size_t begin = policy->at.begin;
    ++index;
    if (set.by_id_.contains(id))
      return Error{ErrorCode::kConflict,
                   source->message(begin, "another policy has the id `" + id + "` already")};
    if (auto added = set.add(std::move(id), std::move(policy)); !added.ok()) return added.error();
  }
  return set;
}

Result<void> PolicySet::add(PolicyId id, TemplatePtr body) {
  const bool is_template = body->is_template();
  const std::size_t index = is_template ? templates_.size() : policies_.size();
  if (!by_id_.try_emplace(id, Position{is_template, index}).second) return taken(id);
  if (is_template) {
    templates_.push_back({std::move(id), std::move(body)});
  } else {
    policies_.push_back({std::move(id), std::move(body), {}, {}});
  }
  return {};
}

Result<void> PolicySet::merge(const PolicySet& other) {
  for (const NamedTemplate& t : other.templates_)
    if (by_id_.contains(t.id)) return taken(t.id);
  for (const Policy& policy : other.policies_)
    if (by_id_.contains(policy.id)) return taken(policy.id);
  for (const NamedTemplate& t : other.templates_) {
    by_id_.emplace(t.id, Position{true, templates_.size()});
    templates_.push_back(t);
  }
  for (const Policy& policy : other.policies_) {
    by_id_.emplace(policy.id, Position{false, policies_.size()});
    policies_.push_back(policy);
  }
  return {};
}

Result<void> PolicySet::link(const PolicyId& template_id, PolicyId new_id, SlotValues values) {
  const NamedTemplate* found = find_template(template_id);
  if (!found) {
    const char* why =
        find(template_id) ? ": is no template, so it cannot be linked" : ": there is no such template";
    return Error{ErrorCode::kNotFound, "template " + template_id + why};
  }
  std::string mistake =
      slot_mistake(found->body->has_principal_slot(), values.principal.has_value(), "?principal");
  if (mistake.empty())
    mistake = slot_mistake(found->body->has_resource_slot(), values.resource.has_value(), "?resource");
  if (!mistake.empty()) return Error{ErrorCode::kInvalid, "template " + template_id + ": " + mistake};
  if (!by_id_.try_emplace(new_id, Position{false, policies_.size()}).second) return taken(new_id);
  policies_.push_back({std::move(new_id), found->body, std::move(values), template_id});
  return {};
}

const Policy* PolicySet::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found != by_id_.end() && !found->second.is_template ? &policies_[found->second.index] : nullptr;
}

const PolicySet::NamedTemplate* PolicySet::find_template(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found != by_id_.end() && found->second.is_template ? &templates_[found->second.index] : nullptr;
}

}  // namespace cedar
