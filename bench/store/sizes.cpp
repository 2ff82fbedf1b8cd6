// How much disk a change takes for good: its records, their indexes, its audit entry and its change record. A
// store with 100 roles, 200 groups and 1,000 users takes 20,000 changes of one kind after another, each in a
// transaction of its own, and what its used pages have grown by is divided by them.
#include "bench/store/sizes.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/store/own_store.h"
#include "crypto/random.h"
#include "domain/audit.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/role.h"
#include "domain/user.h"

namespace {

using store::Table;
using store::WriteTxn;

constexpr std::size_t kRoles = 100, kGroups = 200, kUsers = 1'000, kChanges = 20'000;

class Company {
 public:
  explicit Company(store::Store& store) : store_(store) {
    for (std::size_t i = 0; i < kRoles; ++i) roles_.push_back(make_role(i));
    for (std::size_t i = 0; i < kGroups; ++i) groups_.push_back(make_group(i));
    for (std::size_t i = 0; i < kUsers; ++i) {
      domain::User user;
      user.id = make_id<domain::UserId>();
      user.tenant = tenant_;
      user.email = "person." + std::to_string(i) + "@example.com";
      user.name = "Person Number " + std::to_string(i);
      user.created_at = user.updated_at = now();
      users_.push_back(std::move(user));
    }
  }

  bool fill() {
    return written([&](WriteTxn& txn) -> base::Result<void> {
      for (auto& role : roles_)
        if (auto done = put_role(txn, role); !done.ok()) return done;
      for (auto& group : groups_)
        if (auto done = put_group(txn, group); !done.ok()) return done;
      for (auto& user : users_)
        if (auto done = put_user(txn, user); !done.ok()) return done;
      return {};
    });
  }

