#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/parts/authorize.h"
#include "api/parts/propose.h"
#include "domain/mapping.h"
#include "domain/pending_deletion.h"
#include "domain/role.h"

// What mapping a role is in every dialect: to a group, a user or a service user, on the tenant or a resource.
namespace api {

struct NewMapping {
  domain::Principal principal;
  domain::ResourceText resource;  // empty: the whole tenant
  std::optional<base::Timestamp> valid_from, expires_at;
  std::optional<std::string> reason;
  std::string title{}, metadata = "{}";  // of /v1beta1; the metadata is a JSON object's text
  const domain::Mapping* was = nullptr;  // that it is again, by its id and with who made it and when
};

// What the guard is told of the role. Made once, it is good for any number of mappings.
struct ProposedRole {
  std::string slug;
  bool is_system = false;
  Gift gift;
};
// `role` is null where it isn't known; `slug` is what the caller calls it.
ProposedRole proposed_role(const Read&, std::string_view slug, const domain::Role* role);
inline ProposedRole proposed_role(const Read& read, const domain::Role& role) {
  return proposed_role(read, role.slug, &role);
}

// The guard sees the mapping as something done to the principal.
AccessRequest creating_mapping(const domain::TenantId& tenant, const NewMapping&, const ProposedRole&);
AccessRequest updating_mapping(const domain::TenantId& tenant, const NewMapping&, const ProposedRole&);
AccessRequest deleting_mapping(const domain::TenantId& tenant, const domain::MappingKey&,
                               const ProposedRole&);

// The same of changing or deleting by an id that no mapping has: asked before that is told, as of a thing of
// the tenant's.
AccessRequest no_mapping(const Read&, const Operation&, const domain::TenantId& tenant,
                         const domain::MappingId& id);

struct NamedRole {
  domain::RoleId id;
  std::string slug;
};

// Stores it, or removes it, and writes the audit entry. kAlreadyExists, and kInUse where it is on what is
// still being deleted; kNotFound, kPreconditionFailed. REQUIRES: the request is one of those above, so that
// it is in a tenant
Outcome<domain::Mapping> make_mapping(Change&, const AccessRequest&, const Authorization&, const NewMapping&,
                                      const NamedRole&);

// The same in a change that has begun, and has asked what its quota says. REQUIRES: there is no such mapping
Outcome<domain::Mapping> put_new_mapping(Change&, const AccessRequest&, const Authorization&,
                                         const NewMapping&, const NamedRole&);

Outcome<void> remove_mapping(Change&, const AccessRequest&, const Authorization&, const domain::MappingKey&,
                             const std::string& slug, const IfMatch&);

// Who deletes what mappings go with, which the guard has allowed.
domain::DeletedBy deleted_by(const Change&, const Authorization&);

// Appends the audit entry of a mapping or grant that goes with what is deleted, in the change that removes
// it.
base::Result<void> note_gone(store::WriteTxn&, crypto::Random&, const domain::Gone&,
                             const domain::DeletedBy&);

// That, for the deletion that a change makes. Refers to the change.
inline auto noting_gone(Change& change) {
  return [&change](const domain::Gone& gone, const domain::DeletedBy& by) {
    return note_gone(change.write, change.random, gone, by);
  };
}

// The role of that slug in the tenant; nothing where there is none.
Outcome<std::optional<domain::Role>> find_role_of(const Read&, const domain::TenantId& tenant,
                                                  std::string_view slug);

// By id, or by slug; not one that is shadowed in the tenant.
Outcome<std::optional<domain::Role>> find_role_named(const Read&, const domain::TenantId& tenant,
                                                     std::string_view id_or_slug);

// A slug that no role of the tenant has, and where it stands.
struct UnknownRole {
  std::string pointer, slug;
};

// "`aprover` is no role; did you mean `approver`?", once the guard has said yes. Guesses are made in a
// rehearsal alone, where nobody else waits for them (Change). Or what kept roles from being read.
// REQUIRES: !roles.empty()
Error unknown_roles(const Change&, const domain::TenantId& tenant, const std::vector<UnknownRole>& roles);

// The slugs of the roles mapped to the principal for the whole tenant, whether or not the mapping is in
// force; sorted. A role that is shadowed in the tenant has none (domain/shadowed_role.h).
Outcome<std::vector<std::string>> mapped_slugs(const Read&, const domain::TenantId& tenant,
                                               const domain::Principal&);

}  // namespace api
