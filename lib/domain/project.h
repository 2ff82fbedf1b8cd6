#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/pending_deletion.h"
#include "domain/tenant.h"
#include "store/txn.h"

namespace domain {

// What a tenant gives roles on, apart from itself and its groups: whoever holds one on a project holds it for
// that project alone, and whoever holds one on the tenant for each of its projects.
struct Project {
  ProjectId id;
  TenantId tenant;
  std::string slug;             // unique in the tenant, whatever its case; /v1beta1's name
  std::string name;             // for people; /v1beta1's title
  std::string metadata = "{}";  // a JSON object's text
  State state = State::kEnabled;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const Project&) const = default;
};

base::Result<std::optional<Project>> get_project(const store::ReadTxn&, const TenantId& tenant,
                                                 const ProjectId& id);
base::Result<std::optional<Project>> find_project_by_slug(const store::ReadTxn&, const TenantId& tenant,
                                                          std::string_view slug);

// The tenant that has this project; nothing where none has.
base::Result<std::optional<TenantId>> find_tenant_of_project(const store::ReadTxn&, const ProjectId& id);

// Adds or replaces. kConflict where the slug is another's, or what a project of the same id had is still
// being removed; kInvalid where the metadata is no JSON object.
base::Result<void> put_project(store::WriteTxn&, Project&);

// Deletes the mappings on it too; where these are many, in steps that come later (deletion.h).
base::Result<void> delete_project(store::WriteTxn&, const Project&, const DeletedBy&, GoesWith);
base::Result<void> delete_project(store::WriteTxn&, const Project&);  // tells nobody

// In order of id, which is that of creation.
base::Result<void> each_project(const store::ReadTxn&, const TenantId& tenant, const ProjectId* after,
                                base::FunctionRef<bool(Project&&)> fn);

}  // namespace domain
