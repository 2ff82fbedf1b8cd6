// SERVER is one JSON object beside the store's LOCK, replaced whole at each change, readable by the server's
// user alone:
//
//   {"pid":4711,"address":"http://127.0.0.1:7400","unix_socket":"","reloads":2,"is_reloading":false}
//
// A server that is killed leaves it behind. So a reader first asks the lock who holds the store
// (store/folder.h), and takes the file only if it names that process: a number that was given to another
// process since means nothing.
#include "app/server_file.h"

#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"

namespace app {
namespace {

constexpr std::size_t kMaxMistake = std::size_t{64} * 1024;
constexpr std::size_t kMaxFile = std::size_t{1} << 20;  // the mistake is at most six times as long in JSON

std::string path_in(const std::string& store) {
  return store + "/SERVER";
}

std::string cut(const std::string& text) {
  std::size_t n = std::min(text.size(), kMaxMistake);
  while (n > 0 && n < text.size() && base::utf8::is_continuation(text[n])) --n;
  return text.substr(0, n);
}

template <typename T>
T value_or(const T* value, T otherwise) {
  return value ? *value : otherwise;
}

std::optional<ServerFile> parse(const std::string& text) {
  const auto json = base::parse_json(text);
  if (!json.ok() || !json->object()) return std::nullopt;
  const auto member = [&](std::string_view name) {
    const base::Json* found = json->find(name);
    return found ? *found : base::Json();
  };
  ServerFile file;
  file.pid = static_cast<pid_t>(value_or(member("pid").integer(), std::int64_t{0}));
  file.address = value_or(json->find_string("address"), std::string());
  file.unix_socket = value_or(json->find_string("unix_socket"), std::string());
  file.certificate = value_or(json->find_string("certificate"), std::string());
  file.certificate_name = value_or(json->find_string("certificate_name"), std::string());
  file.reloads = static_cast<std::uint64_t>(value_or(member("reloads").integer(), std::int64_t{0}));
  file.is_reloading = value_or(member("is_reloading").boolean(), false);
  if (const std::string* mistake = json->find_string("mistake")) file.mistake = *mistake;
  return file;
}

}  // namespace

base::Result<void> write_server_file(const std::string& store, const ServerFile& file) {
  base::JsonWriter w;
  w.begin_object().member("pid", file.pid).member("address", file.address);
  w.member("unix_socket", file.unix_socket);
  if (!file.certificate.empty())
    w.member("certificate", file.certificate).member("certificate_name", file.certificate_name);
  w.member("reloads", file.reloads).member("is_reloading", file.is_reloading);
  if (file.mistake) w.member("mistake", cut(*file.mistake));
  return base::write_file(path_in(store), w.end_object().take() + "\n", 0600);
}

base::Result<std::optional<ServerFile>> read_server_file(const std::string& store, pid_t pid) {
  const auto text = base::read_file(path_in(store), kMaxFile);
  if (!text.ok() && text.error().code != base::ErrorCode::kNotFound) return text.error();
  auto file = text.ok() ? parse(*text) : std::nullopt;
  if (file && file->pid != pid) file.reset();
  return file;
}

void remove_server_file(const std::string& store) {
  ::unlink(path_in(store).c_str());
}

}  // namespace app
