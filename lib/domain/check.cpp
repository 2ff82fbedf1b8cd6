// Three passes over the snapshot. The first reads every entry, and so finds what can't be read. The second
// goes through the records: each says what it implies (implied.h), and that is looked up.
//
//   role {t, r} "on-call"   implies   role_slug {t, "on-call"} -> r      looked up: there, with that value?
//   27 rows of group {t}    imply     count {t, groups} -> 27
//
// That finds what is missing or wrong. What is too much would be found by asking of every entry who implies
// it, which takes as many lookups again; so the third pass only counts. Where a table has more entries than
// were implied, the keys that were are gathered, and the others are told: only a damaged store costs memory.
//
// What one fault makes of others is told as well: a record that can't be read implies nothing, so that its
// entries in indexes are told as too many.
#include "domain/check.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "domain/audit.h"
#include "domain/audit_hours.h"
#include "domain/dump.h"
#include "domain/entity.h"
#include "domain/group_circles.h"
#include "domain/implied.h"
#include "domain/owner.h"
#include "domain/pending_deletion.h"
#include "store/folder.h"
#include "store/key.h"
#include "store/read_only.h"

namespace domain {
namespace {

using store::Table;

struct Source {
  Table table;
  ImpliedByRecord* implied;
};
constexpr Source kSources[] = {
    {Table::kTenant, implied_by_tenant},
    {Table::kRole, implied_by_role},
    {Table::kGroup, implied_by_group},
    {Table::kUser, implied_by_user},
    {Table::kServiceUser, implied_by_service_user},
    {Table::kCredential, implied_by_credential},
    {Table::kMemberOf, implied_by_membership},
    {Table::kGroupIn, implied_by_subgroup},
    {Table::kMapping, implied_by_mapping},
    {Table::kProject, implied_by_project},
    {Table::kIdempotency, implied_by_idempotent_answer},
    {Table::kAudit, implied_by_audit_entry},
    {Table::kHeldSlug, implied_by_held_slug},
    {Table::kPolicy, implied_by_policy},
    {Table::kRule, implied_by_rule},
    {Table::kDecisions, implied_by_decisions},
    {Table::kSchema, implied_by_schema},
    {Table::kPolicyTest, implied_by_policy_test},
    {Table::kEntityNumber, implied_by_entity_number},
    {Table::kEntity, implied_by_entity},
    {Table::kEntityParent, implied_by_entity_parent},
    {Table::kEntityChild, implied_by_entity_child},
    {Table::kGrant, implied_by_grant},
    {Table::kSession, implied_by_session},
};

// Tables of which every entry is implied by something.
constexpr Table kImplied[] = {Table::kTenantSlug,
                              Table::kRoleSlug,
                              Table::kGroupName,
                              Table::kUserEmail,
                              Table::kServiceUserById,
                              Table::kCredentialHash,
                              Table::kCredentialByTenant,
                              Table::kCredentialByOwner,
                              Table::kMembers,
                              Table::kMappingByRole,
                              Table::kMappingById,
                              Table::kMappingOn,
                              Table::kIdempotencyByTime,
                              Table::kCount,
                              Table::kRoleCount,
                              Table::kRoleTime,
                              Table::kAuditByActor,
                              Table::kAuditByResource,
                              Table::kAuditHour,
                              Table::kHeldSlugByTime,
                              Table::kNameLook,
                              Table::kNameClash,
                              Table::kSubgroups,
                              Table::kEntityName,
                              Table::kEntityChild,
                              Table::kProjectSlug,
                              Table::kProjectById,
                              Table::kGrantOf,
                              Table::kGrantOn,
                              Table::kGrantByRule,
                              Table::kNameWord,
                              Table::kMappingByExpiry,
                              Table::kSessionHash,
                              Table::kSessionByCredential,
                              Table::kDisabledGroup};

// Where what is deleted in steps was.
struct DeletedTable {
  Table table;
  DeletedKind kind;
};
constexpr DeletedTable kDeletedTables[] = {
    {Table::kUser, DeletedKind::kUser},       {Table::kServiceUser, DeletedKind::kServiceUser},
    {Table::kGroup, DeletedKind::kGroup},     {Table::kRole, DeletedKind::kRole},
    {Table::kProject, DeletedKind::kProject}, {Table::kRule, DeletedKind::kRule}};

std::string named(Table table, std::string_view key) {
  return std::string(name_of(table)) + " " + shown_key(table, key);
}

class Teller {
 public:
  Teller(base::FunctionRef<bool(const StoreFault&)> tell, std::uint64_t& faults)
      : tell_(tell), faults_(faults) {}

