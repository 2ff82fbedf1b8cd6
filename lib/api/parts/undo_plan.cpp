// A change record has each key that was written, with its value before and after. So what the change found is
// the store as it is with those values in their places, and what it left likewise: both are read by the
// functions that read the store (store::beside). Each object is read three times,
//
//   before  {name: "Ops", …, revision: 17}     what it is to be again
//   after   {name: "Ops team", …, revision: 41}
//   now     {name: "Ops team", …, revision: 58}
//
// and where `now` says what `after` says, nothing has come over it since. Revisions, and times and authors of
// the last change, don't count: of two changes that are undone one after the other, the last first, the first
// finds what it left.
//
// Entities are numbers in keys, and a number may be another's once its entity is gone. What the names were is
// asked of the changes since: the first that wrote a number's name tells what it found.
#include "api/parts/undo_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/visible_objects.h"
#include "base/json.h"
#include "store/history.h"
#include "store/key.h"

namespace api {
namespace {

using store::Key;
using store::KeyReader;
using store::Table;

constexpr std::size_t kMostLookedAt = 100'000;  // changes since, to tell what they wrote

std::string named(store::Revision revision) {
  return "change " + std::to_string(revision);
}

std::string_view type_of(const domain::ChangedObject& object) {
  return object.table == Table::kCredential ? "credential" : domain::noun_of(object.table);
}

// Without what every change alters.
template <typename T>
T settled(T object) {
  object.revision = 0;
  if constexpr (requires { object.updated_at; }) object.updated_at = {};
  if constexpr (requires { object.updated_by; }) object.updated_by = {};
  if constexpr (requires { object.next_ordinal; }) object.next_ordinal = 0;
  return object;
}

domain::Decisions settled(domain::Decisions decisions) {
  decisions.settings_revision = decisions.roles_revision = decisions.policies_revision = 0;
  decisions.schema_revision = decisions.tests_revision = 0;
  decisions.roles_updated_at = {};
  decisions.settings.log.since = {};
  return decisions;
}

template <typename T>
bool is_same(const std::optional<T>& a, const std::optional<T>& b) {
  if (!a || !b) return !a && !b;
  return settled(*a) == settled(*b);
}

template <typename T>
store::Revision revision_of(const T& object) {
  return object.revision;
}
store::Revision revision_of(const domain::Decisions& decisions) {
  return std::max(decisions.settings_revision, decisions.roles_revision);
}

// What the changes behind a revision wrote of some keys: of each the last that did, and what the first found.
// Stops after kMostLookedAt.
using TableKey = std::pair<Table, std::string>;
struct Written {
  store::Revision last = 0;
  std::optional<std::string> found;
};
struct Looked {
  std::map<TableKey, Written> written;
  bool is_all = true;
};
Outcome<Looked> look_behind(const store::ReadTxn& txn, store::Revision revision,
                            const std::set<TableKey>& keys) {
  Looked looked;
  std::size_t seen = 0;
  const auto scanned = stored(store::scan_changes(txn, revision, [&](const store::ChangeRecord& change) {
    if (++seen > kMostLookedAt) return looked.is_all = false;
    for (const store::Write& write : change.writes) {
      const TableKey key(write.table, write.key);
      if (!keys.contains(key)) continue;
      looked.written.try_emplace(key, Written{0, write.before}).first->second.last = change.revision;
    }
    return true;
  }));
  if (!scanned.ok()) return scanned.error();
  return looked;
}

// Reads what was, what came of it, and what is.
class Reading {
 public:
  Reading(const Change& change, const domain::TenantId& tenant, const store::ChangeRecord& record,
          UndoDraft& draft)
      : change_(change), tenant_(tenant), record_(record), draft_(draft) {}

  Outcome<void> begin() {
    for (const auto& [side, txn] : {std::pair(store::SideOfChange::kBefore, &before_),
                                    std::pair(store::SideOfChange::kAfter, &after_)}) {
      auto made = store::beside(change_.txn, record_, side);
      if (!made.ok()) return from_store(made.error());
      txn->emplace(std::move(made).value());
    }
    return settle_names();
  }

