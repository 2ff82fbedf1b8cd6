// One list of two tables. A page goes through the grants of templates, and where it has room left through the
// mappings, which are the grants of roles; a cursor says in which of both it stands:
//
//   ?limit=50             grants of templates … "template:0197…" … the last
//   ?cursor=mappings:     mappings … "mappings:0197…" … the last
//
// A filter names what both are found by, the principal or the resource: where that finds few, they are
// gathered and sorted, as those of mappings are.
#include "api/grants.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "api/limits.h"
#include "api/mappings.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/existing.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/principal_names.h"
#include "api/resources.h"
#include "authz/authority.h"
#include "authz/grant_scopes.h"
#include "authz/tenant_policies.h"
#include "authz/tenant_rule.h"
#include "base/utf8.h"
#include "domain/directory.h"
#include "domain/grant.h"
#include "domain/rule.h"
#include "domain/shadowed_role.h"

namespace api {
namespace {

constexpr std::size_t kMostGathered = 10'000;
constexpr std::string_view kOfTemplates = "template:", kOfMappings = "mappings:";

// As grants name a principal: an id of the directory is a uuid in its one spelling.
std::string principal_text(const std::optional<domain::EntityName>& given) {
  if (!given || !domain::is_valid(*given)) return "";
  domain::EntityName name = *given;
  const auto id = domain::is_directory_type(name.type) ? base::Uuid::parse(name.id) : std::nullopt;
  if (id) name.id = id->to_string();
  return to_string(name);
}

domain::ResourceText resource_text(const domain::TenantId& tenant,
                                   const std::optional<domain::EntityName>& given) {
  return given ? authz::resource_text(tenant, *given).value_or("") : "";
}

std::optional<domain::EntityName> name_of(const domain::TenantId& tenant, const domain::ResourceText& text) {
  if (text.empty()) return std::nullopt;
  return authz::resource_name(tenant, text);
}

// ---- what is shown

GrantView view_of(const domain::Grant& grant) {
  GrantView view{};
  view.id = grant.id;
  view.principal = domain::parse_entity_name(grant.principal);
  view.rule = grant.rule;
  view.policy = grant.policy;
  view.resource = name_of(grant.tenant, grant.resource);
  view.valid_from = grant.valid_from;
  view.expires_at = grant.expires_at;
  view.reason = grant.reason;
  view.created_by = grant.created_by;
  view.created_at = grant.created_at;
  view.revision = grant.revision;
  return view;
}

Outcome<GrantView> view_of(const Read& read, const domain::Mapping& mapping) {
  const auto role = stored(domain::find_role_by_id(read.txn, mapping.tenant, mapping.role));
  if (!role.ok()) return role.error();
  GrantView view{};
  view.id = mapping.id;
  view.principal =
      domain::EntityName{std::string(type_of(mapping.principal.kind)), mapping.principal.id.to_string()};
  view.role = *role ? (*role)->slug : mapping.role.to_string();
  view.resource = name_of(mapping.tenant, mapping.resource);
  view.valid_from = mapping.valid_from;
  view.expires_at = mapping.expires_at;
  view.reason = mapping.reason;
  view.created_by = mapping.created_by;
  view.created_at = mapping.created_at;
  view.revision = mapping.revision;
  return view;
}

// ---- lists

struct Wanted {
  std::optional<std::string> principal;
  std::optional<domain::ResourceText> resource;