  void tell(const StoreFault& fault) {
    ++faults_;
    if (more_) more_ = tell_(fault);
  }

 private:
  const base::FunctionRef<bool(const StoreFault&)> tell_;
  std::uint64_t& faults_;
  bool more_ = true;
};

// Goes through all that is implied, one record after the other.
base::Result<void> each_implied(const store::ReadTxn& txn, Implied& implied,
                                base::FunctionRef<void(Table, std::string_view key)> begin) {
  for (const Source& source : kSources) {
    const auto scanned = txn.scan(source.table, {}, [&](std::string_view key, std::string_view value) {
      begin(source.table, key);
      (void)source.implied({key, value}, implied);  // that it can't be read was told by then
      return true;
    });
    if (!scanned.ok()) return scanned;
  }
  if (auto hours = implied_hours(txn, implied, begin); !hours.ok()) return hours;
  begin(Table::kCount, {});
  return implied_counts(txn, implied);
}

class Lookup final : public Implied {
 public:
  Lookup(const store::ReadTxn& txn, Teller& teller) : txn_(txn), teller_(teller) {}

  // Whose implications come next; counts have no one record.
  void begin(Table table, std::string_view key) {
    table_ = table;
    key_ = key;
  }

  void entry_that(Table table, std::string_view key,
                  base::FunctionRef<bool(std::string_view value)> is_right) override {
    const auto value = txn_.get(table, key);
    if (!value.ok()) return fail(value.error());
    if (!*value) return teller_.tell({table, named(table, key) + " is missing; " + source() + " implies it"});
    ++found_[static_cast<std::size_t>(table)];
    if (!is_right(**value))
      teller_.tell({table, named(table, key) + " is not what " + source() + " implies"});
  }

  void needs_one(Table table, std::initializer_list<std::string_view> keys) override {
    for (const std::string_view key : keys) {
      const auto value = txn_.get(table, key);
      if (!value.ok()) return fail(value.error());
      if (*value) return;
    }
    if (is_going(table, *keys.begin())) return;
    teller_.tell({table, named(table, *keys.begin()) + " is missing; " + source() + " refers to it"});
  }

  std::optional<std::string> stored(Table table, std::string_view key) override {
    const auto value = txn_.get(table, key);
    if (!value.ok()) fail(value.error());
    return value.ok() && *value ? std::optional(std::string(**value)) : std::nullopt;
  }

  std::uint64_t found(Table table) const { return found_[static_cast<std::size_t>(table)]; }
  const base::Result<void>& outcome() const { return outcome_; }

 private:
  // What belonged to a tenant or a thing that is being deleted outlives what it refers to.
  bool is_going(Table table, std::string_view key) {
    if (key.size() < 16) return false;
    const TenantId tenant = TenantId::from_raw(key.substr(0, 16));
    auto going = is_being_deleted(txn_, tenant);
    const auto* row = std::find_if(std::begin(kDeletedTables), std::end(kDeletedTables),
                                   [&](const DeletedTable& d) { return d.table == table; });
    const std::size_t bytes = table == Table::kRule ? 48 : 32;  // a rule's id comes behind its policy's
    if (going.ok() && !*going && row != std::end(kDeletedTables) && key.size() == bytes)
      going =
          is_being_deleted(txn_, tenant, Deleted(row->kind, base::Uuid::from_raw(key.substr(bytes - 16))));
    if (!going.ok()) fail(going.error());
    return going.ok() && *going;
  }
  std::string source() const { return key_.empty() ? "the sum" : named(table_, key_); }
  void fail(const base::Error& error) {
    if (outcome_.ok()) outcome_ = error;
  }

