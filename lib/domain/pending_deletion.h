#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

// What was deleted while more belonged to it than goes in one change. It is gone for everybody; what is left
// of it, its mappings, memberships and credentials, is removed in steps (deletion.h). Until that is done,
// whoever reads those passes by what is left.
namespace domain {

struct Grant;
struct Mapping;

// The numbers stand in keys on disk, those of principals are theirs: DO NOT CHANGE, only append.
enum class DeletedKind : std::uint8_t {
  kUser = 1,
  kServiceUser = 2,
  kGroup = 3,
  kRole = 100,
  kEntity = 101,
  kProject = 102,
  kRule = 103  // a template of the tenant's policies
};
// "user", "serviceuser", "group", "role", "entity", "project", "rule"
std::string_view name_of(DeletedKind);
std::optional<DeletedKind> deleted_kind_of(std::uint8_t number);

// A thing in a tenant. Of a role it is the tenant that the mappings are in: of one of the platform's, each.
// An entity has no uuid, and is told by the first bytes of its name's SHA-256.
struct Deleted {
  constexpr Deleted(const UserId& user) : kind(DeletedKind::kUser), id(user) {}
  constexpr Deleted(const ServiceUserId& user) : kind(DeletedKind::kServiceUser), id(user) {}
  constexpr Deleted(const GroupId& group) : kind(DeletedKind::kGroup), id(group) {}
  constexpr Deleted(const RoleId& role) : kind(DeletedKind::kRole), id(role) {}
  explicit Deleted(const EntityName&);
  constexpr Deleted(const ProjectId& project) : kind(DeletedKind::kProject), id(project) {}
  constexpr Deleted(const RuleId& rule) : kind(DeletedKind::kRule), id(rule) {}
  constexpr Deleted(const Principal& who) : kind(static_cast<DeletedKind>(who.kind)), id(who.id) {}
  constexpr Deleted(DeletedKind what, const base::Uuid& which) : kind(what), id(which) {}

  DeletedKind kind;
  base::Uuid id;

  bool operator==(const Deleted&) const = default;
};

// Who deleted it and what allowed that: for the audit entries of what is removed later.
struct DeletedBy {
  std::optional<Principal> actor;
  std::string actor_name;
  std::vector<std::string> policies;
  std::string request_id, ip;

  bool operator==(const DeletedBy&) const = default;
};

// What goes with something else that is deleted: a mapping or a grant.
using Gone = std::variant<const Mapping*, const Grant*>;

// Called for each that goes with what is deleted, before it is removed, in the change that removes it.
using GoesWith = base::FunctionRef<base::Result<void>(const Gone&, const DeletedBy&)>;

// Nobody: where there is nothing left to be told of.
inline constexpr auto kTellNobody = [](const Gone&, const DeletedBy&) { return base::Result<void>(); };

struct PendingDeletion {
  TenantId tenant;
  Deleted what;
  std::string slug;  // of a role
  DeletedBy by;
  std::string entity{};  // the entity's name, as to_string() gives it
};

// The deletion of an entity, with what it needs to know its name.
PendingDeletion deletion_of(const TenantId& tenant, const EntityName&, const DeletedBy&);

// Whether the tenant, or the thing, is gone and some of what belonged to it is still there.
base::Result<bool> is_being_deleted(const store::ReadTxn&, const TenantId& tenant);
base::Result<bool> is_being_deleted(const store::ReadTxn&, const TenantId& tenant, const Deleted&);

// kConflict where what a thing of the same id had is still being removed; `who` names the new one.
base::Result<void> check_not_being_deleted(const store::ReadTxn&, const TenantId& tenant, const Deleted&,
                                           const std::string& who);

base::Result<std::optional<PendingDeletion>> get_pending_deletion(const store::ReadTxn&,
                                                                  const TenantId& tenant, const Deleted&);

// Those of the tenant and kind, in order of id, until fn returns false; the first kMostPendingSeen at most,
// since whoever counts what is left asks in a read. Looks at nothing else.
inline constexpr std::size_t kMostPendingSeen = 1'000;
base::Result<void> each_being_deleted(const store::ReadTxn&, const TenantId& tenant, DeletedKind,
                                      base::FunctionRef<bool(const base::Uuid& id)> fn);

// Notes that what belongs to it is to be removed in steps. REQUIRES: the thing is removed in the same change
base::Result<void> begin_deletion(store::WriteTxn&, const PendingDeletion&);

// Tells what is left of what was deleted. Refers to the transaction. Each question costs a lookup for each
// thing that it names, and none where nothing of the tenant is being deleted.
class Leftovers {
 public:
  // One lookup.
  static base::Result<Leftovers> of(const store::ReadTxn&, const TenantId&);

  bool any() const { return any_; }

  // Whether an entity is among them. One lookup, and none where nothing is.
  base::Result<bool> any_entity() const;
  base::Result<bool> has(const Deleted&) const;

  // Of a mapping: by its principal, its role, or the group, project or entity that it is on.
  base::Result<bool> has(const Principal&, const RoleId&, std::string_view resource) const;

  // Of a grant: by its template, its principal, or its resource.
  base::Result<bool> has(const Grant&) const;

 private:
  base::Result<bool> has_named(std::string_view name) const;

  Leftovers(const store::ReadTxn& txn, const TenantId& tenant, bool any)
      : txn_(&txn), tenant_(tenant), any_(any) {}

  const store::ReadTxn* txn_;
  TenantId tenant_;
  bool any_;
};

}  // namespace domain
