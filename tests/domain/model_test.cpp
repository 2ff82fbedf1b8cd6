#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "domain/deletion.h"
#include "domain/index.h"
#include "names/fold.h"
#include "names/look.h"
#include "tests/domain/support.h"

// Random changes of every noun are made in the store and, with plain maps and no indexes, in memory; both
// must accept and refuse the same, and hold the same, also after the store was closed and opened.

using namespace domain;

namespace {

constexpr int kRounds = 40;
constexpr int kChangesPerRound = 60;
constexpr std::uint64_t kIds = 5;  // few, so that changes meet

template <typename Id>
using InTenant = std::pair<TenantId, Id>;
using Member = std::tuple<TenantId, GroupId, UserId>;

struct Model {
  std::map<TenantId, Tenant> tenants;
  std::map<std::pair<Owner, RoleId>, Role> roles;
  std::map<InTenant<GroupId>, Group> groups;
  std::map<InTenant<UserId>, User> users;
  std::map<InTenant<ServiceUserId>, ServiceUser> service_users;
  std::map<CredentialId, Credential> credentials;
  std::map<Member, Membership> members;
  std::map<InTenant<MappingKey>, Mapping> mappings;
  std::set<std::string> held;  // slugs that tenants gave up and none has

  void drop_mappings(const TenantId& tenant, const std::function<bool(const MappingKey&)>& which) {
    std::erase_if(mappings, [&](const auto& m) { return m.first.first == tenant && which(m.first.second); });
  }
  void drop_holder(const TenantId& tenant, const Principal& who) {
    drop_mappings(tenant, [&](const MappingKey& key) { return key.principal == who; });
    std::erase_if(credentials,
                  [&](const auto& c) { return c.second.tenant == tenant && c.second.owner == who; });
  }
  void drop_tenant(const TenantId& tenant) {
    tenants.erase(tenant);
    const auto of_tenant = [&](const auto& entry) { return entry.first.first == tenant; };
    std::erase_if(roles, of_tenant);
    std::erase_if(groups, of_tenant);
    std::erase_if(users, of_tenant);
    std::erase_if(service_users, of_tenant);
    std::erase_if(members, [&](const auto& m) { return std::get<0>(m.first) == tenant; });
    std::erase_if(credentials, [&](const auto& c) { return c.second.tenant == tenant; });
    drop_mappings(tenant, [](const MappingKey&) { return true; });
  }
};

// Whether another record of the tenant has the same name.
template <typename Map, typename Name>
bool taken(const Map& map, const typename Map::key_type& mine, const std::string& name, const Name& name_in) {
  for (const auto& [key, record] : map)
    if (key.first == mine.first && key.second != mine.second &&
        names::fold(name_in(record)) == names::fold(name))
      return true;
  return false;
}

class Trial {
 public:
  explicit Trial(std::uint32_t seed) : random_(seed) {}

  // One random change of both. REQUIREs that they agree on whether it can be.
  void step() {
    using Action = void (Trial::*)();
    static constexpr Action kActions[] = {
        &Trial::put_some_role,       &Trial::delete_some_role,    &Trial::put_some_group,
        &Trial::delete_some_group,   &Trial::put_some_user,       &Trial::delete_some_user,
        &Trial::put_some_robot,      &Trial::delete_some_robot,   &Trial::put_some_member,
        &Trial::delete_some_member,  &Trial::put_some_mapping,    &Trial::delete_some_mapping,
        &Trial::put_some_mapping,    &Trial::put_some_credential, &Trial::put_some_tenant,
        &Trial::put_some_credential, &Trial::put_some_member,     &Trial::delete_some_credential,
        &Trial::delete_some_mapping,
    };
    if (pick(150) == 0) return delete_some_tenant();
    (this->*kActions[pick(std::size(kActions))])();
  }

  void compare();
  void reopen() { store_.reopen(); }

