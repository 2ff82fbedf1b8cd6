#include "bench/console/crowd.h"

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/random.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/role.h"
#include "domain/user.h"

namespace {

constexpr std::size_t kInGroup = 100;
constexpr std::size_t kRoles = 20;
constexpr std::int64_t kHour = 60LL * 60 * 1000, kYear = 365 * 24 * kHour;

constexpr const char* kFirst[] = {"Ada",     "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances",
                                  "Grace",   "Hedy", "Ivan",    "Jean",   "Ken",    "Leslie", "Margaret",
                                  "Niklaus", "Ole",  "Per",     "Radia",  "Shafi",  "Tim"};
constexpr const char* kLast[] = {"Allen",   "Bachman",    "Cerf",     "Dijkstra", "Engelbart",
                                 "Floyd",   "Goldwasser", "Hopper",   "Iverson",  "Jones",
                                 "Knuth",   "Lovelace",   "McCarthy", "Naur",     "Perlman",
                                 "Ritchie", "Sutherland", "Thompson", "Ullman",   "Wirth"};
constexpr const char* kScopes[] = {"group:get", "organization:billingview", "group:update",
                                   "organization:get"};

// The things of one tenant.
class Crowd {
 public:
  Crowd(const domain::TenantId& tenant, base::Timestamp now) : tenant_(tenant), now_(now) {}

  void make_roles(const WriteAll& write, std::size_t roles) {
    write(roles, [&](store::WriteTxn& txn, std::size_t i) {
      domain::Role role{domain::Owner(tenant_)};
      role.id = make_id<domain::RoleId>();
      role.slug = "crowd-" + std::to_string(i);
      role.name = "Crowd " + std::to_string(i);
      role.scopes = {kScopes[i % std::size(kScopes)]};
      role.created_at = role.updated_at = now_;
      roles_.push_back(role.id);
      return domain::put_role(txn, role);
    });
  }

  void make_groups(const WriteAll& write, std::size_t groups) {
    write(groups, [&](store::WriteTxn& txn, std::size_t i) -> base::Result<void> {
      domain::Group group;
      group.id = make_id<domain::GroupId>();
      group.tenant = tenant_;
      group.name = "Crowd " + std::to_string(i);
      group.created_at = group.updated_at = now_;
      groups_.push_back(group.id);
      if (auto put = domain::put_group(txn, group); !put.ok()) return put;
      return map(txn, group.id, i % roles_.size(), {});
    });
  }

  void make_people(const WriteAll& write, const CrowdSize& size) {
    const std::size_t each = size.mappings / std::max<std::size_t>(size.people, 1);
    write(size.people, [&](store::WriteTxn& txn, std::size_t i) -> base::Result<void> {
      domain::User user;
      user.id = make_id<domain::UserId>();
      user.tenant = tenant_;
      const std::string first = kFirst[i % std::size(kFirst)];
      const std::string last = kLast[i / std::size(kFirst) % std::size(kLast)];
      user.name = first + " " + last + " " + std::to_string(i);
      user.email = first + "." + last + "." + std::to_string(i) + "@crowd.example";
      user.created_at = user.updated_at = now_;
      if (auto put = domain::put_user(txn, user); !put.ok()) return put;
      const domain::GroupId& group = groups_[i / kInGroup];
      if (auto put = domain::put_membership(txn, {tenant_, group, user.id, domain::Source::kLocal, now_});
          !put.ok())
        return put;
      // The next person has others, so that each role has as many.
      for (std::size_t n = 0; n < each; ++n)
        if (auto put = map(txn, user.id, (i + n) % roles_.size(), times_of(i * each + n)); !put.ok())
          return put;
      return {};
    });
  }

 private:
  struct Times {
    std::optional<base::Timestamp> from, until;
  };

  // Each moment is another one's, as where people are given something for some days.
  Times times_of(std::size_t n) const {
    const auto within = [&](std::size_t of) {
      return static_cast<std::int64_t>(n * 7919 % 1'000'003) * (kYear / static_cast<std::int64_t>(of)) /
             1'000'003;
    };
    switch (n % 30) {
      case 0:
      case 1:
        return {{}, base::Timestamp{now_.ms + kHour + within(1)}};
      case 2:
        return {base::Timestamp{now_.ms - kYear}, base::Timestamp{now_.ms - kHour - within(2)}};
      case 3:
        return {base::Timestamp{now_.ms + kHour + within(4)}, {}};
      default:
        return {};
    }
  }

  base::Result<void> map(store::WriteTxn& txn, const domain::Principal& who, std::size_t role,
                         const Times& times) {
    domain::Mapping mapping;
    mapping.id = make_id<domain::MappingId>();
    mapping.tenant = tenant_;
    mapping.principal = who;
    mapping.role = roles_[role];
    mapping.valid_from = times.from;
    mapping.expires_at = times.until;
    mapping.created_at = now_;
    return domain::put_mapping(txn, mapping);
  }

  template <class Id>
  Id make_id() {
    return Id(random_.uuid(now_));
  }

  const domain::TenantId tenant_;
  const base::Timestamp now_;
  crypto::SystemRandom random_;
  std::vector<domain::RoleId> roles_;
  std::vector<domain::GroupId> groups_;
};

}  // namespace

void fill(const WriteAll& write, const domain::TenantId& tenant, base::Timestamp now, const CrowdSize& size) {
  Crowd crowd(tenant, now);
  crowd.make_roles(write, std::max(kRoles, size.mappings / std::max<std::size_t>(size.people, 1)));
  crowd.make_groups(write, (size.people + kInGroup - 1) / kInGroup);
  crowd.make_people(write, size);
}
