#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cedar/ast.h"

namespace cedar {

using PolicyId = std::string;

// What a template's slots stand for; exactly those the template has.
struct SlotValues {
  std::optional<EntityUid> principal;
  std::optional<EntityUid> resource;
  bool operator==(const SlotValues&) const = default;
};

// A policy that can be evaluated: static (no slots), or a template linked with the values of its slots.
struct Policy {
  PolicyId id;
  TemplatePtr body;
  SlotValues slots;
  PolicyId template_id;  // of a link; "" for a static policy

  bool is_link() const { return !template_id.empty(); }

  // The entity a constraint names, the slot's value where it has a slot.
  const EntityUid& principal_entity(const EntityOrSlot&) const;
  const EntityUid& resource_entity(const EntityOrSlot&) const;
};

// The policy by itself: of a link the template with the entities in place of its slots, else the policy as it
// is. Shares the conditions.
Template linked_policy(const Policy&);

// Gives a policy of a text its id; `index` counts policies and templates of the text from 0.
using IdFunction = std::function<PolicyId(const Template&, std::size_t index)>;

// Static policies, templates and links, each id used once. Copies share the trees. Threads may read one
// set together; a change ends the life of what find(), policies(), templates() and links() gave. What is
// refused changes nothing.
class PolicySet {
 public:
  struct NamedTemplate {
    PolicyId id;
    TemplatePtr body;
  };

  PolicySet();
  PolicySet(const PolicySet&);
  PolicySet(PolicySet&&) noexcept;
  PolicySet& operator=(PolicySet) noexcept;
  ~PolicySet();

  // Reads policies and templates from text. Ids are `policy0`, `policy1`, … by position unless `id_of` says
  // otherwise. Fails at the first mistake, with place, line and caret; also where two ids are the same.
  static base::Result<PolicySet> parse(std::string_view text, std::string_view file_name,
                                       const IdFunction& id_of = {});

  // Adds a static policy, or a template. Fails where the id is taken.
  base::Result<void> add(PolicyId id, TemplatePtr body);

  // Adds what another set has, such as that of another file. Fails, and adds nothing, where an id is taken.
  base::Result<void> merge(const PolicySet& other);

  // Links a template. Fails where there is no such template, the new id is taken, or the values are not
  // exactly those of the template's slots.
  base::Result<void> link(const PolicyId& template_id, PolicyId new_id, SlotValues values);

  // Removes a static policy, and returns it. Fails where there is none with that id, or it is a template's or
  // a link's. Linear in the set, as are the other ways to remove something.
  base::Result<Policy> remove(std::string_view id);

  // Removes a link, and returns it. Fails where there is no link with that id.
  base::Result<Policy> unlink(std::string_view id);

  // Removes a template, and returns it. Fails where there is no template with that id, or it has links.
  base::Result<NamedTemplate> remove_template(std::string_view id);

  // Gives a static policy, or a template and its links, another body, in the same place. Fails where there is
  // none with that id, it is a link's, a static policy would become a template or a template static, or the
  // values of a link would not be exactly those of the new slots. Linear in the set for a template.
  base::Result<void> replace(std::string_view id, TemplatePtr body);

  // The links of a template, in order of linking. Fails where there is no template with that id. Linear in
  // the set.
  base::Result<std::vector<const Policy*>> links(std::string_view template_id) const;

  std::span<const Policy> policies() const { return policies_; }  // static ones and links, in order of adding
  const Policy* find(std::string_view id) const;                  // null where there is none, or a template

  std::span<const NamedTemplate> templates() const { return templates_; }  // in order of adding
  const NamedTemplate* find_template(std::string_view id) const;

 private:
  struct Ids;

  // What an id stands for, as a number: twice its place, plus one for a template.
  std::uint32_t number_of(std::string_view id) const;
  bool take_id(const PolicyId& id, bool is_template);  // for what is added next; false where it is taken
  void give_id_back(std::uint32_t number);             // before what has it is taken out
  Policy take_out(const Policy&);

  std::vector<Policy> policies_;
  std::vector<NamedTemplate> templates_;
  std::unique_ptr<Ids> ids_;  // null while nothing was added
};

}  // namespace cedar