  bool is(const domain::Grant& grant) const {
    return (!principal || grant.principal == *principal) && (!resource || grant.resource == *resource);
  }
};

// Those that the filter finds, in order of id; nothing where they are more than kMostGathered, or it names
// nothing.
Outcome<std::optional<std::vector<domain::Grant>>> gather(const Read& read, const domain::TenantId& tenant,
                                                          const Wanted& wanted) {
  using Gathered = std::vector<domain::Grant>;
  Gathered all;
  const auto take = [&](domain::Grant&& grant) {
    all.push_back(std::move(grant));
    return all.size() <= kMostGathered;
  };
  if (!wanted.principal && !wanted.resource) return std::optional<Gathered>();
  const auto done = stored(
      wanted.principal ? domain::each_grant(read.txn, tenant, domain::GrantsOf{*wanted.principal}, take)
                       : domain::each_grant(read.txn, tenant, domain::GrantsOn{*wanted.resource}, take));
  if (!done.ok()) return done.error();
  if (all.size() > kMostGathered) return std::optional<Gathered>();
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return std::optional(std::move(all));
}

Outcome<Page<GrantView>> list_of_templates(const Read& read, const domain::TenantId& tenant,
                                           const Wanted& wanted, const PageRequest& page) {
  const auto after = id_cursor<domain::GrantId>(page);
  if (!after.ok()) return after.error();
  Pager<GrantView, domain::GrantId> pager(read, page);
  const auto consider = [&](domain::Grant&& grant) {
    if (!pager.look()) return false;
    if (!wanted.is(grant)) return pager.pass(grant.id);
    return pager.take(grant.id, [&] { return Outcome<GrantView>(view_of(grant)); });
  };
  auto gathered = gather(read, tenant, wanted);
  if (!gathered.ok()) return gathered.error();
  if (!*gathered) {
    const auto done = stored(domain::each_grant(read.txn, tenant, *after ? &**after : nullptr, consider));
    if (!done.ok()) return done.error();
    return pager.finish();
  }
  for (domain::Grant& grant : **gathered) {
    if (*after && grant.id <= **after) continue;
    if (!consider(std::move(grant))) break;
  }
  return pager.finish();
}

// ---- changes

// What a grant names wrongly, each with its place.
class Faults {
 public:
  void add(std::string pointer, std::string message) {
    fields_.push_back({std::move(pointer), std::move(message)});
  }
  std::optional<Error> error() {
    if (fields_.empty()) return std::nullopt;
    return invalid(Code::kInvalidInput, std::move(fields_));
  }

