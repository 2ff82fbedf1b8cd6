// Each step removes whole nouns with their indexes and counts, and only what nothing refers to any more, so
// that the store is consistent after every step, but for the tenant itself, which went first:
//
//   tenant, slug       ->  deletion [tenant]                  in delete_tenant()
//   credentials, grants, mappings, memberships                in steps, in this order
//   policies with their rules, tests of them                  in steps
//   entities and what they are in                             in steps
//   users, service users, groups, projects, roles             in steps
//   whatever else lies under the tenant, then the deletion    in steps; of a sound store nothing else
//
// A user, service user, group, project or role to which too much belongs for one change goes likewise, and
// whoever reads what is left passes it by (pending_deletion.h):
//
//   group, name        ->  deletion [tenant][kind][group]     in delete_group()
//   mappings, mappings on it, memberships, then the deletion  in steps
//
// A step begins where the last one ended by looking at what is there, so a crash costs nothing. What can't be
// decoded is removed by its key alone. The audit chain stays. Each mapping of a thing has an entry in it,
// which is written in the step that removes the mapping: whoever asks for steps does that (GoesWith).
// The mappings of a tenant have none.
#include "domain/deletion.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "domain/counts.h"
#include "domain/deletion_step.h"
#include "domain/entity.h"
#include "domain/grant.h"
#include "domain/group.h"
#include "domain/index.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/project.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::size_t kNoEnd = std::numeric_limits<std::size_t>::max();

// What is being deleted: a tenant, or one thing in it.
struct Deletion {
  TenantId tenant;
  std::optional<Deleted> what;

  Key key() const {
    Key key = Key().uuid(tenant);
    return what ? key.u8(static_cast<std::uint8_t>(what->kind)).uuid(what->id) : key;
  }
  std::string name() const {
    return what ? std::string(name_of(what->kind)) + " " + what->id.to_string()
                : "tenant " + tenant.to_string();
  }
};

std::optional<Deletion> parse_deletion(std::string_view key) {
  store::KeyReader parts(key);
  Deletion deletion{TenantId(parts.uuid()), std::nullopt};
  if (parts.complete()) return deletion;
  const auto kind = deleted_kind_of(parts.u8());
  const base::Uuid id = parts.uuid();
  if (!parts.complete() || !kind) return std::nullopt;
  deletion.what = Deleted(*kind, id);
  return deletion;
}

// Counts keys, up to a number, whatever they are.
class Rows {
 public:
  Rows(const store::ReadTxn& txn, std::uint64_t most) : txn_(txn), most_(most) {}

  bool too_many() const { return count_ > most_; }
  std::uint64_t count() const { return count_; }
  base::Result<void> add(Table table, std::string_view prefix) {
    return add_each(table, prefix, [](std::string_view) { return base::Result<void>(); });
  }

  // The mappings on a resource, those that are left of something too.
  base::Result<void> add_on(const TenantId& tenant, std::string_view resource) {
    if (too_many()) return {};
    const auto on_it = count_stored_on(txn_, tenant, resource, most_ - count_ + 1);
    if (!on_it.ok()) return on_it.error();
    count_ += *on_it;
    return {};
  }

  base::Result<void> add_children(const TenantId& tenant, std::string_view entity) {
    const auto name = parse_entity_name(entity);
    if (too_many() || !name) return {};
    const auto children = count_children(txn_, tenant, *name, most_ - count_ + 1);
    if (!children.ok()) return children.error();
    count_ += *children;
    return {};
  }

  template <typename By>
  base::Result<void> add_grants(const TenantId& tenant, const By& by) {
    if (too_many()) return {};
    const auto grants = count_grants(txn_, tenant, by, most_ - count_ + 1);
    if (!grants.ok()) return grants.error();
    count_ += *grants;
    return {};
  }

  template <typename Fn>
  base::Result<void> add_each(Table table, std::string_view prefix, const Fn& fn) {
    if (too_many()) return {};
    base::Result<void> outcome;
    const auto scanned = txn_.scan(table, prefix, [&](std::string_view key, std::string_view) {
      ++count_;
      outcome = fn(key);
      return outcome.ok() && !too_many();
    });
    return scanned.ok() ? outcome : scanned;
  }

 private:
  const store::ReadTxn& txn_;
  const std::uint64_t most_;
  std::uint64_t count_ = 0;
};

base::Result<void> count_grants_of(const store::ReadTxn& txn, const PendingDeletion& deletion, Rows& rows) {
  if (deletion.what.kind == DeletedKind::kRule)
    return rows.add_grants(deletion.tenant, RuleId(deletion.what.id));
  const auto names = names_in_grants(txn, deletion);
  if (!names.ok()) return names.error();
  if (names->principal.empty()) return {};
  if (auto done = rows.add_grants(deletion.tenant, GrantsOf{names->principal}); !done.ok()) return done;
  return rows.add_grants(deletion.tenant, GrantsOn{names->resource});
}

