// COPY is one JSON object, replaced whole:
//
//   {"primary":"https://reeve.example.com:7400","current_at":"2026-04-15T12:00:00.000Z","revision":4711}
#include "following/marker.h"

#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/json.h"
#include "store/folder.h"

namespace following {
namespace {

constexpr std::size_t kMostOfFile = std::size_t{64} << 10U;

}  // namespace

std::string marker_path(const std::string& dir) {
  return dir + "/COPY";
}

base::Result<std::optional<Marker>> read_marker(const std::string& dir) {
  const std::string path = marker_path(dir);
  const auto text = base::read_file(path, kMostOfFile);
  if (!text.ok() && text.error().code == base::ErrorCode::kNotFound) return std::optional<Marker>();
  if (!text.ok()) return text.error();
  const auto json = base::parse_json(*text);
  const std::string* const primary = json.ok() ? json->find_string("primary") : nullptr;
  if (!primary)
    return base::Error{base::ErrorCode::kCorrupt, path + ": doesn't say of what this store is a copy"};
  Marker marker{*primary};
  if (const std::string* const at = json->find_string("current_at"))
    marker.current_at = base::parse_timestamp(*at);
  const base::Json* const revision = json->find("revision");
  if (revision && revision->integer()) marker.revision = static_cast<store::Revision>(*revision->integer());
  if (const std::string* const why = json->find_string("diverged")) marker.diverged = *why;
  return std::optional(std::move(marker));
}

base::Result<void> write_marker(const std::string& dir, const Marker& marker) {
  base::JsonWriter w;
  w.begin_object().member("primary", marker.primary);
  if (marker.current_at) w.member("current_at", *marker.current_at).member("revision", marker.revision);
  if (!marker.diverged.empty()) w.member("diverged", marker.diverged);
  return base::write_file(marker_path(dir), w.end_object().take() + "\n", 0600);
}

base::Result<void> remove_marker(const std::string& dir) {
  const std::string path = marker_path(dir);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return store::system_failure(path, errno);
  return store::flush_parent(path);
}

}  // namespace following