 private:
  std::vector<FieldError> fields_;
};

void check_name(Checks& checks, const std::optional<domain::EntityName>& name, const std::string& pointer) {
  if (!name) return;
  if (!domain::is_valid(*name))
    checks.add(pointer, "must have a type of 1 to 128 bytes and an id of 1 to 256, without NUL");
  else if (name->type == domain::kRoleType)
    checks.add(pointer, "must not be a role, which rules name and grants don't");
}

// Of what only the directory holds it must be there. A user's name may be one of the application's.
Outcome<void> check_there(const Read& read, const domain::TenantId& tenant, const domain::EntityName& name,
                          const std::string& pointer, Faults& faults) {
  const auto absent = [&] { faults.add(pointer, "there is no " + in_backticks(to_string(name))); };
  if (name.type == domain::kTenantType) {
    if (const auto id = domain::TenantId::parse(name.id); !id || *id != tenant)
      faults.add(pointer, "must not be another tenant");
    return {};
  }
  if (name.type == domain::kServiceUserType || name.type == domain::kGroupType) {
    const auto who = principal_of(name);
    const auto there = who ? existing_principal(read, tenant, *who) : not_found("principal", name.id);
    if (there.ok()) return {};
    if (there.error().code != Code::kNotFound) return there.error();
    absent();
    return {};
  }
  const auto text = authz::resource_text(tenant, name);
  const auto has = has_resource(read, tenant, text.value_or(""));
  if (!has.ok()) return has.error();
  if (!*has) absent();
  return {};
}

Proposal propose(const NewGrant& given, const domain::TenantId& tenant) {
  Proposal proposal;
  proposal.text("principal", principal_text(given.principal))
      .text("resource", resource_text(tenant, given.resource));
  return proposal;
}

AccessRequest creating(const Read& read, const domain::TenantId& tenant, const NewGrant& given,
                       const std::string& role, const std::vector<std::string>& scopes) {
  AccessRequest request = on_tenant(op::create_grant, tenant);
  request.resource_id = principal_text(given.principal);
  Proposal proposal = propose(given, tenant);
  if (given.role) proposal.text("role", role);
  if (given.rule) proposal.text("template", given.rule->to_string());
  request.proposed = proposal.gives(*read.catalogue, scopes)
                         .time("valid_from", given.valid_from)
                         .time("expires_at", given.expires_at)
                         .text_if("reason", given.reason)
                         .take();
  return request;
}

// What is removed, as the guard sees it; an id that nothing has is of nobody and nothing.
struct Removed {
  std::string principal;
  domain::ResourceText resource;
  std::optional<std::string> role;
  std::optional<domain::RuleId> rule;
  std::vector<std::string> scopes;
};

AccessRequest deleting(const Read& read, const domain::TenantId& tenant, const base::Uuid& id,
                       const Removed& removed) {
  AccessRequest request = on_tenant(op::delete_grant, tenant);
  request.resource_id = id.to_string();
  Proposal proposal;
  proposal.text("principal", removed.principal).text("resource", removed.resource);
  proposal.text_if("role", removed.role);
  if (removed.rule) proposal.text("template", removed.rule->to_string());
  request.proposed = proposal.gives(*read.catalogue, removed.scopes).take();
  return request;
}

// A rule that may be a template; nothing where there is no such rule.
struct Template {
  domain::Rule rule;
  authz::ParsedRule parsed;
};
Outcome<std::optional<Template>> find_template(const Read& read, const domain::TenantId& tenant,
                                               const domain::RuleId& id) {
  auto rule = stored(domain::find_rule(read.txn, tenant, id));
  if (!rule.ok()) return rule.error();
  if (!*rule) return std::optional<Template>();
  auto parsed = stored(authz::parse_rule((*rule)->text, id.to_string()));
  if (!parsed.ok()) return parsed.error();
  return std::optional(Template{**std::move(rule), std::move(parsed).value()});
}

std::vector<std::string> scopes_of(const Read& read, const std::optional<Template>& rule) {
  return rule ? authz::scopes_permitted(*read.catalogue, *rule->parsed.body) : std::vector<std::string>();
}

// Whether the grant fills exactly the slots that the template has.
void check_slots(const NewGrant& given, const std::optional<Template>& rule, Faults& faults) {
  if (!rule) return faults.add("/template", "there is no rule " + given.rule->to_string());
  const cedar::Template& body = *rule->parsed.body;
  if (!body.is_template())
    return faults.add("/template", "must be a rule with `?principal` or `?resource`, and has neither");
  if (body.has_principal_slot() && !given.principal)
    faults.add("/principal", "is required, since the template has `?principal`");
  if (!body.has_principal_slot() && given.principal)
    faults.add("/principal", "must be absent, since the template has no `?principal`");
  if (!body.has_resource_slot() && given.resource)
    faults.add("/resource", "must be absent, since the template has no `?resource`");
}

Outcome<GrantView> grant_role(Change& change, const domain::TenantId& tenant, const NewGrant& given) {
  const auto role = find_role_named(change, tenant, *given.role);
  if (!role.ok()) return role.error();
  const auto authorized =
      authorize_change(change, creating(change, tenant, given, *role ? (*role)->slug : *given.role,
                                        *role ? (*role)->scopes : std::vector<std::string>()));
  if (!authorized.ok()) return authorized.error();
  const auto who = given.principal ? principal_of(*given.principal) : std::nullopt;
  if (!who)
    return invalid(
        "/principal",
        "must be a user, service user or group of the directory, by its uuid: a role is given to nobody else");
  Faults faults;
  if (given.resource)
    if (auto looked = check_there(change, tenant, *given.resource, "/resource", faults); !looked.ok())
      return looked.error();
  if (auto wrong = faults.error()) return *std::move(wrong);
  const domain::ResourceText resource = resource_text(tenant, given.resource);
  if (*role) {
    const auto there = stored(domain::get_mapping(change.txn, tenant, {*who, (*role)->id, resource}));
    if (!there.ok()) return there.error();
    if (*there)
      return error(Code::kAlreadyExists, "grant of role " + (*role)->slug + " to " +
                                             principal_text(given.principal) + ": already exists");
  }
  const auto made = create_mapping(change, tenant,
                                   {.role = *given.role,
                                    .principal = *who,
                                    .resource = resource,
                                    .valid_from = given.valid_from,
                                    .expires_at = given.expires_at,
                                    .reason = given.reason,
                                    .title = {}});
  if (!made.ok()) return made.error();
  return view_of(change, *made);
}

// One that `was` there before gets its id again, and who made it and when.
Outcome<GrantView> grant_template(Change& change, const domain::TenantId& tenant, const NewGrant& given,
                                  const domain::Grant* was = nullptr) {
  const auto rule = find_template(change, tenant, *given.rule);
  if (!rule.ok()) return rule.error();
  AccessRequest request = creating(change, tenant, given, "", scopes_of(change, *rule));
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  Faults faults;
  check_slots(given, *rule, faults);
  if (given.principal)
    if (auto looked = check_there(change, tenant, *given.principal, "/principal", faults); !looked.ok())
      return looked.error();
  if (given.resource)
    if (auto looked = check_there(change, tenant, *given.resource, "/resource", faults); !looked.ok())
      return looked.error();
  if (auto wrong = faults.error()) return *std::move(wrong);

  domain::Grant grant;
  grant.tenant = tenant;
  grant.policy = (*rule)->rule.policy;
  grant.rule = *given.rule;
  grant.principal = principal_text(given.principal);
  grant.resource = resource_text(tenant, given.resource);
  grant.valid_from = given.valid_from;
  grant.expires_at = given.expires_at;
  grant.reason = given.reason;
  if (!change.caller.credential.is_nil()) grant.created_by = change.caller.principal;
  grant.created_at = change.now;
  const auto leftovers = stored(domain::Leftovers::of(change.txn, tenant));
  if (!leftovers.ok()) return leftovers.error();
  const auto going = stored(leftovers->has(grant));
  if (!going.ok()) return going.error();
  const std::string who = "grant of template " + grant.rule.to_string() + " to " + grant.principal;
  if (*going) return error(Code::kInUse, who + ": names what is still being deleted; try again shortly");
  const auto there =
      stored(domain::find_grant(change.txn, tenant, {grant.principal, grant.resource, grant.rule}));
  if (!there.ok()) return there.error();
  if (*there) return error(Code::kAlreadyExists, who + ": already exists");
  if (const auto begins = change.begin(tenant, {{domain::Quota::kGrants}}); !begins.ok())
    return begins.error();
  grant.id = domain::GrantId(change.make_id());
  if (was) grant = *was;
  if (const auto put = stored(domain::put_grant(change.write, grant)); !put.ok()) return put.error();
  request.resource_id = grant.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(grant));
  if (!noted.ok()) return noted.error();
  return view_of(grant);
}

}  // namespace

