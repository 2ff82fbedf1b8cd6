#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/operation.h"

// Anything of a tenant that is found by what somebody types, of every kind at once.
namespace api {

namespace op {
inline constexpr Operation search_names = {
    .action = "tenant:search", .kind = kRead, .scope = "organization:get", .resource = "tenant"};

inline constexpr Operation kNameSearch[] = {search_names};
}  // namespace op

enum class HitKind : std::uint8_t { kRole, kGroup, kUser, kServiceUser, kPermission, kPolicy, kEntity };
std::string_view name_of(HitKind);  // as `resource_type` is elsewhere: "service_user"

struct NameHit {
  HitKind kind;
  std::string id;     // as calls have it: a role's slug, a permission's scope, "Folder:7" of an entity
  std::string name;   // as people read it; empty where the id says it all
  std::string email;  // of a user
};

struct NameHits {
  std::vector<NameHit> hits;      // in order of kind
  bool has_more = false;          // there are more than were asked for, or could be looked at
  std::vector<HitKind> withheld;  // the caller may not list these, so they were not looked for
};

inline constexpr std::size_t kMostHits = 20;

// What is called by that id, or of whose names a word begins with it (permissions: whose scope has it; an
// entity: `Type:` and how its id begins). Every kind has its share of the hits. kInvalidInput at "q" where
// nothing was typed, or more than kMaxTyped. Looks at some hundred rows, however many there are.
Outcome<NameHits> search_names(const Read&, const domain::TenantId& tenant, std::string_view typed);

}  // namespace api