  Outcome<UndoneSides> read(const domain::ChangedObject& object) {
    KeyReader key(object.key);
    if (object.table != Table::kCredential && object.table != Table::kTenant) key.uuid();
    switch (object.table) {
      case Table::kTenant:
        return sides<domain::Tenant>([&](const auto& txn) { return domain::get_tenant(txn, tenant_); });
      case Table::kRole:
        return by_id<domain::Role, domain::RoleId>(key, domain::get_role);
      case Table::kGroup:
        return by_id<domain::Group, domain::GroupId>(key, domain::get_group);
      case Table::kUser:
        return by_id<domain::User, domain::UserId>(key, domain::get_user);
      case Table::kServiceUser:
        return by_id<domain::ServiceUser, domain::ServiceUserId>(key, domain::get_service_user);
      case Table::kProject:
        return by_id<domain::Project, domain::ProjectId>(key, domain::get_project);
      case Table::kPolicy:
        return by_id<domain::TenantPolicy, domain::PolicyId>(key, domain::get_policy);
      case Table::kPolicyTest:
        return by_id<domain::PolicyTest, domain::PolicyTestId>(key, domain::get_policy_test);
      case Table::kGrant:
        return by_id<domain::Grant, domain::GrantId>(key, domain::get_grant);
      case Table::kRule: {
        const domain::PolicyId policy(key.uuid());
        const domain::RuleId id(key.uuid());
        return sides<domain::Rule>(
            [&](const auto& txn) { return domain::get_rule(txn, tenant_, policy, id); });
      }
      case Table::kMemberOf: {
        const domain::UserId user(key.uuid());
        const domain::GroupId group(key.uuid());
        return sides<domain::Membership>(
            [&](const auto& txn) { return domain::get_membership(txn, tenant_, group, user); });
      }
      case Table::kGroupIn: {
        const domain::GroupId member(key.uuid()), group(key.uuid());
        return sides<domain::Subgroup>(
            [&](const auto& txn) { return domain::get_subgroup(txn, tenant_, group, member); });
      }
      case Table::kMapping: {
        const auto kind = domain::principal_kind_of(key.u8());
        const base::Uuid who = key.uuid();
        const domain::RoleId role(key.uuid());
        const domain::MappingKey place{
            {kind.value_or(domain::PrincipalKind::kUser), who}, role, std::string(key.text())};
        return sides<domain::Mapping>(
            [&](const auto& txn) { return domain::get_mapping(txn, tenant_, place); });
      }
      case Table::kSchema:
        return sides<domain::TenantSchema>([&](const auto& txn) { return domain::get_schema(txn, tenant_); });
      case Table::kDecisions:
        return sides<domain::Decisions>(
            [&](const auto& txn) -> base::Result<std::optional<domain::Decisions>> {
              auto decisions = domain::get_decisions(txn, tenant_);
              if (!decisions.ok()) return decisions.error();
              return std::optional(std::move(decisions).value());
            });
      case Table::kEntity:
        return read_entity(key.u64());
      case Table::kCredential: {
        const domain::CredentialId id(key.uuid());
        return sides<domain::Credential>(
            [&](const auto& txn) { return domain::get_stored_credential(txn, id); });
      }
      default:
        return from_store({base::ErrorCode::kInvalid, "a table without objects"});
    }
  }

  const store::ReadTxn& before() const { return *before_; }
  const store::ReadTxn& after() const { return *after_; }

 private:
  template <typename T, typename Get>
  Outcome<UndoneSides> sides(const Get& get) const {
    Sides<T> all;
    for (const auto& [txn, side] :
         {std::pair<const store::ReadTxn*, std::optional<T>*>(&*before_, &all.before),
          {&*after_, &all.after},
          {&change_.txn, &all.now}}) {
      auto got = stored(get(*txn));
      if (!got.ok()) return got.error();
      *side = std::move(got).value();
    }
    return UndoneSides(std::move(all));
  }

  template <typename T, typename Id, typename Get>
  Outcome<UndoneSides> by_id(KeyReader& key, const Get& get) const {
    const Id id(key.uuid());
    return sides<T>([&](const auto& txn) { return get(txn, tenant_, id); });
  }

  // An entity is known by its name, since it may have another number by now.
  Outcome<UndoneSides> read_entity(domain::EntityNumber number) {
    const Key key = Key().uuid(tenant_).u64(number);
    const auto is_left = stored(after_->get(Table::kEntity, key));
    if (!is_left.ok()) return is_left.error();
    const store::ReadTxn& side = *is_left ? *after_ : *before_;
    const auto name = stored(domain::entity_name_of(side, tenant_, number));
    if (!name.ok()) return name.error();
    return sides<domain::StoredEntity>(
        [&](const auto& txn) { return domain::get_entity(txn, tenant_, *name); });
  }