Outcome<Page<GrantView>> list_grants(const Read& read, const domain::TenantId& tenant,
                                     const GrantFilter& filter, const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_grants, tenant));
  if (!authorized.ok()) return authorized.error();
  Wanted wanted;
  if (filter.principal) wanted.principal = principal_text(filter.principal);
  if (filter.resource) wanted.resource = resource_text(tenant, filter.resource);

  Page<GrantView> shown;
  PageRequest rest = page;
  if (!page.after.starts_with(kOfMappings)) {
    const bool is_first = page.after.empty();
    if (!is_first && !page.after.starts_with(kOfTemplates))
      return invalid("cursor", "is not a cursor that this list has given");
    if (!is_first) rest.after.erase(0, kOfTemplates.size());
    auto of_templates = list_of_templates(read, tenant, wanted, rest);
    if (!of_templates.ok()) return of_templates;
    if (!of_templates->next.empty()) {
      of_templates->next.insert(0, kOfTemplates);
      return of_templates;
    }
    shown = std::move(of_templates).value();
    rest.after = kOfMappings;
  }
  const auto who = filter.principal ? principal_of(*filter.principal) : std::nullopt;
  if (filter.principal && !who) return shown;
  if (page.limit != 0 && shown.data.size() == page.limit) {
    shown.next = kOfMappings;
    return shown;
  }
  rest.after.erase(0, kOfMappings.size());
  if (page.limit != 0) rest.limit = page.limit - shown.data.size();
  MappingFilter of_mappings;
  if (who) of_mappings.principal = who->id;
  of_mappings.resource = wanted.resource;
  const auto mappings = list_mappings(read, tenant, of_mappings, rest);
  if (!mappings.ok()) return mappings.error();
  for (const domain::Mapping& mapping : mappings->data) {
    auto view = view_of(read, mapping);
    if (!view.ok()) return view.error();
    shown.data.push_back(std::move(view).value());
  }
  if (!mappings->next.empty()) shown.next = std::string(kOfMappings) + mappings->next;
  return shown;
}

