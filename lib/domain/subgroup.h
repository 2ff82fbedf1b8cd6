#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/disabled_groups.h"
#include "domain/group.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

// A group that is a member of a group: whoever is in `member` is in `group` too, and holds what that holds.
// The other way round nothing follows: a role on `group` is none on `member`.
struct Subgroup {
  TenantId tenant;
  GroupId group;
  GroupId member;
  Source source = Source::kLocal;
  base::Timestamp joined_at;
  std::uint64_t revision = 0;

  bool operator==(const Subgroup&) const = default;
};

inline constexpr std::size_t kMaxNestedGroups = 32;        // from the lowest to the highest, both included
inline constexpr std::size_t kMaxDirectSubgroups = 1'000;  // of a group; and as many that one is a member of
// Pairs of a group and a member group that are above any group: so many are walked to tell what somebody is
// in, which takes two milliseconds. And so many are looked at to tell whether one may be added.
inline constexpr std::size_t kMaxPairsAbove = 5'000;

base::Result<std::optional<Subgroup>> get_subgroup(const store::ReadTxn&, const TenantId& tenant,
                                                   const GroupId& group, const GroupId& member);

// Adds or replaces, with the transaction's revision. kInvalid, which says why and by which path, where the
// group would be in itself, or one of the limits above is passed. REQUIRES: both groups exist
base::Result<void> put_subgroup(store::WriteTxn&, Subgroup);
base::Result<void> delete_subgroup(store::WriteTxn&, const TenantId& tenant, const GroupId& group,
                                   const GroupId& member);

// Takes the group out of all that it is a member of, and its members that are groups out of it.
base::Result<void> delete_subgroups(store::WriteTxn&, const TenantId& tenant, const GroupId& group);

// Why the member can't be put into the group: kInvalid as of put_subgroup().
base::Result<void> check_nesting(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                 const GroupId& member);

// Direct members that are groups, in order of id, behind `after`.
base::Result<void> each_subgroup(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                 const GroupId* after, base::FunctionRef<bool(Subgroup&&)> fn);

// What follows from membership, below, is nothing where a group is disabled: it is left out wherever it
// stands, and so is what is beyond it and reached through nothing else. Where what there would be is asked,
// were all groups enabled, disabled ones count too.
enum class Disabled : std::uint8_t { kLeftOut, kCounted };

// All that is above these groups through any number of steps, and the groups themselves: sorted, each once.
// Takes about a microsecond for each, and 0.3 for each pair.
base::Result<std::vector<GroupId>> with_groups_above(const store::ReadTxn&, const TenantId& tenant,
                                                     std::vector<GroupId> groups,
                                                     Disabled = Disabled::kLeftOut);

// The same of what is below, of which there may be any number. It ends where it has more than `most`: what
// the others are is not known then.
base::Result<std::vector<GroupId>> with_groups_below(const store::ReadTxn&, const TenantId& tenant,
                                                     std::vector<GroupId> groups, std::size_t most);

// The groups one step above: those that a principal is a member of itself; of a disabled group none. Sorted.
base::Result<std::vector<GroupId>> direct_groups(const store::ReadTxn&, const TenantId& tenant,
                                                 const Principal&, Disabled = Disabled::kLeftOut);

// For whoever goes from one to the next, so that what is left out is found out once: the same, and of a group
// that isn't left out itself those one step above it. Sorted.
base::Result<std::vector<GroupId>> direct_groups(const store::ReadTxn&, const TenantId& tenant,
                                                 const Principal&, const DisabledGroups& left_out);
base::Result<std::vector<GroupId>> groups_above(const store::ReadTxn&, const TenantId& tenant, const GroupId&,
                                                const DisabledGroups& left_out);

// The groups that a principal is in, directly or through others; of a group those above it. Sorted.
base::Result<std::vector<GroupId>> effective_groups(const store::ReadTxn&, const TenantId& tenant,
                                                    const Principal&, Disabled = Disabled::kLeftOut);

// Whether it is one of them. Two lookups for a direct member, and for anybody where no group is in the group;
// else as effective_groups().
base::Result<bool> is_effective_member(const store::ReadTxn&, const TenantId& tenant, const GroupId& group,
                                       const Principal&);

}  // namespace domain
