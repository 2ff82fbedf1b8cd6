#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/mapping.h"
#include "domain/principal.h"
#include "store/txn.h"

// By which paths somebody comes by what they hold: a mapping of a role to them, or to a group that they are
// in, perhaps through other groups. Nothing of it is stored; all is read of one snapshot.
namespace authz {

// What ends within this time ends soon.
inline constexpr std::chrono::hours kSoon{7 * 24};

// Whether it has an end that is less than kSoon away, or has come.
bool ends_soon(const std::optional<base::Timestamp>& expires_at, base::Timestamp now);

// From the group that somebody is a member of to one that they are thereby in, both included, each a member
// of the next.
using GroupWay = std::vector<domain::GroupId>;

// The groups that a principal is in, and the ways into each of them. Groups in groups have no circles, so
// there are finitely many; but there may be very many, and so as many are told as are asked for.
class GroupWays {
 public:
  // Takes about a microsecond for each group, and for each pair of groups above the principal, of which there
  // are at most kMaxPairsAbove.
  static base::Result<GroupWays> of(const store::ReadTxn&, const domain::TenantId&, const domain::Principal&);

  // As domain::effective_groups().
  const std::vector<domain::GroupId>& groups() const { return groups_; }

  struct Found {
    std::vector<GroupWay> ways;  // the shortest first, those of one length in order
    bool are_all = true;
  };
  // The ways into a group: none where the principal isn't in it. Of more than `most` some, short ones rather.
  Found to(const domain::GroupId&, std::size_t most) const;

 private:
  std::vector<domain::GroupId> direct_, groups_;                   // sorted
  std::map<domain::GroupId, std::vector<domain::GroupId>> above_;  // one step up
  std::map<domain::GroupId, std::vector<domain::GroupId>> below_;  // the same the other way round
};

// A role that somebody holds on one resource, with every mapping that gives it: to them, or to a group of
// theirs.
struct HeldRole {
  domain::RoleId role;
  domain::ResourceText resource;
  std::vector<domain::Mapping> mappings;  // in order of their holders, in force or not
};

// What several principals hold together, in order of the roles' ids, of a role in order of what it is on: the
// lists of all of them, merged. Begins with a look for each of them. The transaction must outlive this.
class HeldRoles {
 public:
  struct Place {
    domain::RoleId role;
    domain::ResourceText resource;
  };

  // Behind the place; nothing: from the beginning.
  HeldRoles(const store::ReadTxn&, const domain::TenantId&, std::vector<domain::Principal> holders,
            const std::optional<Place>& after);

  // Nothing at the end.
  base::Result<std::optional<HeldRole>> next();

 private:
  struct List {
    domain::Principal holder;
    std::optional<domain::MappingKey> after;
    std::vector<domain::Mapping> some;
    std::size_t at = 0;
    bool has_ended = false;
  };
  struct Waiting {
    domain::MappingKey key;
    std::size_t list;
  };
  struct Later {
    bool operator()(const Waiting&, const Waiting&) const;
  };

  base::Result<void> wait(std::size_t list);

  const store::ReadTxn& txn_;
  const domain::TenantId tenant_;
  std::vector<List> lists_;
  std::priority_queue<Waiting, std::vector<Waiting>, Later> waiting_;
  bool has_begun_ = false;
};

}  // namespace authz
