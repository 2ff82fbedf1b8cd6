#include <cinttypes>
#include <cstdio>

#include "app/commands.h"
#include "app/run.h"
#include "following/marker.h"
#include "store/folder.h"
#include "store/read_only.h"

namespace app {
namespace {

base::Error missing(const std::string& what) {
  return {base::ErrorCode::kInvalid, what};
}

// What the command line says, in the place of the configuration's.
base::Result<Settings> load(const Source& source, const FollowOptions& options) {
  auto settings = load_settings(source, options.given);
  if (!settings.ok()) return settings;
  config::FollowConfig& follow = settings->config.follow;
  const auto replace = [&](const char* key, std::string& value, const std::optional<std::string>& given) {
    if (!given) return;
    value = *given;
    settings->config.origins[key] = {config::KeyOrigin::Kind::kCommandLine, "follow"};
  };
  replace("follow.url", follow.url, options.url);
  replace("follow.credential_file", follow.credential_file, options.credential_file);
  replace("follow.ca_file", follow.ca_file, options.authorities);
  if (follow.url.empty()) return missing("no server to follow; give its URL, or set follow.url");
  if (follow.credential_file.empty())
    return missing("no credential; give --credential-file FILE, or set follow.credential_file");
  return settings;
}

base::Result<Primary> primary_of(const Settings& settings, const FollowOptions& options) {
  const config::FollowConfig& follow = settings.config.follow;
  client::Given given;
  given.server = follow.url;
  given.flag = "follow";
  if (!follow.ca_file.empty()) given.authorities = follow.ca_file;
  given.insecure = options.insecure;
  auto place = client::place_of(given);
  if (!place.ok()) return place.error();
  if (auto credential = client::read_credential(follow.credential_file); !credential.ok())
    return credential.error();
  return Primary{std::move(place).value(), follow.credential_file};
}

int promote(const FollowOptions& options) {
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  const std::string& dir = settings->config.store.dir;
  const auto folder = store::Folder::hold(dir);
  if (!folder.ok()) return failed(folder.error().message);
  const auto marker = following::read_marker(dir);
  if (!marker.ok()) return failed(marker.error().message);
  if (!*marker) return failed(dir + ": no copy; there is nothing to promote");
  const auto has = folder->has_store();
  if (!has.ok()) return failed(has.error().message);
  if (!*has) return failed(dir + ": has no store yet; there is nothing to promote");
  store::Revision revision = 0;
  {
    const auto store = store::ReadOnlyStore::open(dir, settings->config.store.map_size);
    if (!store.ok()) return failed(store.error().message);
    const auto snapshot = store.value()->read();
    if (!snapshot.ok()) return failed(snapshot.error().message);
    revision = snapshot->revision();
  }
  if (auto r = following::remove_marker(dir); !r.ok()) return failed(r.error().message);
  std::printf(
      "%s: a primary from now on, at revision %" PRIu64
      "; `reeve serve` serves it\nit was a copy of %s%s: what was changed there and isn't here is lost, "
      "so that server must not take changes any more\n",
      dir.c_str(), revision, (*marker)->primary.c_str(),
      (*marker)->current_at ? (", and had everything at " + to_string(*(*marker)->current_at)).c_str() : "");
  return 0;
}

}  // namespace

int follow(const FollowOptions& options) {
  if (options.promote) return promote(options);
  const Source source = find_source(options.given);
  return run({.load = [&] { return load(source, options); },
              .allow_insecure_permissions = options.given.allow_insecure_permissions,
              .takes_sockets = true,
              .primary = [&](const Settings& settings) { return primary_of(settings, options); }});
}

}  // namespace app