  // Each makes its n-th change.
  bool map_user(std::size_t n) {
    const domain::User& user = users_[n % kUsers];
    const domain::Role& role = roles_[(n / kUsers + n * 7) % kRoles];
    domain::Mapping mapping;
    mapping.id = make_id<domain::MappingId>();
    mapping.tenant = tenant_;
    mapping.principal = user.id;
    mapping.role = role.id;
    mapping.reason = "on call this week";
    mapping.created_by = admin_;
    mapping.created_at = now();
    const std::string after =
        R"({"principal_type":"user","principal_id":")" + user.id.to_string() + R"(","role":")" + role.slug +
        R"(","resource":"","valid_from":null,"expires_at":null,)" + R"("reason":"on call this week"})";
    return written([&](WriteTxn& txn) -> base::Result<void> {
      if (auto done = put_mapping(txn, mapping); !done.ok()) return done;
      return note(txn, "mapping:create", "mapping", "user:" + user.id.to_string() + "/" + role.slug, "null",
                  after);
    });
  }

  bool patch_role(std::size_t n) {
    domain::Role& role = roles_[n % kRoles];
    const std::string before = text_of(role);
    role.description = "Approves what others ask for, edition " + std::to_string(n);
    role.updated_at = now();
    role.updated_by = admin_;
    return written([&](WriteTxn& txn) -> base::Result<void> {
      if (auto done = put_role(txn, role); !done.ok()) return done;
      return note(txn, "role:update", "role", role.slug, before, text_of(role));
    });
  }

  bool add_group(std::size_t n) {
    domain::Group group = make_group(kGroups + n);
    const std::string after =
        R"({"name":")" + group.name + R"(","description":")" + *group.description + R"(","source":"local"})";
    return written([&](WriteTxn& txn) -> base::Result<void> {
      if (auto done = put_group(txn, group); !done.ok()) return done;
      return note(txn, "group:create", "group", group.id.to_string(), "null", after);
    });
  }

 private:
  static base::Timestamp now() { return base::SystemClock().now(); }
  template <class Id>
  Id make_id() {
    return Id(random_.uuid(now()));
  }

  domain::Role make_role(std::size_t n) {
    domain::Role role(tenant_);
    role.id = make_id<domain::RoleId>();
    role.slug = "role-" + std::to_string(n);
    role.name = "Role Number " + std::to_string(n);
    role.scopes = {"group:get",        "group:update",           "organization:billingview",
                   "organization:get", "organization:grouplist", "organization:usermanage"};
    role.created_by = role.updated_by = admin_;
    role.created_at = role.updated_at = now();
    return role;
  }

  domain::Group make_group(std::size_t n) {
    domain::Group group;
    group.id = make_id<domain::GroupId>();
    group.tenant = tenant_;
    group.name = "Group Number " + std::to_string(n);
    group.description = "People of group " + std::to_string(n);
    group.created_at = group.updated_at = now();
    return group;
  }

  static std::string text_of(const domain::Role& role) {
    std::string scopes;
    for (const auto& scope : role.scopes) scopes += (scopes.empty() ? "\"" : ",\"") + scope + "\"";
    return R"({"slug":")" + role.slug + R"(","name":")" + role.name + R"(","description":")" +
           role.description.value_or("") + R"(","scopes":[)" + scopes +
           R"(],"metadata":{},"state":"enabled"})";
  }

  base::Result<void> note(WriteTxn& txn, const std::string& action, const std::string& type,
                          const std::string& resource, const std::string& before, const std::string& after) {
    domain::AuditEntry entry(tenant_);
    entry.id = make_id<domain::AuditEntryId>();
    entry.actor = admin_;
    entry.actor_name = "admin";
    entry.action = action;
    entry.resource_type = type;
    entry.resource_id = resource;
    entry.policies = {"scope"};
    entry.before = before;
    entry.after = after;
    entry.request_id = make_id<base::Uuid>().to_string();
    entry.ip = "192.0.2.17";
    entry.created_at = txn.now();
    return append_audit(txn, entry);
  }

  bool written(const store::Change& change) {
    const auto done = store_.write(change);
    if (!done.ok()) std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done.ok();
  }

  store::Store& store_;
  crypto::SystemRandom random_;
  const domain::TenantId tenant_ = make_id<domain::TenantId>();
  const domain::Principal admin_{make_id<domain::ServiceUserId>()};
  std::vector<domain::Role> roles_;
  std::vector<domain::Group> groups_;
  std::vector<domain::User> users_;
};

double used(const store::Store& store) {
  const auto statistics = store.statistics();
  return statistics.ok() ? static_cast<double>(statistics->used_bytes) : 0;
}

// Of the newest kChanges values of the table, in bytes.
double average(const store::Store& store, Table table) {
  std::size_t count = 0, bytes = 0;
  const auto txn = store.read();
  const auto scanned = txn->scan_reverse(table, {}, {}, [&](std::string_view, std::string_view value) {
    bytes += value.size();
    return ++count < kChanges;
  });
  return scanned.ok() && count > 0 ? static_cast<double>(bytes) / static_cast<double>(count) : 0;
}

bool print_rows(store::Store& store) {
  Company company(store);
  if (!company.fill()) return false;
  struct Row {
    const char* name;
    bool (Company::*change)(std::size_t);
  };
  bool ok = true;
  for (const Row& row : {Row{"a mapping", &Company::map_user}, Row{"a role patch", &Company::patch_role},
                         Row{"a group", &Company::add_group}}) {
    const double before = used(store);
    for (std::size_t n = 0; ok && n < kChanges; ++n) ok = (company.*row.change)(n);
    const double each = (used(store) - before) / static_cast<double>(kChanges);
    std::printf("%-14s %6.0f bytes of disk; its audit entry has %4.0f, its change record %4.0f\n", row.name,
                each, average(store, Table::kAudit), average(store, Table::kChange));
  }
  return ok;
}

}  // namespace

bool print_sizes(const std::string& dir) {
  return with_own_store(dir, print_rows);
}