  const store::ReadTxn& txn_;
  Teller& teller_;
  Table table_{};
  std::string_view key_;
  std::array<std::uint64_t, store::kTableCount> found_{};
  base::Result<void> outcome_;
};

// The keys of one table that are implied.
class Gather final : public Implied {
 public:
  Gather(const store::ReadTxn& txn, Table table) : txn_(txn), table_(table) {}
  void entry_that(Table table, std::string_view key, base::FunctionRef<bool(std::string_view)>) override {
    if (table == table_) keys_.emplace(key);
  }
  void needs_one(Table, std::initializer_list<std::string_view>) override {}
  std::optional<std::string> stored(Table table, std::string_view key) override {
    const auto value = txn_.get(table, key);
    return value.ok() && *value ? std::optional(std::string(**value)) : std::nullopt;
  }

  bool has(std::string_view key) const { return keys_.find(key) != keys_.end(); }

 private:
  const store::ReadTxn& txn_;
  const Table table_;
  std::set<std::string, std::less<>> keys_;
};

base::Result<void> tell_unimplied(const store::ReadTxn& txn, Table table, Teller& teller) {
  Gather gather(txn, table);
  if (auto gone = each_implied(txn, gather, [](Table, std::string_view) {}); !gone.ok()) return gone;
  return txn.scan(table, {}, [&](std::string_view key, std::string_view) {
    if (!gather.has(key)) teller.tell({table, named(table, key) + " belongs to nothing"});
    return true;
  });
}

base::Result<void> read_all(const store::ReadTxn& txn, std::array<std::uint64_t, store::kTableCount>& sizes,
                            Teller& teller) {
  for (std::size_t n = 0; n < store::kTableCount; ++n) {
    const auto table = static_cast<Table>(n);
    const auto scanned = txn.scan(table, {}, [&](std::string_view key, std::string_view value) {
      ++sizes[n];
      if (auto damage = find_damage(txn, table, {key, value})) teller.tell({table, *std::move(damage)});
      return true;
    });
    if (!scanned.ok()) return scanned;
  }
  return {};
}

// Whether what the key of a deletion names is there; a role may be the platform's.
base::Result<bool> is_entity_still_there(const store::ReadTxn& txn, const TenantId& tenant,
                                         const Deleted& what) {
  const auto deletion = get_pending_deletion(txn, tenant, what);
  if (!deletion.ok() || !*deletion) return false;  // that it can't be read was told by then
  const auto name = parse_entity_name((*deletion)->entity);
  const auto entity = name ? get_entity(txn, tenant, *name) : std::optional<StoredEntity>();
  if (!entity.ok()) return entity.error();
  return entity->has_value();
}

base::Result<bool> is_rule_still_there(const store::ReadTxn& txn, const TenantId& tenant,
                                       const RuleId& rule) {
  bool is_there = false;
  const store::Key prefix = store::Key().uuid(tenant.uuid());
  const auto scanned = txn.scan(Table::kRule, prefix, [&](std::string_view key, auto) {
    is_there = key.ends_with(rule.uuid().raw());
    return !is_there;
  });
  if (!scanned.ok()) return scanned.error();
  return is_there;
}

base::Result<bool> is_still_there(const store::ReadTxn& txn, std::string_view key) {
  store::KeyReader parts(key);
  const base::Uuid tenant = parts.uuid();
  std::vector<std::pair<Table, store::Key>> records;
  if (parts.complete()) {
    records.emplace_back(Table::kTenant, store::Key().uuid(tenant));
  } else if (const auto kind = deleted_kind_of(parts.u8())) {
    const base::Uuid id = parts.uuid();
    if (*kind == DeletedKind::kEntity) return is_entity_still_there(txn, TenantId(tenant), {*kind, id});
    if (*kind == DeletedKind::kRule) return is_rule_still_there(txn, TenantId(tenant), RuleId(id));
    for (const DeletedTable& row : kDeletedTables)
      if (row.kind == *kind) records.emplace_back(row.table, store::Key().uuid(tenant).uuid(id));
    if (*kind == DeletedKind::kRole)
      records.emplace_back(Table::kRole, store::Key().uuid(to_stored(Platform{})).uuid(id));
  }
  for (const auto& [table, record] : records) {
    const auto found = txn.get(table, record);
    if (!found.ok()) return found.error();
    if (*found) return true;
  }
  return false;
}

// What is being deleted is gone for everybody, so that nobody would miss what is removed.
base::Result<void> check_deletions(const store::ReadTxn& txn, Teller& teller) {
  base::Result<void> outcome;
  const auto scanned = txn.scan(Table::kDeletion, {}, [&](std::string_view key, std::string_view) {
    const auto there = is_still_there(txn, key);
    if (!there.ok())
      outcome = there.error();
    else if (*there)
      teller.tell({Table::kDeletion, named(Table::kDeletion, key) + " is of what is still there"});
    return outcome.ok();
  });
  return scanned.ok() ? outcome : scanned;
}

base::Result<void> check_circles(const store::ReadTxn& txn, Teller& teller) {
  return each_circle(txn, [&](std::string_view key, const std::vector<GroupId>& way) {
    std::string groups;
    for (const GroupId& group : way) groups += (groups.empty() ? "" : " in ") + group.to_string();
    teller.tell({Table::kGroupIn, named(Table::kGroupIn, key) + " is in a circle of groups: " + groups});
  });
}

// The first that is there may be any, the last is the store's revision.
base::Result<void> check_changes(const store::ReadTxn& txn, Teller& teller) {
  std::uint64_t last = 0;
  const auto scanned = txn.scan(Table::kChange, {}, [&](std::string_view key, std::string_view) {
    const std::uint64_t revision = store::KeyReader(key).u64();
    if (last != 0 && revision != last + 1)
      teller.tell({Table::kChange, named(Table::kChange, store::Key().u64(last + 1)) +
                                       " is missing; the next is " + std::to_string(revision)});
    last = revision;
    return true;
  });
  if (scanned.ok() && last != txn.revision())
    teller.tell({Table::kChange, named(Table::kChange, store::Key().u64(txn.revision())) +
                                     " is missing; it is the store's revision"});
  return scanned;
}

base::Result<std::uint64_t> check_audit(const store::ReadTxn& txn, Teller& teller) {
  std::uint64_t seen = 0;
  const auto faults = verify_audit(txn, seen);
  if (!faults.ok()) return faults.error();
  for (const AuditFault& fault : *faults)
    teller.tell(
        {Table::kAudit, named(Table::kAudit, store::Key().uuid(to_stored(fault.tenant)).u64(fault.seq)) +
                            " is wrong: " + fault.what});
  return seen;
}

}  // namespace

base::Result<StoreChecked> check_store(const store::ReadTxn& txn,
                                       base::FunctionRef<bool(const StoreFault&)> tell) {
  StoreChecked checked;
  Teller teller(tell, checked.faults);
  std::array<std::uint64_t, store::kTableCount> sizes{};
  if (auto read = read_all(txn, sizes, teller); !read.ok()) return read.error();
  for (const std::uint64_t size : sizes) checked.entries += size;

  Lookup lookup(txn, teller);
  const auto begin = [&](Table table, std::string_view key) { lookup.begin(table, key); };
  if (auto gone = each_implied(txn, lookup, begin); !gone.ok()) return gone.error();
  if (!lookup.outcome().ok()) return lookup.outcome().error();
  for (const Table table : kImplied)
    if (sizes[static_cast<std::size_t>(table)] != lookup.found(table))
      if (auto told = tell_unimplied(txn, table, teller); !told.ok()) return told.error();

  if (auto deletions = check_deletions(txn, teller); !deletions.ok()) return deletions.error();
  if (auto circles = check_circles(txn, teller); !circles.ok()) return circles.error();
  if (auto changes = check_changes(txn, teller); !changes.ok()) return changes.error();
  const auto audit = check_audit(txn, teller);
  if (!audit.ok()) return audit.error();
  checked.audit_entries = *audit;
  return checked;
}

base::Result<std::optional<CheckPlace>> check_piece(const store::ReadTxn& txn, CheckPlace place,
                                                    std::size_t entries,
                                                    base::FunctionRef<bool(const StoreFault&)> tell) {
  std::uint64_t faults = 0;
  Teller teller(tell, faults);
  Lookup lookup(txn, teller);
  std::size_t left = entries;
  for (auto n = static_cast<std::size_t>(place.table); n < store::kTableCount; ++n) {
    const auto table = static_cast<Table>(n);
    const auto* source = std::find_if(std::begin(kSources), std::end(kSources),
                                      [&](const Source& s) { return s.table == table; });
    bool is_whole = true;
    const auto scanned = txn.scan_from(table, {}, place.after, [&](auto key, auto value) {
      if (left == 0) return is_whole = false;
      --left;
      place.after = key;
      auto damage = find_damage(txn, table, {key, value});
      if (damage) {
        teller.tell({table, *std::move(damage)});
      } else if (source != std::end(kSources)) {
        lookup.begin(table, key);
        (void)source->implied({key, value}, lookup);
      }
      return true;
    });
    if (!scanned.ok()) return scanned.error();
    if (!lookup.outcome().ok()) return lookup.outcome().error();
    place.table = table;
    if (!is_whole) return std::optional(std::move(place));
    place.after.clear();
  }
  return std::optional<CheckPlace>();
}

base::Result<void> check_sums(const store::ReadTxn& txn, base::FunctionRef<bool(const StoreFault&)> tell) {
  std::uint64_t faults = 0;
  Teller teller(tell, faults);
  Lookup lookup(txn, teller);
  const auto begin = [&](Table table, std::string_view key) { lookup.begin(table, key); };
  if (auto hours = implied_hours(txn, lookup, begin); !hours.ok()) return hours;
  begin(Table::kCount, {});
  if (auto counts = implied_counts(txn, lookup); !counts.ok()) return counts;
  return lookup.outcome();
}

namespace {

// Of pages before anything else, then of the tables on one snapshot. A server may have written meanwhile.
base::Result<void> check_in(const std::string& dir, std::size_t map_bytes, FolderChecked& checked,
                            base::FunctionRef<bool(const std::string&)> tell) {
  const auto tell_page = [&](std::string&& fault) { return tell(fault); };
  const auto pages = store::check_pages(dir, tell_page);
  if (!pages.ok()) return pages.error();
  checked.pages = *pages;
  if (checked.pages.faults > 0) return {};
  const auto opened = store::ReadOnlyStore::open(dir, map_bytes);
  if (!opened.ok()) return opened.error();
  const auto txn = opened.value()->read();
  if (!txn.ok()) return txn.error();
  checked.revision = txn->revision();
  const auto holder = store::holder_of(dir);
  if (!holder.ok() || *holder) {
    const auto again = store::check_pages(*txn, tell_page);
    if (!again.ok()) return again.error();
    checked.pages = *again;
    if (checked.pages.faults > 0) return {};
  }
  const auto store = check_store(*txn, [&](const StoreFault& fault) { return tell(fault.what); });
  if (!store.ok()) return store.error();
  checked.store = *store;
  return {};
}

}  // namespace

base::Result<FolderChecked> check_folder(const std::string& dir, std::size_t map_bytes,
                                         base::FunctionRef<bool(const std::string&)> tell) {
  FolderChecked checked;
  const auto done = check_in(dir, map_bytes, checked, tell);
  if (done.ok()) return checked;
  if (done.error().code != base::ErrorCode::kCorrupt) return done.error();
  ++checked.pages.faults;
  tell(done.error().message);
  return checked;
}

}  // namespace domain
