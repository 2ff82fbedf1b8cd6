#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// What is on disk. One LMDB environment; its tables:
//
//   key parts: [id], [tenant], [user] …  a uuid, 16 raw bytes; the nil uuid as tenant is the platform
//              [u64], [u40], [u8]        an integer, big-endian
//              [kind u8]                 of the principal whose id follows
//              [slug], [name], [text]    text, always last (before one id at most), so that no part needs an
//              end mark
//   values:    record  sealed JSON (record.h)     id  16 raw bytes     -  empty: the key says it all
//
//   table                key                                            value
//   meta                 [text]                                         "format", "program", "revision"; and
//                        "upgraded", the revision at which the store was last brought to another format
//   tenant               [id]                                           record
//   tenant_slug          [slug]                                         id
//   permission           [slug]                                         record, of those made by call
//   role                 [tenant][id]                                   record
//   role_slug            [tenant][slug]                                 id
//   group                [tenant][id]                                   record
//   group_name           [tenant][folded name]                          id, see domain/name_index.cpp
//   user                 [tenant][id]                                   record
//   user_email           [tenant][folded e-mail]                        id, likewise
//   service_user         [tenant][id]                                   record
//   service_user_by_id   [id][tenant]                                   -
//   credential           [id]                                           record
//   credential_hash      [SHA-256, 32 bytes]                            id
//   credential_by_tenant [tenant][credential]                           -
//   credential_by_owner  [tenant][kind u8][principal][credential]       -
//   member_of            [tenant][user][group]                          record
//   members              [tenant][group][user]                          -
//   group_in             [tenant][member group][group]                  record, of a group in a group
//   subgroups            [tenant][group][member group]                  -
//   mapping              [tenant][kind u8][principal][role][resource]   record
//   mapping_by_role      [tenant][role][kind u8][principal][resource]   record, of the two times alone
//   mapping_by_id        [tenant][mapping]                              key in mapping
//   mapping_on           [tenant][resource][kind u8][principal][role]   record, of the two times alone
//   audit                [tenant][seq u64]                              record, packed, stays as it is
//   audit_by_actor       [hash u40][seq u40]                            -, hash of tenant and actor
//   audit_by_resource    [hash u40][seq u40]                            -, hash of tenant and resource_id
//   audit_hour           [tenant][seq u40]                              hour u32, of the entries from it on
//   audit_head           [tenant]                                       seq u64, SHA-256, bytes u64
//   change               [revision u64]                                 record (change.cpp), packed
//   idempotency          [caller][text]                                 record
//   idempotency_by_time  [expires u64][caller][text]                    -
//   count                [tenant][what u8]                              u64 (domain/counts.h)
//                        [tenant][100][group]                           u64, of the group's members
//   role_count           [tenant][role][kind u8]                        five u64 (domain/counts.cpp)
//   role_time            [tenant][role][kind u8][moment u64]            two u64, likewise
//   held_slug            [slug]                                         record
//   held_slug_by_time    [until u64][slug]                              -
//   deletion             [tenant]                                       -, while what it had is being removed
//                        [tenant][kind u8][id]                          record, likewise, of a user, service
//                        user, group or role that had much (domain/pending_deletion.h), or -
//   name_look            [tenant][kind u8][hash, 16 bytes][id]          -, of how the name looks
//   name_clash           [tenant][kind u8][hash, 16 bytes][id]          -, of an old name that is another's
//   entity_number        [tenant][type u8 and text][id]                 u64, see domain/entity_name.h
//   entity_name          [tenant][entity u64]                           type u8 and text, id
//   entity               [tenant][entity u64]                           record
//   entity_parent        [tenant][entity u64][parent u64]               -
//   entity_child         [tenant][parent u64][entity u64]               -
//   policy               [tenant][id]                                   record, of a tenant's policy
//   rule                 [tenant][policy][id]                           record
//   decisions            [tenant]                                       record, of how it decides
//   project              [tenant][id]                                   record
//   project_slug         [tenant][slug in lower case]                   id
//   project_by_id        [id][tenant]                                   -
//   schema               [tenant]                                       record
//   policy_test          [tenant][id]                                   record
//   grant                [tenant][id]                                   record
//   grant_of             [tenant][principal][resource][rule]            id, see domain/grant.cpp
//   grant_on             [tenant][resource][principal][rule]            id, likewise
//   grant_by_rule        [tenant][rule][id]                             -
//   name_word            [tenant][what u8][text][id]                    -, see domain/name_words.cpp
//   mapping_by_expiry    [tenant][expires u64][mapping]                 -, of those that expire
//   session              [id]                                           record
//   session_hash         [SHA-256, 32 bytes]                            id
//   session_by_credential [credential][session]                         -
//   disabled_group       [tenant][group]                                -, of those that are disabled
//
// An empty resource is the whole tenant, and not in mapping_on. Only the writer writes `change` and meta's
// "revision". The tables of relations (member_of, members, mapping…) answer from their keys; no record need
// be read.
namespace store {

// The numbers are on disk, in change records. DO NOT CHANGE or reuse one; add at the end, with a name.
enum class Table : std::uint8_t {
  kMeta = 0,
  kTenant = 1,
  kTenantSlug = 2,
  kPermission = 3,
  kRole = 4,
  kRoleSlug = 5,
  kGroup = 6,
  kGroupName = 7,
  kUser = 8,
  kUserEmail = 9,
  kServiceUser = 10,
  kCredential = 11,
  kCredentialHash = 12,
  kCredentialByTenant = 13,
  kCredentialByOwner = 14,
  kMemberOf = 15,
  kMembers = 16,
  kMapping = 17,
  kMappingByRole = 18,
  kMappingById = 19,
  kAudit = 20,
  kAuditHead = 21,
  kChange = 22,
  kIdempotency = 23,
  kIdempotencyByTime = 24,
  kMappingOn = 25,
  kServiceUserById = 26,
  kCount = 27,
  kRoleCount = 28,
  kRoleTime = 29,
  kAuditByActor = 30,
  kAuditByResource = 31,
  kAuditHour = 32,
  kHeldSlug = 33,
  kHeldSlugByTime = 34,
  kDeletion = 35,
  kNameLook = 36,
  kNameClash = 37,
  kGroupIn = 38,
  kSubgroups = 39,
  kEntityNumber = 40,
  kEntityName = 41,
  kEntity = 42,
  kEntityParent = 43,
  kEntityChild = 44,
  kPolicy = 45,
  kRule = 46,
  kDecisions = 47,
  kProject = 48,
  kProjectSlug = 49,
  kProjectById = 50,
  kSchema = 51,
  kPolicyTest = 52,
  kGrant = 53,
  kGrantOf = 54,
  kGrantOn = 55,
  kGrantByRule = 56,
  kNameWord = 57,
  kMappingByExpiry = 58,
  kSession = 59,
  kSessionHash = 60,
  kSessionByCredential = 61,
  kDisabledGroup = 62,
};
inline constexpr std::size_t kTableCount = 63;

// The name above: "role_slug".
std::string_view name_of(Table);

// The table of a number read from disk.
std::optional<Table> table_of(std::uint8_t number);

// Whether a record stays as it is once a change has added it: change records don't repeat it then.
constexpr bool is_append_only(Table table) {
  return table == Table::kAudit;
}

// The layout this program reads and writes. A change of it is a step in migrate.cpp.
inline constexpr std::uint32_t kFormatVersion = 13;

// Of the store as a whole: how many changes it has taken.
using Revision = std::uint64_t;

// LMDB's limits for keys (its compiled-in default), and ours for values: what is larger belongs in a file.
inline constexpr std::size_t kMaxKey = 511;
inline constexpr std::size_t kMaxValue = std::size_t{4} << 20;

}  // namespace store
