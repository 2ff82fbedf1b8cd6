#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

// What was deleted while more belonged to it than goes in one change. It is gone for everybody; what is left
// of it, its mappings, memberships and credentials, is removed in steps (deletion.h). Until that is done,
// whoever reads those passes by what is left.
namespace domain {

struct Mapping;

// The numbers stand in keys on disk, those of principals are theirs: DO NOT CHANGE, only append.
enum class DeletedKind : std::uint8_t {
  kUser = 1,
  kServiceUser = 2,
  kGroup = 3,
  kRole = 100,
  kProject = 102
};
std::string_view name_of(DeletedKind);  // "user", "serviceuser", "group", "role", "project"
std::optional<DeletedKind> deleted_kind_of(std::uint8_t number);

// A thing in a tenant. Of a role it is the tenant that the mappings are in: of one of the platform's, each.
struct Deleted {
  constexpr Deleted(const UserId& user) : kind(DeletedKind::kUser), id(user) {}
  constexpr Deleted(const ServiceUserId& user) : kind(DeletedKind::kServiceUser), id(user) {}
  constexpr Deleted(const GroupId& group) : kind(DeletedKind::kGroup), id(group) {}
  constexpr Deleted(const RoleId& role) : kind(DeletedKind::kRole), id(role) {}
  constexpr Deleted(const ProjectId& project) : kind(DeletedKind::kProject), id(project) {}
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

// Called for each mapping that goes with what is deleted, before it is removed, in the change that removes
// it.
using MappingGoesWith = base::FunctionRef<base::Result<void>(const Mapping&, const DeletedBy&)>;

// Nobody: where there is nothing left to be told of.
inline constexpr auto kTellNobody = [](const Mapping&, const DeletedBy&) { return base::Result<void>(); };

struct PendingDeletion {
  TenantId tenant;
  Deleted what;
  std::string slug;  // of a role
  DeletedBy by;
};

// Whether the tenant, or the thing, is gone and some of what belonged to it is still there.
base::Result<bool> is_being_deleted(const store::ReadTxn&, const TenantId& tenant);
base::Result<bool> is_being_deleted(const store::ReadTxn&, const TenantId& tenant, const Deleted&);

// kConflict where what a thing of the same id had is still being removed; `who` names the new one.
base::Result<void> check_not_being_deleted(const store::ReadTxn&, const TenantId& tenant, const Deleted&,
                                           const std::string& who);

base::Result<std::optional<PendingDeletion>> get_pending_deletion(const store::ReadTxn&,
                                                                  const TenantId& tenant, const Deleted&);

// Those of the tenant and kind, in order of id, until fn returns false. Looks at nothing else.
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
  base::Result<bool> has(const Deleted&) const;

  // Of a mapping: by its principal, its role, or the group or project that it is on.
  base::Result<bool> has(const Principal&, const RoleId&, std::string_view resource) const;

 private:
  Leftovers(const store::ReadTxn& txn, const TenantId& tenant, bool any)
      : txn_(&txn), tenant_(tenant), any_(any) {}

  const store::ReadTxn* txn_;
  TenantId tenant_;
  bool any_;
};

}  // namespace domain
