// What `reeve dev` serves: a tenant with a fixed id, a group of the same id (as in the documented calls),
// three people, a role, and a key, whose secret lies beside the store, since the store can't tell it.
// Everything is made by the operations that any call uses, in one change, so that the guard and the audit log
// see it.
//
// Each start repairs what pasted calls have changed: the group's roles are removed and the role is put back.
// People who were taken out of the group stay out, as somebody did that on purpose.
#include "app/demo.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "api/api_keys.h"
#include "api/group_roles.h"
#include "api/groups.h"
#include "api/members.h"
#include "api/roles.h"
#include "api/sessions.h"
#include "api/tenants.h"
#include "api/users.h"
#include "base/descriptor.h"
#include "base/embedded.h"
#include "base/file.h"
#include "base/text.h"

namespace app {
namespace {

using api::Code;
using api::Outcome;

constexpr const char* kTenant = "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0";
constexpr const char* kKeyName = "demo key of reeve dev";

struct Person {
  const char* email;
  const char* name;
};
constexpr std::array<Person, 3> kPeople = {{{"ada@example.com", "Ada Lovelace"},
                                            {"grace@example.com", "Grace Hopper"},
                                            {"edsger@example.com", "Edsger Dijkstra"}}};

// The @notice of the shipped guard policy that refuses the last call.
constexpr const char* kRefusal =
    "System roles are defined by this server's configuration and can't be changed here.";

// As a shell reads it as one word.
std::string shell_word(const std::string& text) {
  const auto is_plain = [](char c) { return base::is_letter_or_digit(c) || std::strchr("/._-+,:@%", c); };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// Nothing where it was made or is there already.
template <typename T>
std::optional<api::Error> made_or_there(const Outcome<T>& outcome) {
  if (outcome.ok() || outcome.error().code == Code::kAlreadyExists) return std::nullopt;
  return outcome.error();
}

std::optional<api::Error> put_tenant(api::Change& change, const domain::TenantId& id) {
  const auto found = api::find_tenant(change, id.to_string());
  if (found.ok()) {
    if (found->state == domain::State::kEnabled) return std::nullopt;
    api::TenantPatch enabled;
    enabled.state = domain::State::kEnabled;
    const auto done = api::update_tenant(change, id, enabled, {});
    return done.ok() ? std::nullopt : std::optional(done.error());
  }
  api::NewTenant tenant;
  tenant.id = id;
  tenant.name = "Example";
  tenant.slug = "example";
  return made_or_there(api::create_tenant(change, tenant));
}

std::optional<api::Error> put_group(api::Change& change, const Demo& demo) {
  const domain::TenantId& tenant = demo.tenant;
  if (!api::get_group(change, tenant, demo.group).ok()) {
    api::NewGroup group;
    group.id = demo.group;
    group.name = "Engineering";
    group.description = "Everyone who builds the product";
    if (auto bad = made_or_there(api::create_group(change, tenant, group))) return bad;
  }
  if (const auto on = api::set_group_state(change, tenant, demo.group, domain::State::kEnabled, {}); !on.ok())
    return on.error();
  const auto roles = api::list_group_roles(change, tenant, demo.group, {0, ""});
  if (!roles.ok()) return roles.error();
  for (const auto& role : roles->data)
    if (const auto r = api::remove_group_role(change, tenant, demo.group, role.role, {}); !r.ok())
      return r.error();
  return std::nullopt;
}

std::optional<api::Error> put_people(api::Change& change, const Demo& demo) {
  const domain::TenantId& tenant = demo.tenant;
  for (const Person& person : kPeople) {
    const auto user = api::create_user(change, tenant, {person.email, person.name, std::nullopt});
    if (auto bad = made_or_there(user)) return bad;
    if (!user.ok()) continue;  // there since an earlier start, and perhaps taken out of the group on purpose
    if (auto bad = made_or_there(api::add_member(change, tenant, demo.group, user->user.id))) return bad;
  }
  return std::nullopt;
}

std::optional<api::Error> put_role(api::Change& change, const domain::TenantId& tenant) {
  api::RoleRecord role;
  role.slug = "example";
  role.name = "Example";
  role.description = "A role to try calls on";
  role.scopes = {"organization:get"};
  const auto put = api::create_or_replace_role(change, tenant, role, {});
  return put.ok() ? std::nullopt : std::optional(put.error());
}

const std::vector<std::string> kKeyScopes = {"grants:revoke", "organization:administer", "requests:approve"};

// The secret that an earlier start has left; nothing where there is none that others can't read.
std::string kept_key(const std::string& path) {
  // What was looked at is what is read, and nothing that would be waited for.
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat s {};
  if (!file.is_open() || ::fstat(file.get(), &s) != 0) return "";
  if (!S_ISREG(s.st_mode) || (s.st_mode & 077) != 0 || s.st_uid != ::geteuid()) return "";
  char text[200];
  const ssize_t size = ::read(file.get(), text, sizeof text);
  if (size <= 0) return "";
  const std::string_view read(text, static_cast<std::size_t>(size));
  return std::string(read.substr(0, read.find('\n')));
}

// Whose it is, if it is valid.
std::optional<domain::CredentialId> owner_of_key(const api::Service& service, const std::string& secret) {
  if (secret.empty()) return std::nullopt;
  std::optional<domain::CredentialId> id;
  const api::Presented presented{api::Scheme::kBearer, {}, secret};
  // Ignoring a failure on purpose: then it is nobody's.
  (void)service.read(presented, {"", "dev"}, [&](const api::Read& read) { id = read.caller.credential; });
  return id;
}

// REQUIRES: demo.key is that of demo.key_id, or both are empty
std::optional<api::Error> put_key(api::Change& change, Demo& demo) {
  const domain::TenantId& tenant = demo.tenant;
  const auto keys = api::list_api_keys(change, tenant, {0, ""});
  if (!keys.ok()) return keys.error();
  bool is_kept = false;
  for (const auto& key : keys->data) {
    const bool is_ours = key.credential.name == kKeyName && !key.credential.revoked_at;
    const bool is_it = is_ours && key.credential.id == demo.key_id && key.credential.scopes == kKeyScopes;
    is_kept = is_kept || is_it;
    if (is_ours && !is_it)
      if (const auto r = api::revoke_api_key(change, tenant, key.credential.id, {}); !r.ok())
        return r.error();
  }
  if (is_kept) return std::nullopt;
  const auto key = api::create_api_key(change, tenant, {kKeyName, kKeyScopes, std::nullopt});
  if (!key.ok()) return key.error();
  demo.key_id = key->credential.id;
  demo.key = key->raw_key;
  return std::nullopt;
}

Outcome<void> put_all(api::Change& change, Demo& demo) {
  if (auto bad = put_tenant(change, demo.tenant)) return *bad;
  if (auto bad = put_group(change, demo)) return *bad;
  if (auto bad = put_people(change, demo)) return *bad;
  if (auto bad = put_role(change, demo.tenant)) return *bad;
  if (auto bad = put_key(change, demo)) return *bad;
  return {};
}

}  // namespace

base::Result<Demo> put_demo(api::Service& service, const std::string& store) {
  const std::string file = store + "/dev-key";
  Demo before;
  before.key = kept_key(file);
  if (const auto id = owner_of_key(service, before.key)) before.key_id = *id;
  Demo demo;
  demo.tenant = *domain::TenantId::parse(kTenant);
  demo.group = domain::GroupId(demo.tenant.uuid());
  const auto done = service.change(api::Service::itself(), {"", "dev"}, [&](api::Change& change) {
    demo.key = before.key;
    demo.key_id = before.key_id;
    return put_all(change, demo);
  });
  if (!done.ok()) return base::Error{base::ErrorCode::kInvalid, "demo data: " + done.error().message};
  if (demo.key == before.key) return demo;
  if (auto written = base::write_file(file, demo.key + "\n", 0600); !written.ok()) return written.error();
  return demo;
}

base::Result<std::string> demo_console(api::Service& service, const Demo& demo, const std::string& address) {
  const auto files = base::embedded_files();
  const bool has_console = std::any_of(files.begin(), files.end(), [](const base::EmbeddedFile& file) {
    return file.path == "console/index.html.gz";
  });
  if (!has_console) return std::string();
  const api::Origin origin{"", "dev"};
  std::optional<api::Caller> caller;
  const auto known = service.read({api::Scheme::kBearer, {}, demo.key}, origin,
                                  [&](const api::Read& read) { caller = read.caller; });
  if (!known.ok()) return base::Error{base::ErrorCode::kInvalid, "console: " + known.error().message};
  std::string code;
  const auto done = service.change(*caller, origin, [&](api::Change& change) -> api::Outcome<void> {
    auto made = api::create_session_code(change);
    if (!made.ok()) return made.error();
    code = std::move(made->secret);
    return {};
  });
  if (!done.ok()) return base::Error{base::ErrorCode::kInvalid, "console: " + done.error().message};
  return address + "/console/#code=" + code;
}

std::string demo_calls(const Demo& demo, const std::string& address, const std::string& certificate) {
  const std::string curl =
      "curl " + (certificate.empty() ? std::string() : "--cacert " + shell_word(certificate) + " ");
  const std::string tenant = demo.tenant.to_string();
  const std::string json = " -H 'Content-Type: application/json'";
  const std::string bearer = " -H 'X-Tenant-ID: " + tenant + "' -H 'Authorization: Bearer " + demo.key + "'";
  return curl + "-X POST " + address + "/v1/groups/" + demo.group.to_string() + "/roles" + bearer + json +
         R"( -d '{"role":"user"}')" + "\n" + curl + "-X PATCH " + address + "/v1/roles/example" + bearer +
         json +
         R"( -d '{"name":"Requester","description":"Asks for access and gives it back","scopes":["requests:approve","grants:revoke"]}')" +
         "\n" + curl + "-X POST " + address + "/v1beta1/organizations/" + tenant + "/roles -u " +
         demo.key_id.to_string() + ":" + demo.key + json +
         R"( -d '{"name":"auditor","title":"Auditor","permissions":["app_organization_get","app_organization_auditview"],"metadata":{"description":"Reads everything, changes nothing"}}')" +
         "\n" + curl + "-X PATCH " + address + "/v1/roles/user" + bearer + json +
         R"( -d '{"scopes":["organization:administer"]}')" + "\n\n" +
         "The last one is refused, and its notice says why:\n  " + kRefusal + "\n";
}

std::string demo_hints(const Surroundings& here) {
  const std::string data = shell_word(here.store);
  const std::string program = shell_word(here.program);
  const std::string edits = here.is_built_in ? "to edit policies     " + program + " init DIR, then " +
                                                   program + " dev --config DIR/reeve.yaml\n"
                                             : "";
  return "the data lies in     " + here.store + "\n" +
         "to start over        stop this with Ctrl-C, then: rm -r " + data + "\n" + edits +
         "to take up edits     " + program + " reload --data " + data + "\n" + "the documents are    " +
         here.address + "/openapi.json; README.md and docs/ of the sources\n";
}

}  // namespace app