  // The numbers of entities that the change has written, and of those above them, whose names it hasn't.
  Outcome<std::set<TableKey>> numbers_without_names() const {
    std::set<TableKey> keys;
    const auto add = [&](domain::EntityNumber number) {
      keys.emplace(Table::kEntityName, std::string(Key().uuid(tenant_).u64(number).view()));
    };
    const auto add_pair = [&](std::string_view key, std::string_view) {
      KeyReader parts(key);
      parts.uuid();
      add(parts.u64());
      add(parts.u64());
      return true;
    };
    for (const store::Write& write : record_.writes) {
      KeyReader key(write.key);
      if (key.uuid() != tenant_.uuid()) continue;
      if (write.table == Table::kEntityParent) add_pair(write.key, {});
      if (write.table != Table::kEntity) continue;
      const domain::EntityNumber number = key.u64();
      add(number);
      const auto scanned =
          stored(before_->scan(Table::kEntityParent, Key().uuid(tenant_).u64(number), add_pair));
      if (!scanned.ok()) return scanned.error();
    }
    for (const store::Write& write : record_.writes) keys.erase({write.table, write.key});
    return keys;
  }

  // Has both sides show numbers under the names that they had then.
  Outcome<void> settle_names() {
    auto keys = numbers_without_names();
    if (!keys.ok()) return keys.error();
    for (const auto& [key, name] : draft_.names) keys->erase({Table::kEntityName, key});
    if (!keys->empty()) {
      const auto looked = look_behind(change_.txn, std::max(record_.revision, draft_.looked_until), *keys);
      if (!looked.ok()) return looked.error();
      if (!looked->is_all)
        return error(Code::kBuiltUpon,
                     named(record_.revision) + ": so much has changed since that its entities can't be told");
      for (const auto& [key, written] : looked->written)
        if (written.found) draft_.names.emplace(key.second, *written.found);
    }
    for (const auto& [key, name] : draft_.names)
      for (auto* const side : {&*before_, &*after_}) {
        const std::string by_name = std::string(Key().uuid(tenant_).view()) + name;
        const std::string number = key.substr(sizeof(base::Uuid::Bytes));
        if (auto put = stored(side->put(Table::kEntityName, key, name)); !put.ok()) return put;
        if (auto put = stored(side->put(Table::kEntityNumber, by_name, number)); !put.ok()) return put;
      }
    return {};
  }

