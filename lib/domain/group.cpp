#include "domain/group.h"

#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/name_index.h"
#include "domain/name_words.h"
#include "domain/record.h"
#include "domain/subgroup.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& group) {
                           codec.member("name", group.name);
                           codec.choice("source", group.source, parse_source);
                           codec.optional("description", group.description);
                           codec.optional("title", group.title);
                           codec.optional_json("metadata", group.metadata, "{}");
                           codec.optional_choice("state", group.state, parse_state, State::kEnabled);
                           codec.member("created_at", group.created_at);
                           codec.member("updated_at", group.updated_at);
                           codec.member("revision", group.revision);
                         }};

base::Result<Group> decode(std::string_view key, std::string_view value) {
  Group group;
  store::KeyReader parts(key);
  group.tenant = TenantId(parts.uuid());
  group.id = GroupId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kGroup, key, "not a key of this table");
  if (auto read = unseal_record(Table::kGroup, key, value, kLayout, group); !read.ok()) return read.error();
  return group;
}

Key key_of(const Group& group) {
  return Key().uuid(group.tenant).uuid(group.id);
}

base::Result<void> note_state(store::WriteTxn& txn, const Group& group, bool was_disabled) {
  const bool is_disabled = group.state == State::kDisabled;
  if (is_disabled == was_disabled) return {};
  return is_disabled ? txn.put(Table::kDisabledGroup, key_of(group), {})
                     : del(txn, Table::kDisabledGroup, key_of(group));
}

}  // namespace

SearchedNames names_of(const Group& group) {
  return {group.name, group.title};
}

std::string_view name_of(Source source) {
  switch (source) {
    case Source::kLocal:
      return "local";
    case Source::kScim:
      return "scim";
  }
  return "";
}

std::optional<Source> parse_source(std::string_view name) {
  for (const Source source : {Source::kLocal, Source::kScim})
    if (name_of(source) == name) return source;
  return std::nullopt;
}

base::Result<std::optional<Group>> get_group(const store::ReadTxn& txn, const TenantId& tenant,
                                             const GroupId& id) {
  return get_record(txn, Table::kGroup, Key().uuid(tenant).uuid(id), decode);
}

base::Result<std::optional<Group>> find_group_by_name(const store::ReadTxn& txn, const TenantId& tenant,
                                                      std::string_view name) {
  const auto id = find_name(txn, kGroupNames, tenant, name);
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_group(txn, tenant, GroupId(**id));
}

base::Result<std::optional<Group>> find_group_taken_for(const store::ReadTxn& txn, const Group& group) {
  const auto id = find_look_alike(txn, kGroupNames, group.tenant, group.name, group.id);
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_group(txn, group.tenant, GroupId(**id));
}

base::Result<void> put_group(store::WriteTxn& txn, Group& group) {
  if (auto checked = check_object(group.metadata, "group " + group.name); !checked.ok()) return checked;
  const auto before = get_group(txn, group.tenant, group.id);
  if (!before.ok()) return before.error();
  if (auto free = check_not_being_deleted(txn, group.tenant, group.id, "group " + group.name); !free.ok())
    return free;
  const NameChange change{*before ? std::optional((*before)->name) : std::nullopt, group.name};
  if (auto named = change_name(txn, kGroupNames, group.tenant, group.id, change,
                               "group " + group.name + ": the name is taken");
      !named.ok())
    return named;
  const SearchedNames names_before = *before ? names_of(**before) : SearchedNames();
  if (auto done = change_words(txn, Searched::kGroup, group.tenant, group.id, names_before, names_of(group));
      !done.ok())
    return done;
  if (auto done = note_state(txn, group, *before && (*before)->state == State::kDisabled); !done.ok())
    return done;
  group.revision = txn.revision();
  return put_counted(txn, Counted::kGroups, Table::kGroup, group.tenant, key_of(group),
                     seal_record(kLayout, group));
}

base::Result<void> delete_group(store::WriteTxn& txn, const Group& group) {
  return delete_group(txn, group, {}, kTellNobody);
}

base::Result<void> delete_group(store::WriteTxn& txn, const Group& group, const DeletedBy& by,
                                GoesWith goes_with) {
  const TenantId& tenant = group.tenant;
  if (auto done = delete_belongings(txn, {tenant, group.id, {}, by}, kMostAtOnce, goes_with); !done.ok())
    return done;
  if (auto done = delete_subgroups(txn, tenant, group.id); !done.ok()) return done;
  if (auto done = change_name(txn, kGroupNames, tenant, group.id, {group.name, std::nullopt}, ""); !done.ok())
    return done;
  if (auto done = change_words(txn, Searched::kGroup, tenant, group.id, names_of(group), {}); !done.ok())
    return done;
  if (auto done = del(txn, Table::kDisabledGroup, key_of(group)); !done.ok()) return done;
  return del_counted(txn, Counted::kGroups, Table::kGroup, tenant, key_of(group));
}

base::Result<void> each_group(const store::ReadTxn& txn, const TenantId& tenant, const GroupId* after,
                              base::FunctionRef<bool(Group&&)> fn) {
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_record(txn, Table::kGroup, prefix, from, decode, fn);
}

base::Result<void> implied_by_group(const Entry& entry, Implied& implied) {
  const auto group = decode(entry.key, entry.value);
  if (!group.ok()) return group.error();
  implied_by_name(kGroupNames, group->tenant, group->id, group->name, implied);
  implied_by_words(Searched::kGroup, group->tenant, group->id, names_of(*group), implied);
  if (group->state == State::kDisabled) implied.entry(Table::kDisabledGroup, {key_of(*group), {}});
  implied.needs_tenant_of(entry.key);
  return {};
}

}  // namespace domain
