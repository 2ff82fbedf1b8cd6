#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "domain/principal.h"
#include "names/risk.h"

// Who holds what, at a glance: people or groups by roles or permissions.
namespace api {

namespace op {
inline constexpr Operation read_access_map = {
    .action = "access:map", .kind = kRead, .scope = "organization:get", .resource = "tenant"};

inline constexpr Operation kAccessMap[] = {read_access_map};
}  // namespace op

enum class MapRows : std::uint8_t { kUsers, kGroups };
enum class MapColumns : std::uint8_t { kRoles, kScopes };

// What one of them holds now. Columns are named by a role's slug or a permission, sorted.
struct MapRow {
  domain::Principal who;
  std::string name, email;                  // of a group no e-mail
  bool active = true;                       // false: suspended or disabled, and so holds nothing
  std::vector<std::string> direct;          // for the whole tenant, mapped to them
  std::vector<std::string> through_groups;  // likewise, to a group that they are in
  std::vector<std::string> on_things;       // on single things only, either way
  std::vector<std::string> timed;           // of all of these, what will end, if nothing else is changed
};

// A column that a row of the page names.
struct MapColumn {
  std::string column, name;  // the name of a role, or the title of a permission
  names::Risk risk = names::Risk::kLow;
};

struct AccessMap {
  Page<MapRow> page;
  std::vector<MapColumn> columns;  // the most dangerous first, then in order
  std::size_t hidden = 0;          // groups whose roles the caller may not see, and so aren't counted
  std::uint64_t policies = 0;      // that the tenant has: what they allow is not in the map
};

// A row for each in order of id, also for those who hold nothing. Of a group it is what being in it gives.
// Roles count that are enabled and in force, by what the guard lets the caller see. It says nothing of what
// rules and their grants allow, which depends on the question (searches.h), nor of API keys. Of what somebody
// holds by one role on single things as many mappings are looked at as kMostOnThings, if these have ended or
// will end.
// Needs what listing the rows needs, besides. For the pool.
inline constexpr std::size_t kMostOnThings = 100;
Outcome<AccessMap> read_access_map(const Read&, const domain::TenantId& tenant, MapRows, MapColumns,
                                   const PageRequest&);

}  // namespace api