  const Change& change_;
  const domain::TenantId& tenant_;
  const store::ChangeRecord& record_;
  UndoDraft& draft_;
  std::optional<store::WriteTxn> before_, after_;
};

// The names that have no number any more since the change.
Outcome<std::vector<domain::NumberedName>> lost_numbers(const store::ReadTxn& before,
                                                        const store::ChangeRecord& record,
                                                        const domain::TenantId& tenant) {
  std::map<domain::EntityNumber, bool> is_lost;  // by what is written last
  for (const store::Write& write : record.writes) {
    KeyReader key(write.key);
    if (write.table == Table::kEntityName && key.uuid() == tenant.uuid()) is_lost[key.u64()] = !write.after;
  }
  std::vector<domain::NumberedName> lost;
  for (const auto& [number, gone] : is_lost) {
    const auto had = stored(before.get(Table::kEntityName, Key().uuid(tenant).u64(number)));
    if (!had.ok()) return had.error();
    if (!gone || !*had) continue;
    auto name = stored(domain::entity_name_of(before, tenant, number));
    if (!name.ok()) return name.error();
    lost.push_back({std::move(name).value(), number});
  }
  return lost;
}

Error not_undoable(store::Revision revision, const std::string& why) {
  return error(Code::kNotUndoable, named(revision) + ": " + why);
}

// The record, if there is one that may be undone.
Outcome<store::ChangeRecord> find_record(const store::ReadTxn& txn, store::Revision revision) {
  if (revision == 0 || revision > txn.revision()) return not_found("change", std::to_string(revision));
  const auto kept = stored(store::history_kept(txn));
  if (!kept.ok()) return kept.error();
  if (revision <= kept->first) {
    Error gone = error(Code::kGone, named(revision) + ": changes are kept from revision " +
                                        std::to_string(kept->first + 1) + " on");
    gone.details = {{"oldest", std::to_string(kept->first + 1)},
                    {"revision", std::to_string(txn.revision())}};
    return gone;
  }
  auto record = stored(store::read_change(txn, revision));
  if (!record.ok()) return record.error();
  if (!*record) return not_found("change", std::to_string(revision));
  return *std::move(*record);
}

// The tenant's credentials that the change wrote. Views into the record.
Outcome<std::vector<domain::ChangedObject>> credentials_in(const store::ReadTxn& before,
                                                           const store::ChangeRecord& record,
                                                           const domain::TenantId& tenant) {
  std::map<std::string, domain::ChangedObject> found;  // by id
  const auto add = [&](const base::Uuid& id, domain::ChangeKind kind) {
    found[id.to_string()] = {Table::kCredential, id.to_string(), "", kind,
                             std::string(Key().uuid(id).view())};
  };
  for (const store::Write& write : record.writes) {
    KeyReader key(write.key);
    if (write.table == Table::kCredential && write.before && write.after) {
      const base::Uuid id = key.uuid();
      const auto was = stored(domain::get_stored_credential(before, domain::CredentialId(id)));
      if (!was.ok()) return was.error();
      if (*was && (*was)->tenant == tenant) add(id, domain::ChangeKind::kUpdated);
    }
    if (write.table != Table::kCredentialByTenant || key.uuid() != tenant.uuid()) continue;
    add(key.uuid(), write.after ? domain::ChangeKind::kCreated : domain::ChangeKind::kDeleted);
  }
  std::vector<domain::ChangedObject> objects;
  for (auto& [id, object] : found) objects.push_back(std::move(object));
  return objects;
}

// Why the change can't be undone whatever has become of it.
std::optional<Error> find_refused(const store::ChangeRecord& record, const domain::TenantId& tenant,
                                  const std::vector<domain::ChangedObject>& objects) {
  const std::string steps =
      "it removed something to which more belonged than goes in one change, and that is removed in steps";
  for (const store::Write& write : record.writes)
    if (write.table == Table::kDeletion && KeyReader(write.key).uuid() == tenant.uuid())
      return not_undoable(record.revision, steps);
  for (const domain::ChangedObject& object : objects) {
    const std::string name = std::string(type_of(object)) + " " + object.id;
    if (domain::owner_of_object(object.table, object.key).is_platform())
      return not_undoable(record.revision, name + " is the platform's");
    if (object.table == Table::kTenant && object.kind != domain::ChangeKind::kUpdated)
      return not_undoable(record.revision, "the tenant itself was made by it");
  }
  return std::nullopt;
}

bool has_entity(const std::vector<domain::ChangedObject>& objects, std::string_view key) {
  return std::any_of(objects.begin(), objects.end(), [&](const domain::ChangedObject& object) {
    return object.table == Table::kEntity && object.key == key;
  });
}

// That each entity of the tenant that was written has a name: one that is gone since has none.
Outcome<void> check_entities_named(const store::ChangeRecord& record, const domain::TenantId& tenant,
                                   const std::vector<domain::ChangedObject>& objects) {
  for (const store::Write& write : record.writes)
    if (write.table == Table::kEntity && KeyReader(write.key).uuid() == tenant.uuid() &&
        (write.before || write.after) && !has_entity(objects, write.key))
      return error(Code::kBuiltUpon, named(record.revision) + ": an entity that it wrote is gone since");
  return {};
}

// What the sides say: whether the change altered it, and whether something came over that; and of what it is,
// the revision.
struct Verdict {
  bool is_changed = false, is_built_upon = false;
  std::optional<store::Revision> revision;
};
Verdict verdict_of(const UndoneSides& sides) {
  return std::visit(
      [](const auto& all) {
        Verdict verdict{!is_same(all.before, all.after), !is_same(all.after, all.now), {}};
        if (all.now) verdict.revision = revision_of(*all.now);
        return verdict;
      },
      sides);
}

bool may_be_told(VisibleObjects& visible, const domain::ChangedObject& object) {
  return object.table != Table::kCredential && visible(object);
}

// What was written since, as far as the caller may be told. Who wrote what is gone is looked for in a
// rehearsal alone, where nobody waits.
Error later_changes(const Change& change, const domain::TenantId& tenant, const store::ChangeRecord& record,
                    const std::vector<std::pair<domain::ChangedObject, Verdict>>& built_on) {
  VisibleObjects visible(change, tenant);
  std::set<TableKey> keys;
  for (const auto& [object, verdict] : built_on)
    if (!verdict.revision && may_be_told(visible, object)) keys.emplace(object.table, object.key);
  Looked looked;
  if (change.is_rehearsal() && !keys.empty()) {
    auto behind = look_behind(change.txn, record.revision, keys);
    if (!behind.ok()) return behind.error();
    looked = std::move(behind).value();
  }
  std::vector<LaterChange> later;
  for (const auto& [object, verdict] : built_on) {
    if (later.size() == kMostLaterTold || !may_be_told(visible, object)) continue;
    LaterChange& one =
        later.emplace_back(LaterChange{verdict.revision, std::string(type_of(object)), object.id});
    const auto found = looked.written.find({object.table, object.key});
    if (!one.revision && found != looked.written.end()) one.revision = found->second.last;
  }
  return built_upon(record.revision, later, built_on.size());
}

// Credentials that went with who had them; those that were taken away by themselves can't be undone.
Outcome<bool> goes_with_owner(const store::ChangeRecord& record, const UndoneObject& object,
                              const std::vector<domain::ChangedObject>& objects) {
  const auto* const sides = std::get_if<Sides<domain::Credential>>(&object.sides);
  if (!sides || !sides->before) return false;
  const domain::Credential& credential = *sides->before;
  const std::string name = std::string(name_of(credential.kind)) + " " + credential.id.to_string();
  const std::string owner = credential.owner.id.to_string();
  const bool goes = !sides->after && std::any_of(objects.begin(), objects.end(), [&](const auto& other) {
    return other.id == owner && other.kind == domain::ChangeKind::kDeleted &&
           (other.table == Table::kUser || other.table == Table::kServiceUser);
  });
  if (goes) return true;
  return not_undoable(record.revision, name + ": a credential that was taken away is never given back");
}

}  // namespace

Error built_upon(store::Revision undone, const std::vector<LaterChange>& later, std::size_t many) {
  std::string message = named(undone) + ": ";
  if (later.empty()) {
    message += "something later depends on it";
  } else {
    message += later.front().type + " " + later.front().id + " depends on it";
    if (later.front().revision) message += ", since revision " + std::to_string(*later.front().revision);
    if (many > 1) message += " (and " + std::to_string(many - 1) + " more)";
  }
  Error failure = error(Code::kBuiltUpon, message);
  base::JsonWriter conflicts;
  conflicts.begin_array();
  for (const LaterChange& one : later)
    conflicts.begin_object()
        .member("revision", one.revision)
        .member("resource_type", one.type)
        .member("resource_id", one.id)
        .end_object();
  failure.details.emplace_back("conflicts", conflicts.end_array().take());
  return failure;
}

Outcome<UndoPlan> plan_undo(const Change& change, const domain::TenantId& tenant, store::Revision revision,
                            UndoDraft& draft) {
  const auto record = find_record(change.txn, revision);
  if (!record.ok()) return record.error();
  Reading reading(change, tenant, *record, draft);
  if (auto begun = reading.begin(); !begun.ok()) return begun.error();
  auto objects = stored(domain::changed_objects(reading.after(), *record, tenant));
  if (!objects.ok()) return objects.error();
  auto credentials = credentials_in(reading.before(), *record, tenant);
  if (!credentials.ok()) return credentials.error();
  objects->insert(objects->end(), credentials->begin(), credentials->end());
  if (auto entities = check_entities_named(*record, tenant, *objects); !entities.ok())
    return entities.error();
  if (objects->empty()) return not_found("change", std::to_string(revision));
  if (auto refused = find_refused(*record, tenant, *objects)) return *std::move(refused);
  if (objects->size() > kMostUndone)
    return error(Code::kTooLarge, named(revision) + ": it wrote " + std::to_string(objects->size()) +
                                      " objects, and no more than " + std::to_string(kMostUndone) +
                                      " are undone at once");

  UndoPlan plan{revision, {}, {}, {}};
  auto numbers = lost_numbers(reading.before(), *record, tenant);
  if (!numbers.ok()) return numbers.error();
  plan.numbers = std::move(numbers).value();
  std::vector<std::pair<domain::ChangedObject, Verdict>> built_on;
  for (const domain::ChangedObject& object : *objects) {
    auto sides = reading.read(object);
    if (!sides.ok()) return sides.error();
    const Verdict verdict = verdict_of(*sides);
    if (!verdict.is_changed) continue;
    UndoneObject undone{object, std::move(sides).value()};
    const auto stays_away = goes_with_owner(*record, undone, *objects);
    if (!stays_away.ok()) return stays_away.error();
    if (*stays_away) {
      const domain::Credential& credential = *std::get<Sides<domain::Credential>>(undone.sides).before;
      plan.left.push_back({std::string(name_of(credential.kind)), object.id});
      continue;
    }
    if (verdict.is_built_upon)
      built_on.emplace_back(object, verdict);
    else
      plan.objects.push_back(std::move(undone));
  }
  if (!built_on.empty()) return later_changes(change, tenant, *record, built_on);
  if (plan.objects.empty()) return not_undoable(revision, "it gave nothing other contents");
  draft.looked_until = change.txn.revision();
  return plan;
}

}  // namespace api