base::Result<void> count_belongings(const store::ReadTxn& txn, const PendingDeletion& deletion, Rows& rows) {
  const TenantId& tenant = deletion.tenant;
  const Deleted& what = deletion.what;
  if (auto done = count_grants_of(txn, deletion, rows); !done.ok()) return done;
  if (what.kind == DeletedKind::kRule) return {};
  if (what.kind == DeletedKind::kEntity) {
    if (auto done = rows.add_on(tenant, deletion.entity); !done.ok()) return done;
    return rows.add_children(tenant, deletion.entity);
  }
  if (what.kind == DeletedKind::kRole)
    return rows.add(Table::kMappingByRole, Key().uuid(tenant).uuid(what.id));
  const auto add_on = [&](const ResourceText& resource) {
    return rows.add(Table::kMappingOn, Key().uuid(tenant).text(resource, kMaxResourceText));
  };
  if (what.kind == DeletedKind::kProject) return add_on(project_resource(ProjectId(what.id)));
  const Key owned = key_of_mappings(tenant, what), related = Key().uuid(tenant).uuid(what.id);
  if (auto done = rows.add(Table::kMapping, owned); !done.ok()) return done;
  if (what.kind == DeletedKind::kGroup) {
    if (auto done = add_on(group_resource(GroupId(what.id))); !done.ok()) return done;
    return rows.add(Table::kMembers, related);
  }
  if (auto done = rows.add(Table::kIdempotency, Key().uuid(what.id)); !done.ok()) return done;
  const auto answers = [&](std::string_view key) {
    return rows.add(Table::kIdempotency, key.substr(key.size() - sizeof(base::Uuid::Bytes)));
  };
  if (auto done = rows.add_each(Table::kCredentialByOwner, owned, answers); !done.ok()) return done;
  return what.kind == DeletedKind::kUser ? rows.add(Table::kMemberOf, related) : base::Result<void>();
}

base::Result<std::optional<Deletion>> first_deletion(const store::ReadTxn& txn, const std::string& behind) {
  std::optional<Deletion> first;
  const auto scanned =
      txn.scan_from(Table::kDeletion, {}, behind, [&](std::string_view key, std::string_view) {
        first = parse_deletion(key);
        return !first;
      });
  if (!scanned.ok()) return scanned.error();
  return first;
}

}  // namespace

base::Result<bool> goes_in_steps(const store::ReadTxn& txn, const TenantId& tenant, const Deleted& what) {
  Rows rows(txn, kMostAtOnce);
  if (auto counted = count_belongings(txn, {tenant, what, {}, {}}, rows); !counted.ok())
    return counted.error();
  return rows.too_many();
}

base::Result<std::uint64_t> count_grants_naming(const store::ReadTxn& txn, const PendingDeletion& deletion,
                                                std::uint64_t most) {
  if (most == 0) return std::uint64_t{0};
  Rows rows(txn, most - 1);
  if (auto counted = count_grants_of(txn, deletion, rows); !counted.ok()) return counted.error();
  return rows.count();
}

base::Result<void> delete_belongings(store::WriteTxn& txn, const PendingDeletion& deletion,
                                     std::uint64_t most, GoesWith goes_with) {
  Rows rows(txn, most);
  if (auto counted = count_belongings(txn, deletion, rows); !counted.ok()) return counted;
  if (rows.too_many()) return begin_deletion(txn, deletion);
  return DeletionStep(txn, deletion.tenant, kNoEnd).remove_belongings(deletion, goes_with);
}

base::Result<std::uint64_t> count_memberships_left(const store::ReadTxn& txn, const TenantId& tenant) {
  std::uint64_t all = 0;
  base::Result<void> outcome;
  const auto each = each_being_deleted(txn, tenant, DeletedKind::kGroup, [&](const base::Uuid& group) {
    const auto count = count_stored_members(txn, tenant, GroupId(group));
    if (count.ok())
      all += *count;
    else
      outcome = count.error();
    return outcome.ok();
  });
  if (!each.ok() || !outcome.ok()) return each.ok() ? outcome.error() : each.error();
  return all;
}

base::Result<bool> has_deletions(const store::ReadTxn& txn, const DeletionPlace& place) {
  const auto first = first_deletion(txn, place.behind);
  if (!first.ok()) return first.error();
  return first->has_value();
}

namespace {

base::Result<void> run_step(store::WriteTxn& txn, const Deletion& deletion, std::size_t& most,
                            GoesWith goes_with) {
  DeletionStep step(txn, deletion.tenant, most);
  if (!deletion.what) {
    if (auto done = step.remove_all(); !done.ok()) return done;
  } else {
    const auto pending = get_pending_deletion(txn, deletion.tenant, *deletion.what);
    if (!pending.ok() && pending.error().code != base::ErrorCode::kCorrupt) return pending.error();
    const PendingDeletion its =
        pending.ok() && *pending ? **pending : PendingDeletion{deletion.tenant, *deletion.what, {}, {}};
    if (auto done = step.remove_belongings(its, goes_with); !done.ok()) return done;
  }
  most = step.left();
  return most == 0 ? base::Result<void>() : del(txn, Table::kDeletion, deletion.key());
}

}  // namespace

base::Result<bool> continue_deletions(store::WriteTxn& txn, std::size_t most, GoesWith goes_with,
                                      DeletionPlace& place) {
  while (most > 0) {
    place.at.clear();
    const auto deletion = first_deletion(txn, place.behind);
    if (!deletion.ok()) return deletion.error();
    if (!*deletion) return false;
    place.at = std::string((*deletion)->key().view());
    if (auto done = run_step(txn, **deletion, most, goes_with); !done.ok())
      return base::Error{done.error().code,
                         "what is left of " + (*deletion)->name() + ": " + done.error().message};
  }
  return has_deletions(txn, place);
}

base::Result<bool> continue_deletions(store::WriteTxn& txn, std::size_t most, GoesWith goes_with) {
  DeletionPlace from_the_first;
  return continue_deletions(txn, most, goes_with, from_the_first);
}

}  // namespace domain
