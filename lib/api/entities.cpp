// Entities of a tenant's application. What puts one somewhere gives something to others: whoever has a role
// on a folder has it on what is put into the folder. So the guard is shown, beside the entity, the scopes of
// all roles that others hold on the ancestors that it has not had before:
//
//   Doc:1 in Folder:7, and bob is editor of Folder:7     proposed.scopes = those of editor
//   the same again with other attributes                 proposed.scopes = []
//
// Many at once are put one after the other in one change, and of each the guard is asked when those before it
// are there already, since they may have moved what it is put into.
#include "api/entities.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <chrono>
#include <system_error>
#include <utility>

#include "api/limits.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/grants_in_use.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/parts/schema_fit.h"
#include "authz/authority.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cedar/value_json.h"
#include "crypto/hash.h"
#include "domain/directory.h"
#include "domain/mapping.h"
#include "domain/user.h"

namespace api {
namespace {

Proposal named(const domain::EntityName& name) {
  return Proposal().text("type", name.type).text("id", name.id);
}

AccessRequest on_entity(const Operation& operation, const domain::TenantId& tenant,
                        const domain::EntityName& name) {
  AccessRequest request = on_tenant(operation, tenant);
  request.resource_id = to_string(name);
  return request;
}

std::vector<std::string> texts_of(const std::vector<domain::EntityName>& names) {
  std::vector<std::string> texts;
  for (const domain::EntityName& name : names) texts.push_back(to_string(name));
  return texts;
}

// The scopes by which others come to reach the entity, through ancestors that it hasn't yet. Where these are
// too many to be found it is every scope, and the entity will not be put.
Outcome<std::vector<std::string>> scopes_gained(const Read& read, const domain::TenantId& tenant,
                                                const NewEntity& given) {
  if (given.parents.empty()) return std::vector<std::string>();
  const auto everything = [&] {
    std::vector<std::string> all;
    for (const auto& permission : read.catalogue->all()) all.push_back(permission.scope);
    return all;
  };
  auto after = domain::with_ancestors(read.txn, tenant, given.parents);
  if (!after.ok() && after.error().code == base::ErrorCode::kInvalid) return everything();
  if (!after.ok()) return from_store(after.error());
  auto before = domain::ancestors_of(read.txn, tenant, given.name);
  if (!before.ok() && before.error().code != base::ErrorCode::kInvalid) return from_store(before.error());
  std::vector<domain::EntityName> had =
      before.ok() ? std::move(before).value() : std::vector<domain::EntityName>();
  std::sort(had.begin(), had.end());
  std::vector<domain::ResourceText> resources;
  for (const domain::EntityName& name : *after)
    if (!std::binary_search(had.begin(), had.end(), name)) resources.push_back(to_string(name));
  if (resources.empty()) return std::vector<std::string>();
  return stored(authz::scopes_held_on(read.txn, *read.catalogue, tenant, resources, read.now));
}

Outcome<AccessRequest> putting(const Read& read, const domain::TenantId& tenant, const NewEntity& given) {
  const auto scopes = scopes_gained(read, tenant, given);
  if (!scopes.ok()) return scopes.error();
  AccessRequest request = on_entity(op::put_entity, tenant, given.name);
  request.proposed = named(given.name)
                         .texts("parents", texts_of(given.parents))
                         .texts("attrs", given.attr_names)
                         .texts("tags", given.tag_names)
                         .gives(*read.catalogue, scopes.value())
                         .take();
  return request;
}

// Looks at one name: `type` and `id` are the pointers at its parts.
void check_name(Checks& checks, const domain::EntityName& name, const std::string& type,
                const std::string& id) {
  const auto part = [&](const std::string& text, std::size_t most, const std::string& pointer) {
    if (text.empty())
      checks.add(pointer, "must not be empty");
    else if (text.size() > most)
      checks.add(pointer, "must be at most " + std::to_string(most) + " bytes");
    else if (text.find('\0') != std::string::npos || !base::utf8::is_valid(text))
      checks.add(pointer, "must be UTF-8 without NUL");
  };
  part(name.type, domain::kMaxEntityType, type);
  part(name.id, domain::kMaxEntityId, id);
}

// What the values are as Cedar has them; of one that it can't hold, which it is and why.
std::vector<std::string> check_values(Checks& checks, const base::Json& object, const std::string& pointer) {
  std::vector<std::string> names;
  for (const auto& [name, value] : *object.object()) {
    names.push_back(name);
    const auto read = cedar::value_from_json(value);
    if (!read.ok()) checks.add(pointer + "/" + base::pointer_token(name), read.error().message);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// An id of a user is a uuid in its one spelling, whatever the caller's.
void spell_as_stored(domain::EntityName& name) {
  if (name.type != domain::kUserType) return;
  if (const auto user = domain::UserId::parse(name.id)) name.id = user->to_string();
}

bool is_same(const domain::StoredEntity& before, const NewEntity& given) {
  return before.attrs == given.attrs && before.tags == given.tags && before.parents == given.parents;
}

// What can't be stored on a user whom the directory has.
Outcome<void> check_user(const Read& read, const domain::TenantId& tenant, const NewEntity& given,
                         const EntityPlace& place) {
  const auto id = domain::user_of(given.name);
  if (!id) return {};
  const auto user = stored(domain::get_user(read.txn, tenant, *id));
  if (!user.ok()) return user.error();
  if (!user.value()) return {};
  Checks checks;
  for (const std::string& name : given.attr_names)
    if (domain::is_directory_attribute(name))
      checks.add(place.members + "attrs/" + name, "is what the directory says of a user");
  if (!given.parents.empty())
    checks.add(place.members + "parents", "must be empty: what a user is in, the directory says");
  if (const auto wrong = checks.error()) return *wrong;
  return {};
}

Outcome<void> check_not_going(const Read& read, const domain::TenantId& tenant, const NewEntity& given) {
  std::vector<domain::EntityName> names = given.parents;
  names.push_back(given.name);
  const auto leftovers = stored(domain::Leftovers::of(read.txn, tenant));
  if (!leftovers.ok()) return leftovers.error();
  for (const domain::EntityName& name : names) {
    if (!leftovers->any()) break;
    const auto going = stored(leftovers->has(domain::Deleted(name)));
    if (!going.ok()) return going.error();
    if (going.value())
      return error(Code::kInUse, "entity " + to_string(name) + ": is still being deleted; try again shortly");
  }
  return {};
}

// Whether it may be put as things are; the guard has allowed it.
Outcome<void> check_state(const Read& read, const domain::TenantId& tenant, const NewEntity& given,
                          const EntityPlace& place) {
  if (auto fits = check_user(read, tenant, given, place); !fits.ok()) return fits;
  if (auto free = check_not_going(read, tenant, given); !free.ok()) return free;
  const auto fits = domain::check_parents(read.txn, tenant, given.name, given.parents);
  if (fits.ok()) return {};
  if (fits.error().code != base::ErrorCode::kInvalid) return from_store(fits.error());
  return invalid(place.members + "parents", fits.error().message);
}

domain::StoredEntity stored_of(const Change& change, const domain::TenantId& tenant, const NewEntity& given,
                               const std::optional<domain::StoredEntity>& before) {
  domain::StoredEntity entity;
  entity.tenant = tenant;
  entity.name = given.name;
  entity.attrs = given.attrs;
  entity.tags = given.tags;
  entity.parents = given.parents;
  entity.created_at = before ? before->created_at : given.created_at.value_or(change.now);
  entity.updated_at = change.now;
  return entity;
}

Outcome<void> check_unused(const Read& read, const domain::TenantId& tenant, const domain::EntityName& name) {
  std::uint64_t mappings = 0;
  const auto resource = authz::resource_text(tenant, name);
  const auto looked = stored(domain::each_holder_on(read.txn, tenant, resource.value_or(""),
                                                    [&](const auto&) { return ++mappings <= kMostCounted; }));
  if (!looked.ok()) return looked;
  const auto children = stored(domain::count_children(read.txn, tenant, name, kMostCounted + 1));
  if (!children.ok()) return children.error();
  const auto grants = count_grants(read, domain::deletion_of(tenant, name, {}));
  if (!grants.ok()) return grants.error();
  if (mappings == 0 && *grants == 0 && children.value() == 0) return {};
  return error(Code::kInUse, "entity " + to_string(name) + ": in use by " + counted(mappings, "mappings") +
                                 ", " + counted(*grants, "grants") + " and " +
                                 counted(children.value(), "children"));
}

}  // namespace

Outcome<Page<domain::StoredEntity>> list_entities(const Read& read, const domain::TenantId& tenant,
                                                  const EntityFilter& filter, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_entities, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto wrong_cursor = [] { return invalid("cursor", "is not a cursor that this list has given"); };
  Pager<domain::StoredEntity, std::string> pager(read, page);
  const auto take = [&](const domain::EntityName& name, std::string place) {
    auto entity = stored(domain::get_entity(read.txn, tenant, name));
    if (!entity.ok()) return pager.fail(entity.error());
    if (!*entity) return pager.pass(place);
    return pager.take(place, [&] { return Outcome<domain::StoredEntity>(**std::move(entity)); });
  };
  if (filter.parent) {
    domain::EntityNumber after = 0;
    if (!page.after.empty()) {
      const char* const end = page.after.data() + page.after.size();
      const auto [stopped, failed] = std::from_chars(page.after.data(), end, after);
      if (failed != std::errc() || stopped != end) return wrong_cursor();
    }
    const auto done = stored(domain::each_child(read.txn, tenant, *filter.parent, after,
                                                [&](domain::EntityName&& name, domain::EntityNumber number) {
                                                  if (!pager.look()) return false;
                                                  std::string place = std::to_string(number);
                                                  if (!filter.type.empty() && name.type != filter.type)
                                                    return pager.pass(place);
                                                  return take(name, std::move(place));
                                                }));
    if (!done.ok()) return done.error();
    return pager.finish();
  }
  std::optional<domain::EntityName> after;
  if (!page.after.empty()) {
    after = domain::parse_entity_name(page.after);
    if (!after) return wrong_cursor();
  }
  const auto done = stored(domain::each_entity_name(read.txn, tenant, filter.type, after ? &*after : nullptr,
                                                    [&](domain::EntityName&& name, domain::EntityNumber) {
                                                      return pager.look() && take(name, to_string(name));
                                                    }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<domain::StoredEntity> get_entity(const Read& read, const domain::TenantId& tenant,
                                         const domain::EntityName& given) {
  domain::EntityName name = given;
  spell_as_stored(name);
  AccessRequest request = on_entity(op::get_entity, tenant, name);
  request.proposed = named(name).take();
  const auto authorized = authorize(read, request);
  if (!authorized.ok()) return authorized.error();
  auto entity = stored(domain::get_entity(read.txn, tenant, name));
  if (!entity.ok()) return entity.error();
  if (!entity.value()) return not_found("entity", to_string(name));
  return *std::move(entity).value();
}

Outcome<NewEntity> check_entity(GivenEntity given, const EntityPlace& place) {
  Checks checks;
  const std::string type = place.name + "type", attrs = place.members + "attrs",
                    tags = place.members + "tags", parents = place.members + "parents";
  check_name(checks, given.name, type, place.name + "id");
  if (domain::is_reeves_type(given.name.type) && given.name.type != domain::kUserType)
    checks.add(type, "must be another than " + in_backticks(given.name.type) + ", which the directory keeps");
  spell_as_stored(given.name);
  NewEntity made;
  made.attr_names = check_values(checks, given.attrs, attrs);
  made.tag_names = check_values(checks, given.tags, tags);
  made.attrs = base::to_canonical_text(given.attrs);
  made.tags = base::to_canonical_text(given.tags);
  if (made.attrs.size() + made.tags.size() > kMaxEntityBytes)
    checks.add(attrs, "must be at most " + std::to_string(kMaxEntityBytes) + " bytes together with the tags");
  if (given.parents.size() > domain::kMaxParents)
    checks.add(parents, "must be at most " + std::to_string(domain::kMaxParents));
  for (std::size_t i = 0; i < given.parents.size() && i < domain::kMaxParents; ++i) {
    const std::string at = parents + "/" + std::to_string(i);
    check_name(checks, given.parents[i], at + "/type", at + "/id");
    if (domain::is_reeves_type(given.parents[i].type)) checks.add(at, "must not be what the directory keeps");
  }
  if (const auto wrong = checks.error()) return *wrong;
  std::sort(given.parents.begin(), given.parents.end());
  given.parents.erase(std::unique(given.parents.begin(), given.parents.end()), given.parents.end());
  made.name = std::move(given.name);
  made.parents = std::move(given.parents);
  return made;
}

Outcome<PutEntity> put_entity(Change& change, const domain::TenantId& tenant, const NewEntity& given,
                              const EntityPlace& place, const IfMatch& match) {
  const auto request = putting(change, tenant, given);
  if (!request.ok()) return request.error();
  const auto authorized = authorize_change(change, request.value());
  if (!authorized.ok()) return authorized.error();
  const auto before = stored(domain::get_entity(change.txn, tenant, given.name));
  if (!before.ok()) return before.error();
  if (match.given && !before.value())
    return error(Code::kPreconditionFailed, "If-Match: there is no entity " + to_string(given.name));
  if (before.value())
    if (const auto matches = check_match(match, before.value()->revision); !matches.ok())
      return matches.error();
  if (const auto possible = check_state(change, tenant, given, place); !possible.ok())
    return possible.error();
  const auto schema = entity_schema_of(change, tenant);
  if (!schema.ok()) return schema.error();
  if (const auto right = check_by_schema(*schema, given, place); !right.ok()) return right.error();
  if (before.value() && is_same(*before.value(), given)) return PutEntity{*before.value(), false};

  PutEntity put{stored_of(change, tenant, given, before.value()), !before.value()};
  if (const auto begins = change.begin(tenant, {{domain::Quota::kEntities, put.is_new ? 1U : 0U}});
      !begins.ok())
    return begins.error();
  const auto done = stored(domain::put_entity(change.write, put.entity));
  if (!done.ok()) return done.error();
  const auto noted =
      append_audit(change, request.value(), authorized.value(),
                   before.value() ? to_audit(*before.value()) : kNothing, to_audit(put.entity));
  if (!noted.ok()) return noted.error();
  return put;
}

Outcome<void> restore_entity(Change& change, const domain::StoredEntity& was) {
  auto attrs = stored(base::parse_json(was.attrs)), tags = stored(base::parse_json(was.tags));
  if (!attrs.ok() || !tags.ok()) return attrs.ok() ? tags.error() : attrs.error();
  auto given =
      check_entity({was.name, std::move(attrs).value(), std::move(tags).value(), was.parents}, {"/", ""});
  if (!given.ok()) return given.error();
  given->created_at = was.created_at;
  const auto put = put_entity(change, was.tenant, *given, {"/", ""}, {});
  if (!put.ok()) return put.error();
  return {};
}

Outcome<void> delete_entity(Change& change, const domain::TenantId& tenant, const domain::EntityName& given,
                            bool force, const IfMatch& match) {
  domain::EntityName name = given;
  spell_as_stored(name);
  AccessRequest request = on_entity(op::delete_entity, tenant, name);
  request.proposed = named(name).flag("force", force).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto entity = stored(domain::get_entity(change.txn, tenant, name));
  if (!entity.ok()) return entity.error();
  if (!entity.value()) return not_found("entity", to_string(name));
  if (const auto matches = check_match(match, entity.value()->revision); !matches.ok()) return matches;
  if (!force)
    if (auto unused = check_unused(change, tenant, name); !unused.ok()) return unused;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins;
  const auto deleted = stored(domain::delete_entity(
      change.write, tenant, name, deleted_by(change, authorized.value()), noting_gone(change)));
  if (!deleted.ok()) return deleted;
  return append_audit(change, request, authorized.value(), to_audit(*entity.value()), kNothing);
}

std::string hash_of_import(std::string_view bytes) {
  return base::to_hex(crypto::raw(crypto::sha256(bytes)));
}

Outcome<void> may_import_entities(const Read& read, const domain::TenantId& tenant) {
  const auto authorized = authorize(read, on_tenant(op::import_entities, tenant));
  if (!authorized.ok()) return authorized.error();
  return {};
}

namespace {

// In a rehearsal the entities before it aren't there, so what depends on them is found by the writer. `by` is
// null where it is known to be right by the schema.
Outcome<void> put_one_of_many(Change& change, const domain::TenantId& tenant, const NewEntity& given,
                              const EntityPlace& place, const EntitySchema* by) {
  const auto request = putting(change, tenant, given);
  if (!request.ok()) return request.error();
  const auto authorized = authorize_change(change, request.value(), CallerSince::kSame);
  if (!authorized.ok()) return authorized.error();
  if (const auto possible = check_state(change, tenant, given, place); !possible.ok()) return possible;
  if (by)
    if (auto right = check_by_schema(*by, given, place); !right.ok()) return right;
  if (change.is_rehearsal()) return {};
  const auto before = stored(domain::get_entity(change.txn, tenant, given.name));
  if (!before.ok()) return before.error();
  if (before.value() && is_same(*before.value(), given)) return {};
  domain::StoredEntity entity = stored_of(change, tenant, given, before.value());
  return stored(domain::put_entity(change.write, entity));
}

constexpr std::chrono::milliseconds kLongestImport{500};

// How many of them there aren't yet.
Outcome<std::uint64_t> count_new(const Read& read, const domain::TenantId& tenant,
                                 const ImportedEntities& given) {
  std::vector<const domain::EntityName*> names;
  for (const NewEntity& entity : given.entities) names.push_back(&entity.name);
  std::sort(names.begin(), names.end(), [](const auto* a, const auto* b) { return *a < *b; });
  names.erase(std::unique(names.begin(), names.end(), [](const auto* a, const auto* b) { return *a == *b; }),
              names.end());
  std::uint64_t count = 0;
  for (const domain::EntityName* name : names) {
    const auto there = stored(domain::has_entity(read.txn, tenant, *name));
    if (!there.ok()) return there.error();
    if (!there.value()) ++count;
  }
  return count;
}

}  // namespace

Outcome<void> import_entities(Change& change, const domain::TenantId& tenant, const ImportedEntities& given) {
  assert(!given.entities.empty() && given.entities.size() == given.places.size());
  AccessRequest request = on_tenant(op::import_entities, tenant);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto added = count_new(change, tenant, given);
  if (!added.ok()) return added.error();
  // Others' changes wait for the writer meanwhile: what takes longer than a rehearsal may is found there, but
  // for entities that are below others of the same import.
  const auto schema = entity_schema_of(change, tenant);
  if (!schema.ok()) return schema.error();
  const std::uint64_t revision = schema->decisions.policies_revision;
  if (change.is_rehearsal()) given.right_by->reset();
  const bool is_right = *given.right_by == revision;
  const auto put_all = [&]() -> Outcome<void> {
    const auto until = change.ticks.now() + kLongestImport;
    for (std::size_t i = 0; i < given.entities.size(); ++i) {
      if (change.ticks.now() > until)
        return error(
            Code::kTooLarge,
            "body: takes too long to be put in one change, since much is above these entities; send fewer of them at a time");
      const EntitySchema* const by = is_right ? nullptr : &*schema;
      if (auto put = put_one_of_many(change, tenant, given.entities[i], given.places[i], by); !put.ok())
        return put;
    }
    if (change.is_rehearsal()) *given.right_by = revision;
    return {};
  };
  if (change.is_rehearsal())
    if (auto fits = put_all(); !fits.ok()) return fits;
  if (const auto begins = change.begin(tenant, {{domain::Quota::kEntities, added.value()}}); !begins.ok())
    return begins;
  if (auto put = put_all(); !put.ok()) return put;
  base::JsonWriter after;
  after.begin_object().member("count", given.entities.size());
  after.member("first", to_string(given.entities.front().name));
  after.member("last", to_string(given.entities.back().name)).member("sha256", given.sha256).end_object();
  request.resource_id = to_string(given.entities.front().name);
  return append_audit(change, request, authorized.value(), kNothing, after.take());
}

}  // namespace api
