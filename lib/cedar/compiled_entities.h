#pragma once
#include <memory>
#include <vector>

#include "cedar/compiled_policies.h"
#include "cedar/entities.h"

namespace cedar {

// Entities made ready for the policies of one CompiledPolicies: uids and attribute names looked up, ancestors
// listed. With other policies it is an EntitySource like any other. Immutable, and shared by threads.
class CompiledEntities final : public EntitySource {
 public:
  // Takes the time of listing ancestors, at most kMaxAncestorSteps in all; those beyond that are walked when
  // they are asked for.
  CompiledEntities(const CompiledPolicies& policies, Entities entities);

  // Tables point into the entities.
  CompiledEntities(const CompiledEntities&) = delete;
  CompiledEntities& operator=(const CompiledEntities&) = delete;
  ~CompiledEntities() override;

  const Entity* find(const EntityUid&) const override;
  bool has_ancestor(const EntityUid& descendant, const EntityUid& ancestor) const override;
  bool list_ancestors(const EntityUid& of, std::vector<const EntityUid*>& found) const override;

  bool is_made_for(const CompiledPolicies& policies) const;

  // What the machine looks things up in; see compiled/entity_tables.h.
  class Tables;
  const Tables& tables() const { return *tables_; }

 private:
  std::unique_ptr<const Tables> tables_;
};

}  // namespace cedar
