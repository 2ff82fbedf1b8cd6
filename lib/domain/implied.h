#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/principal.h"
#include "domain/record.h"
#include "store/txn.h"

// What must be in other tables because a record is where it is. Each noun says it beside the functions that
// write it, and `reeve store check` (domain/check.h) holds the store against it.
namespace domain {

// Takes what a record implies. The views need not outlive the call.
class Implied {
 public:
  // An entry that is there because of this record alone, with exactly that value, or with one that is right.
  void entry(store::Table, const Entry&);
  virtual void entry_that(store::Table, std::string_view key,
                          base::FunctionRef<bool(std::string_view value)> is_right) = 0;

  // A record that this one refers to, which may lie under one of several keys.
  void needs(store::Table table, std::string_view key) { needs_one(table, {key}); }
  virtual void needs_one(store::Table, std::initializer_list<std::string_view> keys) = 0;

  // The value that is stored under a key, for records whose implications depend on what others have.
  virtual std::optional<std::string> stored(store::Table, std::string_view key) = 0;

  // The tenant that a key begins with, and the principal in that tenant. The platform has no record.
  void needs_tenant_of(std::string_view key);
  void needs_principal_of(std::string_view key, const Principal&);

 protected:
  ~Implied() = default;
};

// Of one record. kCorrupt where it can't be read.
using ImpliedByRecord = base::Result<void>(const Entry&, Implied&);
ImpliedByRecord implied_by_tenant, implied_by_role, implied_by_group, implied_by_user,
    implied_by_service_user, implied_by_credential, implied_by_membership, implied_by_subgroup,
    implied_by_mapping, implied_by_project, implied_by_idempotent_answer, implied_by_audit_entry,
    implied_by_held_slug, implied_by_policy, implied_by_rule, implied_by_decisions, implied_by_entity_number,
    implied_by_entity, implied_by_entity_parent, implied_by_entity_child, implied_by_grant, implied_by_schema,
    implied_by_policy_test, implied_by_session;

// Every count, from what is counted. Memory grows with the mappings with times of one role and kind of
// holder.
base::Result<void> implied_counts(const store::ReadTxn&, Implied&);

}  // namespace domain