 private:
  std::uint64_t pick(std::uint64_t n) { return random_() % n; }
  TenantId some_tenant() { return pick(2) == 0 ? kTenant : kOther; }
  Owner some_owner() { return pick(4) == 0 ? Owner(Platform{}) : Owner(some_tenant()); }
  AnyId some_id() { return id(1 + pick(kIds)); }
  std::string some_name() { return std::string(1, "aAbBcdE"[pick(7)]); }
  std::string some_unique_name() {
    static constexpr const char* kNames[] = {"a",       "A", "\u0430", "\uFF21", "\u00E9",
                                             "e\u0301", "m", "rn",     "I",      "l"};
    return kNames[pick(10)];
  }
  Principal some_principal() {
    const PrincipalKind kinds[] = {PrincipalKind::kUser, PrincipalKind::kServiceUser, PrincipalKind::kGroup};
    return {kinds[pick(3)], some_id()};
  }
  MappingKey some_key() {
    return {some_principal(), some_id(), pick(2) == 0 ? "" : group_resource(some_id())};
  }

  // Makes the change in the store; the model says whether it must be accepted.
  void change(bool accepted, const store::Change& fn) {
    if (accepted) {
      store_.change(fn);
    } else {
      REQUIRE(store_.refusal(fn).code == base::ErrorCode::kConflict);
    }
  }

  void put_some_tenant() {
    Tenant tenant = make_tenant(some_tenant(), fold_case(some_name()));
    bool free = true;
    for (const auto& [other, record] : model_.tenants)
      if (other != tenant.id && record.slug == tenant.slug) free = false;
    change(free, [&](auto& txn) { return put_tenant(txn, tenant); });
    if (!free) return;
    if (const auto before = model_.tenants.find(tenant.id); before != model_.tenants.end())
      model_.held.insert(before->second.slug);
    model_.held.erase(tenant.slug);
    model_.tenants[tenant.id] = tenant;
  }

  void delete_some_tenant() {
    const TenantId tenant = some_tenant();
    if (!model_.tenants.contains(tenant)) return;
    store_.change([&](auto& txn) { return delete_tenant(txn, tenant); });
    model_.held.insert(model_.tenants.at(tenant).slug);
    for (bool more = true; more;)
      store_.change([&](auto& txn) -> base::Result<void> {
        const auto left = continue_deletions(txn, 3, kTellNobody);
        if (!left.ok()) return left.error();
        more = *left;
        return {};
      });
    model_.drop_tenant(tenant);
  }

  void put_some_role() {
    const Owner tenant = some_owner();
    Role role = make_role(tenant, some_id(), some_name());
    bool free = true;
    for (const auto& [key, other] : model_.roles) {
      const bool mine = key == std::pair(tenant, role.id);
      const auto own = model_.roles.find({tenant, role.id});
      const bool kept = own != model_.roles.end() && own->second.slug == role.slug;
      if (!mine && !kept && other.slug == role.slug && (key.first == tenant || key.first.is_platform()))
        free = false;
    }
    change(free, [&](auto& txn) { return put_role(txn, role); });
    if (free) model_.roles.insert_or_assign({tenant, role.id}, role);
  }

  void delete_some_role() {
    const auto found = model_.roles.find({some_owner(), some_id()});
    if (found == model_.roles.end()) return;
    store_.change([&](auto& txn) { return delete_role(txn, found->second); });
    model_.roles.erase(found);
  }

  void put_some_group() {
    Group group = make_group(some_tenant(), some_id(), some_unique_name());
    const InTenant<GroupId> key(group.tenant, group.id);
    const bool free = !taken(model_.groups, key, group.name, [](const Group& g) { return g.name; });
    change(free, [&](auto& txn) { return put_group(txn, group); });
    if (free) model_.groups[key] = group;
  }

  void delete_some_group() {
    const auto found = model_.groups.find({some_tenant(), some_id()});
    if (found == model_.groups.end()) return;
    const auto [tenant, uuid] = found->first;
    store_.change([&](auto& txn) { return delete_group(txn, found->second); });
    std::erase_if(model_.members, [&, t = tenant, g = uuid](const auto& m) {
      return std::get<0>(m.first) == t && std::get<1>(m.first) == g;
    });
    model_.drop_mappings(tenant, [g = uuid](const MappingKey& key) {
      return key.principal == as_group(g) || key.resource == group_resource(g);
    });
    model_.groups.erase(found);
  }

