#include "tests/support/api_world.h"

#include "authz/guard.h"
#include "base/file.h"
#include "config/permissions.h"
#include "config/roles.h"
#include "crypto/hash.h"
#include "domain/credential.h"
#include "domain/mapping.h"

namespace {

std::vector<domain::Permission> to_permissions(const std::vector<config::PermissionSpec>& specs) {
  std::vector<domain::Permission> permissions;
  for (const auto& spec : specs) {
    domain::Permission permission = domain::make_permission(spec.name);
    permission.title = spec.title;
    permission.risk = spec.risk;
    for (const auto& implied : spec.implies) permission.implies.push_back(implied.to_scope());
    permission.implied_patterns = spec.patterns;
    permissions.push_back(std::move(permission));
  }
  return permissions;
}

std::vector<domain::Role> to_roles(const std::vector<config::RoleSpec>& specs) {
  std::vector<domain::Role> roles;
  for (const auto& spec : specs) {
    domain::Role role(domain::Platform{});
    role.slug = spec.slug;
    role.name = spec.name;
    role.description = spec.description;
    for (const auto& scope : spec.scopes) role.scopes.push_back(scope.to_scope());
    roles.push_back(std::move(role));
  }
  return roles;
}

}  // namespace

ApiWorld::ApiWorld(const base::MonotonicClock& ticks) : ticks_(ticks) {
  start("");
  const auto make = [&](const std::string& slug, const std::string& name) {
    return must(change(platform(),
                       [&](api::Change& c) {
                         return api::create_tenant(c, {name, slug, {}, {}});
                       }))
        .id;
  };
  acme_ = make("acme", "Acme");
  globex_ = make("globex", "Globex");
}

void ApiWorld::start(const std::string& more_policies) {
  more_policies_ = more_policies;
  if (!store_) {
    auto options = store_options(dir_ / "db");
    options.clock = &clock_;
    store_ = open_store(std::move(options));
    service_ = std::make_unique<api::Service>(*store_, clock_, random_, api::Service::kWriterLimit, ticks_);
  }
  const auto permissions = config::load_permissions("config/permissions.yaml");
  REQUIRE(permissions.ok());
  const auto roles = config::load_roles("config/roles.yaml", permissions.value());
  REQUIRE(roles.ok());
  const auto shipped = base::read_file("config/policies/guard.cedar", 1 << 20);
  REQUIRE(shipped.ok());
  const auto schema = authz::load_schema("config/reeve.cedarschema");
  REQUIRE(schema.ok());
  const auto guard = authz::Guard::from_text(shipped.value() + more_policies, "guard.cedar", *schema);
  INFO((guard.ok() ? "" : guard.error().message));
  REQUIRE(guard.ok());
  const auto adopted =
      service_->adopt({to_permissions(permissions.value()), to_roles(roles.value()), guard.value(), quotas_});
  INFO((adopted.ok() ? "" : adopted.error().message));
  REQUIRE(adopted.ok());
}

void ApiWorld::add_policies(const std::string& text) {
  start(text);
}

void ApiWorld::set_quotas(const domain::QuotaLimits& quotas) {
  quotas_ = quotas;
  start(more_policies_);
}

void ApiWorld::reopen() {
  service_.reset();
  store_.reset();
  start(more_policies_);
}

api::Caller ApiWorld::caller(const domain::TenantId& tenant, std::vector<std::string> scopes) {
  const auto key = must(change(platform(), [&](api::Change& c) {
    return api::create_api_key(c, tenant, {"test", scopes, {}});
  }));
  return must(authenticate(key.raw_key));
}

api::Outcome<api::Caller> ApiWorld::authenticate(std::string_view token, api::Scheme scheme,
                                                 std::string_view id) {
  const auto txn = store_->read();
  REQUIRE(txn.ok());
  return api::authenticate(txn.value(), {scheme, id, token}, now());
}

api::Caller ApiWorld::login(const domain::TenantId& tenant, const domain::UserId& user) {
  domain::Credential credential(tenant);
  credential.id = domain::CredentialId(random_.uuid(now()));
  credential.owner = user;
  credential.name = "login";
  const std::string token = "login-of-" + user.to_string();
  credential.hash = crypto::sha256(token);
  const auto there = authenticate(token);
  if (there.ok()) return there.value();
  const auto written =
      store_->write([&](store::WriteTxn& txn) { return domain::put_credential(txn, credential); });
  REQUIRE(written.ok());
  return must(authenticate(token));
}

