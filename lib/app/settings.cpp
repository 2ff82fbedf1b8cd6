// Which configuration counts is decided once, by the first of: --config, REEVE_CONFIG, the usual file, what
// is built in. It stays decided: a file that is gone at a reload is a mistake, and doesn't let the next one
// of the list take its place.
//
//   reeve serve                        /etc/reeve/reeve.yaml, or built in
//   REEVE_CONFIG=/srv/r.yaml reeve …   /srv/r.yaml; if that is missing the message names the variable
//
// A file that can't be looked at (no permission on its folder) counts as there. --listen and --data replace
// their keys afterwards; no other key can be given on the command line.
#include "app/settings.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>

#include "base/embedded.h"
#include "config/network.h"

namespace app {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// A file that may not be looked at is there: to pass it over would start something else than was meant.
bool is_there(const std::string& path) {
  struct stat s;
  return ::stat(path.c_str(), &s) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

base::Error with_name(const Source& source, const base::Error& error) {
  const bool is_absent = error.code == base::ErrorCode::kNotFound && !source.found_by.empty();
  return is_absent ? base::Error{error.code, source.found_by + ": " + error.message} : error;
}

}  // namespace

std::string Source::to_string() const {
  if (is_built_in()) return "built in";
  return found_by == "REEVE_CONFIG" ? path + " (REEVE_CONFIG)" : path;
}

Source find_source(const Given& given, const std::string& usual) {
  if (given.config) return {*given.config, "--config"};
  if (const std::string named = variable("REEVE_CONFIG"); !named.empty()) return {named, "REEVE_CONFIG"};
  return {is_there(usual) ? usual : "", ""};
}

std::string_view built_in(std::string_view path) {
  for (const base::EmbeddedFile& file : base::embedded_files())
    if (file.path == path) return file.text;
  assert(false && "a file of config/ is missing in the program");
  return {};
}

base::Result<std::string> data_home() {
  // A relative path is to be ignored (XDG Base Directory Specification).
  if (const std::string home = variable("XDG_DATA_HOME"); home.starts_with('/')) return home + "/reeve";
  if (const std::string home = variable("HOME"); home.starts_with('/')) return home + "/.local/share/reeve";
  return base::Error{
      base::ErrorCode::kInvalid,
      "no folder for the store: neither XDG_DATA_HOME nor HOME is set; give one with --data DIR"};
}

base::Result<std::string> default_store() {
  return ::geteuid() == 0 ? base::Result<std::string>("/var/lib/reeve") : data_home();
}

base::Result<Settings> load_settings(const Source& source, const Given& given) {
  if (source.is_built_in() && !source.found_by.empty())
    return base::Error{base::ErrorCode::kInvalid, source.found_by + ": must be a path, not empty"};
  auto loaded = source.is_built_in() ? config::parse_config("reeve.yaml", built_in("config/reeve.yaml"))
                                     : config::load_config(source.path);
  if (!loaded.ok()) return with_name(source, loaded.error());
  Settings s{source, std::move(loaded).value()};
  using Kind = config::KeyOrigin::Kind;
  if (source.is_built_in()) s.config.origins.clear();  // it says what is so anyway
  if (std::getenv(kBootstrapSecret))
    s.config.origins["bootstrap.secret_file"] = {Kind::kEnvironment, kBootstrapSecret};
  if (given.listen) {
    const auto endpoint = config::parse_endpoint(*given.listen);
    if (!endpoint.ok())
      return base::Error{base::ErrorCode::kInvalid, "--listen: " + endpoint.error().message};
    s.config.server.listen = endpoint.value();
    s.config.origins["server.listen"] = {Kind::kCommandLine, "--listen"};
  }
  if (given.data) {
    s.config.store.dir = *given.data;
    s.config.origins["store.dir"] = {Kind::kCommandLine, "--data"};
  } else if (source.is_built_in()) {
    auto dir = default_store();
    if (!dir.ok()) return dir.error();
    s.config.store.dir = std::move(dir).value();
    s.config.origins["store.dir"] = {Kind::kEnvironment,
                                     variable("XDG_DATA_HOME").starts_with('/') ? "XDG_DATA_HOME" : "HOME"};
  }
  return s;
}

}  // namespace app