  void put_some_user() {
    User made = make_user(some_tenant(), some_id(), some_unique_name());
    const InTenant<UserId> key(made.tenant, made.id);
    const bool free = !taken(model_.users, key, made.email, [](const User& u) { return u.email; });
    change(free, [&](auto& txn) { return put_user(txn, made); });
    if (free) model_.users[key] = made;
  }

  void delete_some_user() {
    const auto found = model_.users.find({some_tenant(), some_id()});
    if (found == model_.users.end()) return;
    const auto [tenant, uuid] = found->first;
    store_.change([&](auto& txn) { return delete_user(txn, found->second); });
    std::erase_if(model_.members, [&, t = tenant, u = uuid](const auto& m) {
      return std::get<0>(m.first) == t && std::get<2>(m.first) == u;
    });
    model_.drop_holder(tenant, as_user(uuid));
    model_.users.erase(found);
  }

  void put_some_robot() {
    ServiceUser robot = make_service_user(some_tenant(), some_id(), some_name());
    store_.change([&](auto& txn) { return put_service_user(txn, robot); });
    model_.service_users[{robot.tenant, robot.id}] = robot;
  }

  void delete_some_robot() {
    const auto found = model_.service_users.find({some_tenant(), some_id()});
    if (found == model_.service_users.end()) return;
    store_.change([&](auto& txn) { return delete_service_user(txn, found->second); });
    model_.drop_holder(found->first.first, as_service_user(found->first.second));
    model_.service_users.erase(found);
  }

  void put_some_member() {
    Membership m{
        some_tenant(), some_id(), some_id(), Source::kLocal, {static_cast<std::int64_t>(pick(9))}, 0};
    store_.change([&](auto& txn) {
      m.revision = txn.revision();
      return put_membership(txn, m);
    });
    model_.members[{m.tenant, m.group, m.user}] = m;
  }

  void delete_some_member() {
    const Member key(some_tenant(), some_id(), some_id());
    store_.change([&](auto& txn) {
      return delete_membership(txn, std::get<0>(key), std::get<1>(key), std::get<2>(key));
    });
    model_.members.erase(key);
  }

  void put_some_mapping() {
    const MappingKey key = some_key();
    Mapping mapping = make_mapping(some_tenant(), id(100 + pick(30)), key.principal, key.role, key.resource);
    // Around now, so that some begin and end between the changes.
    const auto some_time = [&] {
      return base::Timestamp{base::SystemClock().now().ms + static_cast<std::int64_t>(pick(40)) - 10};
    };
    if (pick(2) == 0) mapping.valid_from = some_time();
    if (pick(2) == 0) mapping.expires_at = some_time();
    const auto there = model_.mappings.find({mapping.tenant, key});
    const bool free = there == model_.mappings.end() || there->second.id == mapping.id;
    change(free, [&](auto& txn) { return put_mapping(txn, mapping); });
    if (!free) return;
    std::erase_if(model_.mappings, [&](const auto& m) {
      return m.first.first == mapping.tenant && m.second.id == mapping.id;
    });
    model_.mappings[{mapping.tenant, key}] = mapping;
  }