domain::UserId ApiWorld::add_user(const domain::TenantId& tenant, const std::string& name) {
  return must(change(platform(),
                     [&](api::Change& c) {
                       return api::create_user(c, tenant, {name + "@example.org", name, {}});
                     }))
      .user.id;
}

domain::GroupId ApiWorld::add_group(const domain::TenantId& tenant, const std::string& name) {
  return must(change(platform(),
                     [&](api::Change& c) {
                       return api::create_group(c, tenant, {name, {}, {}});
                     }))
      .group.id;
}

void ApiWorld::add_member(const domain::TenantId& tenant, const domain::GroupId& group,
                          const domain::Principal& member) {
  must(change(platform(), [&](api::Change& c) { return api::add_member(c, tenant, group, member); }));
}

void ApiWorld::add_role(const domain::Owner& tenant, const std::string& slug,
                        std::vector<std::string> scopes) {
  must(change(platform(), [&](api::Change& c) {
    return api::create_role(c, tenant, {slug, slug, {}, scopes});
  }));
}

void ApiWorld::map_group(const domain::TenantId& tenant, const domain::GroupId& group,
                         const std::string& role, std::optional<base::Timestamp> valid_from,
                         std::optional<base::Timestamp> expires_at) {
  must(change(platform(), [&](api::Change& c) {
    return api::add_group_role(c, tenant, group, {role, valid_from, expires_at, {}});
  }));
}

void ApiWorld::map_user(const domain::TenantId& tenant, const domain::UserId& user,
                        std::vector<std::string> roles) {
  must(change(platform(), [&](api::Change& c) {
    return api::update_user(c, tenant, user, {std::nullopt, roles}, {});
  }));
}

void ApiWorld::map_on(const domain::TenantId& tenant, const domain::Principal& who, const std::string& role,
                      const std::string& resource) {
  const auto written = store_->write([&](store::WriteTxn& txn) -> base::Result<void> {
    const auto found = domain::find_role(txn, tenant, role);
    if (!found.ok()) return found.error();
    domain::Mapping mapping;
    mapping.id = domain::MappingId(random_.uuid(now()));
    mapping.tenant = tenant;
    mapping.principal = who;
    mapping.role = found.value()->id;
    mapping.resource = resource;
    return domain::put_mapping(txn, mapping);
  });
  REQUIRE(written.ok());
}

std::string to_text(const api::Error& error) {
  std::string text = std::string(name_of(error.code)) + ": " + error.message;
  for (const auto& field : error.fields) text += " | " + field.pointer + ": " + field.message;
  for (const auto& notice : error.notices) text += " | " + notice;
  return text;
}

std::string_view name_of(api::Code code) {
  switch (code) {
    case api::Code::kInvalidInput:
      return "invalid_input";
    case api::Code::kUnauthenticated:
      return "unauthenticated";
    case api::Code::kForbidden:
      return "forbidden";
    case api::Code::kTenantMismatch:
      return "tenant_mismatch";
    case api::Code::kSystemRole:
      return "system_role";
    case api::Code::kBuiltIn:
      return "built_in";
    case api::Code::kInsecureTransport:
      return "insecure_transport";
    case api::Code::kNotFound:
      return "not_found";
    case api::Code::kMethodNotAllowed:
      return "method_not_allowed";
    case api::Code::kAlreadyExists:
      return "already_exists";
    case api::Code::kInUse:
      return "in_use";
    case api::Code::kQuotaExceeded:
      return "quota_exceeded";
    case api::Code::kSchemaRequired:
      return "schema_required";
    case api::Code::kTestsFailed:
      return "tests_failed";
    case api::Code::kBuiltUpon:
      return "built_upon";
    case api::Code::kNotUndoable:
      return "not_undoable";
    case api::Code::kBehind:
      return "behind";
    case api::Code::kPreconditionFailed:
      return "precondition_failed";
    case api::Code::kGone:
      return "gone";
    case api::Code::kReadOnly:
      return "read_only";
    case api::Code::kStale:
      return "stale";
    case api::Code::kTooLarge:
      return "too_large";
    case api::Code::kUnsupportedMediaType:
      return "unsupported_media_type";
    case api::Code::kInvalidScopes:
      return "invalid_scopes";
    case api::Code::kIdempotencyConflict:
      return "idempotency_conflict";
    case api::Code::kRateLimited:
      return "rate_limited";
    case api::Code::kInternal:
      return "internal";
    case api::Code::kOverloaded:
      return "overloaded";
    case api::Code::kStorageFull:
      return "storage_full";
  }
  return "";
}
