// `reeve tenant create`: one command, whether or not a server has the store. Nobody has it: the store is
// opened here, and tenant and key are one change. A server has it: it is found by the lock and by SERVER, and
// asked over HTTP, with REEVE_CREDENTIAL or the store's bootstrap-credential. That is two calls; where the
// second fails, the tenant is named in the message.
//
//   reeve tenant create Acme --admin-key > acme.key     the key alone on stdout, all else on stderr
//
// A credential is sent only to the server that holds this very store. Somebody who may not read the store's
// folder needs REEVE_CREDENTIAL and a configuration that says where that server listens.
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "api/api_keys.h"
#include "api/tenants.h"
#include "app/bootstrap_file.h"
#include "app/commands.h"
#include "app/definitions.h"
#include "app/run.h"
#include "app/server_file.h"
#include "base/json.h"
#include "client/connection.h"
#include "store/folder.h"

namespace app {
namespace {

constexpr const char* kKeyName = "admin";
constexpr const char* kAdminScope = "organization:administer";

struct Made {
  std::string id, slug;
  std::string key_id, key;  // empty where none was asked for
};

// In the store.

api::Outcome<void> create(api::Change& change, const TenantOptions& options, Made& made) {
  api::NewTenant wanted;
  wanted.name = options.name;
  wanted.slug = options.slug;
  const auto tenant = api::create_tenant(change, wanted);
  if (!tenant.ok()) return tenant.error();
  made.id = tenant->id.to_string();
  made.slug = tenant->slug;
  if (!options.admin_key) return {};
  const auto key = api::create_api_key(change, tenant->id, {kKeyName, {kAdminScope}, std::nullopt});
  if (!key.ok()) return key.error();
  made.key_id = key->credential.id.to_string();
  made.key = key->raw_key;
  return {};
}

base::Result<Made> create_in_store(const Settings& settings, const TenantOptions& options) {
  auto definitions = load_definitions(settings);
  if (!definitions.ok()) return definitions.error();
  const auto server = Server::open(settings.config, std::move(definitions).value());
  if (!server.ok()) return server.error();
  Made made;
  const auto done = server.value()->service().change(
      api::Service::itself(), {"", "tenant create"},
      [&](api::Change& change) { return create(change, options, made = Made()); });
  if (!done.ok()) return base::Error{base::ErrorCode::kInvalid, text_of(done.error())};
  return made;
}

// By a server.

base::Result<client::Credential> credential_for(const std::string& store) {
  auto credential = client::find_credential({});
  if (credential.ok() || credential.error().code != base::ErrorCode::kNotFound) return credential;
  const auto file = read_bootstrap_file(store);
  if (!file.ok() && file.error().code == base::ErrorCode::kInvalid) return file.error();
  if (!file.ok())
    return base::Error{file.error().code, file.error().message + "; set " + client::kCredential +
                                              " to a credential of the platform, CLIENT_ID:CLIENT_SECRET"};
  return client::credential_of(file->client_id + ":" + file->client_secret, bootstrap_path(store));
}

// As somebody on this machine reaches it.
client::Place place_of(const std::string& unix_socket, config::Endpoint listen) {
  if (listen.host == "0.0.0.0") listen.host = "127.0.0.1";
  if (listen.host == "::") listen.host = "::1";
  return {unix_socket, listen.host, listen.port};
}

// "https://127.0.0.1:7400", as SERVER has it.
base::Result<config::Endpoint> endpoint_of(std::string_view address) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (address.starts_with(scheme)) return config::parse_endpoint(address.substr(scheme.size()));
  return base::Error{};
}

// Where the server that has the store says it listens; nothing where no server has it. Who may not look into
// the store's folder has to believe the configuration, if there is one: a credential isn't sent to whoever
// listens at a usual place.
base::Result<std::optional<client::Place>> server_of(const Settings& settings) {
  const config::Config& c = settings.config;
  using Place = std::optional<client::Place>;
  const auto holder = store::holder_of(c.store.dir);
  if (!holder.ok()) {
    const bool is_hidden = holder.error().code == base::ErrorCode::kIo;
    if (!is_hidden || settings.source.is_built_in() || !std::getenv(client::kCredential))
      return holder.error();
    if (c.server.unix_socket.empty() && c.tls.on())
      return base::Error{base::ErrorCode::kInvalid,
                         holder.error().message + "; to know the server on " + c.server.listen.to_string() +
                             " by its certificate, this command has to read that folder"};
    return Place(place_of(c.server.unix_socket, c.server.listen));
  }
  if (!*holder) return Place();
  const auto file = read_server_file(c.store.dir, **holder);
  if (!file.ok()) return file.error();
  if (*file && !(*file)->unix_socket.empty()) return Place(client::Place{(*file)->unix_socket, "", 0});
  const auto listen = *file ? endpoint_of((*file)->address) : base::Result<config::Endpoint>(base::Error{});
  if (!listen.ok())
    return base::Error{base::ErrorCode::kConflict, c.store.dir + ": in use by process " +
                                                       std::to_string(**holder) +
                                                       ", which is not a server, or is not serving yet"};
  client::Place place = place_of("", listen.value());
  place.trusted = (*file)->certificate;
  place.name = (*file)->certificate_name.empty() ? place.host : (*file)->certificate_name;
  return Place(std::move(place));
}

// The created object; what was refused is told in the server's words.
base::Result<base::Json> post(const client::Connection& server, const std::string& path,
                              const std::string& body, const std::string& tenant = "") {
  client::Request request{"POST", path, {}, body};
  if (!tenant.empty()) request.headers.emplace_back("X-Tenant-ID", tenant);
  return server.call(request, 201);
}

std::string text_at(const base::Json& object, std::string_view name) {
  const std::string* text = object.find_string(name);
  return text ? *text : "";
}

base::Result<Made> create_by(const client::Place& place, const std::string& store,
                             const TenantOptions& options) {
  auto credential = credential_for(store);
  if (!credential.ok()) return credential.error();
  const client::Connection server{place, std::move(credential).value()};
  base::JsonWriter tenant;
  tenant.begin_object().member("name", options.name);
  if (options.slug) tenant.member("slug", *options.slug);
  const auto created = post(server, "/v1/tenants", tenant.end_object().take());
  if (!created.ok()) return created.error();
  Made made{text_at(*created, "id"), text_at(*created, "slug"), "", ""};
  if (!options.admin_key) return made;
  base::JsonWriter key;
  key.begin_object().member("name", kKeyName);
  key.name("scopes").begin_array().string(kAdminScope).end_array().end_object();
  const auto keyed = post(server, "/v1/api-keys", key.take(), made.id);
  if (!keyed.ok())
    return base::Error{keyed.error().code,
                       "tenant " + made.id + " is made, but it has no key: " + keyed.error().message};
  made.key_id = text_at(*keyed, "id");
  made.key = text_at(*keyed, "raw_key");
  return made;
}

// On stdout what a script wants, and nothing else: the key, or the tenant's id.
int print(const TenantOptions& options, const Made& made) {
  std::fprintf(stderr, "tenant %s: id %s, slug %s\n", options.name.c_str(), made.id.c_str(),
               made.slug.c_str());
  if (options.admin_key)
    std::fprintf(stderr, "its key %s may do everything in it; it is on standard output, this once\n",
                 made.key_id.c_str());
  std::printf("%s\n", (options.admin_key ? made.key : made.id).c_str());
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  return failed("standard output can't be written" +
                (options.admin_key ? "; the key " + made.key_id + " is lost: revoke it and make another"
                                   : std::string()));
}

}  // namespace

int create_tenant(const TenantOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  const auto place = server_of(*settings);
  if (!place.ok()) return failed(place.error().message);
  const auto made =
      *place ? create_by(**place, settings->config.store.dir, options) : create_in_store(*settings, options);
  if (!made.ok()) return failed(made.error().message);
  return print(options, *made);
}

}  // namespace app