  void delete_some_mapping() {
    const TenantId tenant = some_tenant();
    if (pick(4) == 0) {
      const RoleId role = some_id();
      store_.change([&](auto& txn) {
        return delete_belongings(txn, {tenant, role, {}, {}}, 1'000, kTellNobody);
      });
      return model_.drop_mappings(tenant, [&](const MappingKey& key) { return key.role == role; });
    }
    const auto found = model_.mappings.find({tenant, some_key()});
    if (found == model_.mappings.end()) return;
    store_.change([&](auto& txn) { return delete_mapping(txn, found->second); });
    model_.mappings.erase(found);
  }

  void put_some_credential() {
    const Principal owner{pick(2) == 0 ? PrincipalKind::kUser : PrincipalKind::kServiceUser, some_id()};
    Credential made = make_credential(some_tenant(), some_id(), owner, some_name());
    if (pick(3) == 0) made.revoked_at = kNow;
    bool free = true;
    for (const auto& [uuid, other] : model_.credentials)
      if (uuid != made.id && other.hash == made.hash) free = false;
    change(free, [&](auto& txn) {
      made.revision = txn.revision();
      return put_credential(txn, made);
    });
    if (free) model_.credentials.insert_or_assign(made.id, made);
  }

  void delete_some_credential() {
    const auto found = model_.credentials.find(some_id());
    if (found == model_.credentials.end()) return;
    store_.change([&](auto& txn) { return delete_credential(txn, found->second); });
    model_.credentials.erase(found);
  }

  void compare_tenant(const store::ReadTxn& txn, const TenantId& tenant);
  std::string expected_tables() const;

  std::mt19937 random_;
  TestStore store_;
  Model model_;
};

// What `each` gives, one after the other.
template <typename T, typename Each>
std::vector<T> all_of(const Each& each) {
  std::vector<T> out;
  const auto done = each([&](T item) {
    out.push_back(std::move(item));
    return true;
  });
  INFO((done.ok() ? "" : done.error().message));
  REQUIRE(done.ok());
  return out;
}

// The model's records of the tenant, in the order of its keys.
template <typename T, typename Map>
std::vector<T> of_tenant(const Map& map, const TenantId& tenant) {
  std::vector<T> out;
  for (const auto& [key, record] : map)
    if (record.tenant == tenant) out.push_back(record);
  return out;
}

void Trial::compare_tenant(const store::ReadTxn& txn, const TenantId& tenant) {
  CHECK(all_of<Group>([&](auto fn) { return each_group(txn, tenant, nullptr, fn); }) ==
        of_tenant<Group>(model_.groups, tenant));
  CHECK(all_of<User>([&](auto fn) { return each_user(txn, tenant, nullptr, fn); }) ==
        of_tenant<User>(model_.users, tenant));
  CHECK(all_of<ServiceUser>([&](auto fn) { return each_service_user(txn, tenant, nullptr, fn); }) ==
        of_tenant<ServiceUser>(model_.service_users, tenant));
  CHECK(all_of<Credential>([&](auto fn) { return each_credential(txn, tenant, nullptr, fn); }) ==
        of_tenant<Credential>(model_.credentials, tenant));
  for (std::uint64_t n = 1; n <= kIds; ++n) {
    std::vector<Membership> members;
    std::set<GroupId> groups;
    std::set<UserId> users;
    std::vector<Mapping> held;
    std::set<MappingKey> of_role;
    for (const auto& [key, m] : model_.members) {
      if (m.tenant == tenant && m.group == id(n)) members.push_back(m), users.insert(m.user);
      if (m.tenant == tenant && m.user == id(n)) groups.insert(m.group);
    }
    for (const auto& [key, m] : model_.mappings) {
      if (key.first == tenant && m.principal == as_user(id(n))) held.push_back(m);
      if (key.first == tenant && m.role == id(n)) of_role.insert(key.second);
    }
    CHECK(all_of<Membership>([&](auto fn) { return each_membership(txn, tenant, id(n), nullptr, fn); }) ==
          members);
    const auto store_groups = all_of<GroupId>([&](auto fn) { return each_group_of(txn, tenant, id(n), fn); });
    const auto store_users = all_of<UserId>([&](auto fn) { return each_user_in(txn, tenant, id(n), fn); });
    CHECK(std::set<GroupId>(store_groups.begin(), store_groups.end()) == groups);
    CHECK(std::set<UserId>(store_users.begin(), store_users.end()) == users);
    CHECK(all_of<Mapping>(
              [&](auto fn) { return each_mapping_of(txn, tenant, as_user(id(n)), nullptr, fn); }) == held);
    const auto keys =
        all_of<MappingKey>([&](auto fn) { return each_mapping_by_role(txn, tenant, id(n), fn); });
    CHECK(std::set<MappingKey>(keys.begin(), keys.end()) == of_role);
    CHECK(keys.size() == of_role.size());
  }
}

// How many keys each table must have: as many in every index as there are records.
std::string Trial::expected_tables() const {
  std::string out;
  const auto add = [&](std::size_t count, std::initializer_list<const char*> tables) {
    for (const char* table : tables)
      if (count > 0) out += (out.empty() ? "" : " ") + std::string(table) + ":" + std::to_string(count);
  };
  add(model_.tenants.size(), {"tenant", "tenant_slug"});
  add(model_.roles.size(), {"role", "role_slug"});
  add(model_.groups.size(), {"group", "group_name"});
  add(model_.users.size(), {"user", "user_email"});
  add(model_.service_users.size(), {"service_user"});
  add(model_.credentials.size(),
      {"credential", "credential_hash", "credential_by_tenant", "credential_by_owner"});
  add(model_.members.size(), {"member_of", "members"});
  add(model_.mappings.size(), {"mapping", "mapping_by_role", "mapping_by_id"});
  const auto on = std::count_if(model_.mappings.begin(), model_.mappings.end(),
                                [](const auto& each) { return !each.second.resource.empty(); });
  add(static_cast<std::size_t>(on), {"mapping_on"});
  const auto ending = std::count_if(model_.mappings.begin(), model_.mappings.end(),
                                    [](const auto& each) { return each.second.expires_at.has_value(); });
  add(model_.service_users.size(), {"service_user_by_id"});
  add(model_.held.size(), {"held_slug", "held_slug_by_time"});
  std::size_t looks = 0;
  for (const auto& [key, group] : model_.groups) looks += names::looks(group.name).size();
  for (const auto& [key, user] : model_.users) looks += names::looks(user.email).size();
  add(looks, {"name_look"});
  add(static_cast<std::size_t>(ending), {"mapping_by_expiry"});
  return out;
}

void Trial::compare() {
  CHECK(store_.tables() == expected_tables());
  const auto txn = store_.read();
  for (std::uint64_t n = 1; n <= kIds; ++n) {
    std::optional<TenantId> first;
    for (const auto& [key, user] : model_.service_users)
      if (key.second == id(n) && !first) first = key.first;
    const auto tenant = find_tenant_of_service_user(txn, id(n));
    REQUIRE(tenant.ok());
    CHECK(tenant.value() == first);
  }
  for (const auto& [uuid, tenant] : model_.tenants)
    CHECK(found(find_tenant_by_slug(txn, tenant.slug)) == tenant);
  for (const auto& [key, role] : model_.roles) CHECK(found(get_role(txn, key.first, key.second)) == role);
  for (const auto& [key, group] : model_.groups)
    CHECK(found(find_group_by_name(txn, key.first, names::fold(group.name))) == group);
  for (const auto& [key, user] : model_.users)
    CHECK(found(find_user_by_email(txn, key.first, user.email)) == user);
  for (const auto& [uuid, credential] : model_.credentials)
    CHECK(found(find_credential(txn, credential.hash)) == credential);
  for (const auto& [key, mapping] : model_.mappings)
    CHECK(found(find_mapping_by_id(txn, key.first, mapping.id)) == mapping);
  for (const TenantId& tenant : {kTenant, kOther}) compare_tenant(txn, tenant);
}

}  // namespace

TEST_CASE("domain: random changes leave the store as they leave a model in memory", "[domain]") {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    INFO("seed " << seed);
    Trial trial(seed);
    for (int round = 0; round < kRounds; ++round) {
      INFO("round " << round);
      for (int n = 0; n < kChangesPerRound; ++n) trial.step();
      if (round % 5 == 4) trial.reopen();
      trial.compare();
    }
  }
}