Outcome<GrantView> get_grant(const Read& read, const domain::TenantId& tenant, const base::Uuid& id) {
  AccessRequest request = on_tenant(op::get_grant, tenant);
  request.resource_id = id.to_string();
  const auto authorized = authorize(read, request);
  if (!authorized.ok()) return authorized.error();
  const auto grant = stored(domain::get_grant(read.txn, tenant, domain::GrantId(id)));
  if (!grant.ok()) return grant.error();
  if (*grant) return view_of(**grant);
  const auto there = stored(domain::find_mapping_by_id(read.txn, tenant, domain::MappingId(id)));
  if (!there.ok()) return there.error();
  if (!*there) return not_found("grant", id);
  const auto mapping = get_mapping(read, tenant, domain::MappingId(id));
  if (!mapping.ok()) return mapping.error();
  return view_of(read, *mapping);
}

std::optional<Error> check(const NewGrant& given, base::Timestamp now) {
  Checks checks;
  if (given.role.has_value() == given.rule.has_value())
    checks.add(given.role ? "/template" : "/role",
               given.role ? "must be absent where a role is given" : "is required, or else `template`");
  if (given.role && !given.principal) checks.add("/principal", "is required");
  check_name(checks, given.principal, "/principal");
  check_name(checks, given.resource, "/resource");
  checks.period(given.valid_from, given.expires_at, now);
  checks.text("/reason", given.reason, kMaxReason);
  return checks.error();
}

Outcome<GrantView> create_grant(Change& change, const domain::TenantId& tenant, const NewGrant& given) {
  if (const auto bad = check(given, change.now)) return *bad;
  return given.role ? grant_role(change, tenant, given) : grant_template(change, tenant, given);
}

Outcome<void> restore_grant(Change& change, const domain::Grant& was) {
  NewGrant given;
  if (!was.principal.empty()) given.principal = domain::parse_entity_name(was.principal);
  given.rule = was.rule;
  if (!was.resource.empty()) given.resource = authz::resource_name(was.tenant, was.resource);
  given.valid_from = was.valid_from;
  given.expires_at = was.expires_at;
  given.reason = was.reason;
  const auto granted = grant_template(change, was.tenant, given, &was);
  if (!granted.ok()) return granted.error();
  return {};
}

Outcome<void> delete_grant(Change& change, const domain::TenantId& tenant, const base::Uuid& id,
                           const IfMatch& match) {
  const auto grant = stored(domain::get_grant(change.txn, tenant, domain::GrantId(id)));
  if (!grant.ok()) return grant.error();
  const auto mapping = stored(domain::find_mapping_by_id(change.txn, tenant, domain::MappingId(id)));
  if (!mapping.ok()) return mapping.error();
  Removed removed;
  if (*grant) {
    const auto rule = find_template(change, tenant, (*grant)->rule);
    if (!rule.ok()) return rule.error();
    removed = {(*grant)->principal, (*grant)->resource, {}, (*grant)->rule, scopes_of(change, *rule)};
  } else if (*mapping) {
    const auto view = view_of(change, **mapping);
    if (!view.ok()) return view.error();
    const auto role = stored(domain::find_role_by_id(change.txn, tenant, (*mapping)->role));
    if (!role.ok()) return role.error();
    removed = {principal_text(view->principal),
               (*mapping)->resource,
               view->role,
               {},
               *role ? (*role)->scopes : std::vector<std::string>()};
  }
  const auto request = deleting(change, tenant, id, removed);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (!*grant)
    return *mapping ? delete_mapping(change, tenant, (*mapping)->id, match) : not_found("grant", id);
  if (const auto matches = check_match(match, (*grant)->revision); !matches.ok()) return matches;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins;
  if (const auto deleted = stored(domain::delete_grant(change.write, **grant)); !deleted.ok()) return deleted;
  return append_audit(change, request, authorized.value(), to_audit(**grant), kNothing);
}

}  // namespace api
