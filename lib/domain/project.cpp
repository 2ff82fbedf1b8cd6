#include "domain/project.h"

#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "names/slug.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& project) {
                           codec.member("slug", project.slug);
                           codec.member("name", project.name);
                           codec.optional_json("metadata", project.metadata, "{}");
                           codec.choice("state", project.state, parse_state);
                           codec.member("created_at", project.created_at);
                           codec.member("updated_at", project.updated_at);
                           codec.member("revision", project.revision);
                         }};

base::Result<Project> decode(std::string_view key, std::string_view value) {
  Project project;
  store::KeyReader parts(key);
  project.tenant = TenantId(parts.uuid());
  project.id = ProjectId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kProject, key, "not a key of this table");
  if (auto read = unseal_record(Table::kProject, key, value, kLayout, project); !read.ok())
    return read.error();
  return project;
}

Key by_slug(const TenantId& tenant, std::string_view slug) {
  return Key().uuid(tenant).text(fold_case(slug));
}

Key by_id(const Project& project) {
  return Key().uuid(project.id).uuid(project.tenant);
}

}  // namespace

base::Result<std::optional<Project>> get_project(const store::ReadTxn& txn, const TenantId& tenant,
                                                 const ProjectId& id) {
  return get_record(txn, Table::kProject, Key().uuid(tenant).uuid(id), decode);
}

base::Result<std::optional<Project>> find_project_by_slug(const store::ReadTxn& txn, const TenantId& tenant,
                                                          std::string_view slug) {
  if (slug.size() > names::kMaxSlug) return {std::nullopt};
  const auto id = get_id(txn, Table::kProjectSlug, by_slug(tenant, slug));
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_project(txn, tenant, ProjectId(**id));
}

base::Result<std::optional<TenantId>> find_tenant_of_project(const store::ReadTxn& txn, const ProjectId& id) {
  std::optional<TenantId> tenant;
  bool whole = true;
  const auto scanned = txn.scan(Table::kProjectById, id.raw(), [&](std::string_view key, std::string_view) {
    store::KeyReader parts(key);
    parts.uuid();
    tenant = TenantId(parts.uuid());
    whole = parts.complete();
    return false;
  });
  if (!scanned.ok()) return scanned.error();
  if (!whole) return store::corrupt(Table::kProjectById, id.raw(), "not a key of this table");
  return tenant;
}

base::Result<void> put_project(store::WriteTxn& txn, Project& project) {
  const std::string who = "project " + project.slug;
  if (auto checked = check_object(project.metadata, who); !checked.ok()) return checked;
  if (auto free = check_not_being_deleted(txn, project.tenant, project.id, who); !free.ok()) return free;
  const auto before = get_project(txn, project.tenant, project.id);
  if (!before.ok()) return before.error();
  const Key slug = by_slug(project.tenant, project.slug);
  if (auto claimed = claim(txn, Table::kProjectSlug, slug, project.id, who + ": the slug is taken");
      !claimed.ok())
    return claimed;
  if (*before && by_slug(project.tenant, (*before)->slug).view() != slug.view())
    if (auto freed = del(txn, Table::kProjectSlug, by_slug(project.tenant, (*before)->slug)); !freed.ok())
      return freed;
  project.revision = txn.revision();
  if (auto done = txn.put(Table::kProjectById, by_id(project), {}); !done.ok()) return done;
  return put_counted(txn, Counted::kProjects, Table::kProject, project.tenant,
                     Key().uuid(project.tenant).uuid(project.id), seal_record(kLayout, project));
}

base::Result<void> delete_project(store::WriteTxn& txn, const Project& project) {
  return delete_project(txn, project, {}, kTellNobody);
}

base::Result<void> delete_project(store::WriteTxn& txn, const Project& project, const DeletedBy& by,
                                  GoesWith goes_with) {
  const PendingDeletion deletion{project.tenant, project.id, {}, by};
  if (auto done = delete_belongings(txn, deletion, kMostAtOnce, goes_with); !done.ok()) return done;
  if (auto done = del(txn, Table::kProjectSlug, by_slug(project.tenant, project.slug)); !done.ok())
    return done;
  if (auto done = del(txn, Table::kProjectById, by_id(project)); !done.ok()) return done;
  return del_counted(txn, Counted::kProjects, Table::kProject, project.tenant,
                     Key().uuid(project.tenant).uuid(project.id));
}

base::Result<void> each_project(const store::ReadTxn& txn, const TenantId& tenant, const ProjectId* after,
                                base::FunctionRef<bool(Project&&)> fn) {
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_record(txn, Table::kProject, prefix, from, decode, fn);
}

base::Result<void> implied_by_project(const Entry& entry, Implied& implied) {
  const auto project = decode(entry.key, entry.value);
  if (!project.ok()) return project.error();
  implied.entry(Table::kProjectSlug, {by_slug(project->tenant, project->slug), project->id.raw()});
  implied.entry(Table::kProjectById, {by_id(*project), {}});
  implied.needs_tenant_of(entry.key);
  return {};
}

}  // namespace domain
