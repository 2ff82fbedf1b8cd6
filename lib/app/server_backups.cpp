// `reeve backup create|list|verify|prune --server`: the same of a server that may be another machine's, by
// its calls (docs/operations.md, "Back up"). A backup stays in the server's own folder; with a single file
// asked for, it is fetched as well, and verified before the file gets its name.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <optional>

#include "app/backups.h"
#include "app/run.h"
#include "backup/verify.h"
#include "base/file.h"

namespace app {
namespace {

constexpr const char* kCalls = "/v1/backups";
constexpr const char* kStandardOutput = "-";

// Copying and checking a large store takes minutes, sending it to far away hours.
const client::Limits kPatient{.whole = std::chrono::hours(12)};

std::string text_at(const base::Json& object, std::string_view name) {
  const std::string* const text = object.find_string(name);
  return text ? *text : "";
}

std::int64_t number_at(const base::Json& object, std::string_view name) {
  const base::Json* const member = object.find(name);
  return member && member->integer() ? *member->integer() : 0;
}

// As the command has it of a folder (backup.cpp).
void print(const base::Json& backup, std::FILE* out) {
  const std::string name = text_at(backup, "name"), damage = text_at(backup, "damage");
  if (!damage.empty()) {
    std::fprintf(out, "%s  damaged: %s\n", name.c_str(), damage.c_str());
    return;
  }
  std::fprintf(out, "%s  revision %" PRId64 "  %" PRId64 " bytes  reeve %s\n", name.c_str(),
               number_at(backup, "revision"), number_at(backup, "bytes"), text_at(backup, "version").c_str());
}

base::Result<base::Json> backups_of(const client::Connection& server) {
  return server.call({"GET", kCalls, {}, {}}, 200);
}

// The server holds what it sends against the backup's SHA-256, and breaks off where it isn't that.
base::Result<void> fetch(const client::Connection& server, const std::string& name,
                         base::FunctionRef<bool(std::string_view)> take) {
  if (name.find('/') != std::string::npos)
    return base::Error{base::ErrorCode::kInvalid, name + ": is no name of a backup"};
  return server.download({"GET", kCalls + ("/" + name + "/archive"), {}, {}}, take, kPatient);
}

base::Result<void> fetch_to_output(const client::Connection& server, const std::string& name) {
  const auto fetched = fetch(server, name, [](std::string_view piece) {
    return std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
  });
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return base::Error{base::ErrorCode::kIo, "standard output can't be written"};
  return fetched;
}

base::Result<void> fetch_to_file(const client::Connection& server, const std::string& name,
                                 const std::string& path) {
  const std::string beside = path + ".part";
  auto file = base::NewFile::create(beside, 0600);
  if (!file.ok()) return file.error();
  base::Result<void> written;
  const auto fetched = fetch(server, name, [&](std::string_view piece) {
    written = file->write(piece);
    return written.ok();
  });
  if (!written.ok()) return written;
  if (!fetched.ok()) return fetched;
  if (const auto verified = backup::verify(beside); !verified.ok()) return verified.error();
  return file->commit(path);
}

std::vector<std::string> texts_at(const base::Json& object, std::string_view name) {
  std::vector<std::string> texts;
  const base::Json* const member = object.find(name);
  if (!member || !member->array()) return texts;
  for (const base::Json& element : *member->array())
    if (const std::string* const text = element.string()) texts.push_back(*text);
  return texts;
}

std::optional<client::Connection> connect(const BackupOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  auto server = client::connection_of(options.at);
  if (server.ok()) return std::move(server).value();
  failed(server.error().message);
  return std::nullopt;
}

}  // namespace

bool is_of_server(const BackupOptions& options) {
  if (options.at.server) return true;
  const bool has_path =
      std::any_of(options.backups.begin(), options.backups.end(),
                  [](const std::string& one) { return one.find('/') != std::string::npos; });
  return !has_path && !options.given.config && !options.given.data && !options.dir &&
         client::names_server(options.at);
}

int create_backup_at(const BackupOptions& options) {
  if (options.output && *options.output != kStandardOutput && ::access(options.output->c_str(), F_OK) == 0)
    return failed(*options.output + ": exists already");
  const auto server = connect(options);
  if (!server) return 1;
  const auto made = server->call({"POST", kCalls, {}, {}}, 201, kPatient);
  if (!made.ok()) return failed(made.error().message);
  const std::string name = text_at(*made, "name");
  print(*made, options.output ? stderr : stdout);
  if (!options.output) return 0;
  const auto fetched = *options.output == kStandardOutput ? fetch_to_output(*server, name)
                                                          : fetch_to_file(*server, name, *options.output);
  if (fetched.ok()) return 0;
  return failed_with(
      {fetched.error().code, name + " is made, and could not be fetched: " + fetched.error().message});
}

int list_backups_at(const BackupOptions& options) {
  const auto server = connect(options);
  if (!server) return 1;
  const auto all = backups_of(*server);
  if (!all.ok()) return failed(all.error().message);
  if (const base::Json* const data = all->find("data"); data && data->array())
    for (const base::Json& backup : *data->array()) print(backup, stdout);
  return 0;
}

int verify_backups_at(const BackupOptions& options) {
  const auto server = connect(options);
  if (!server) return 1;
  std::vector<std::string> names = options.backups;
  if (names.empty()) {
    const auto all = backups_of(*server);
    if (!all.ok()) return failed(all.error().message);
    const base::Json* const data = all->find("data");
    if (!data || !data->array() || data->array()->empty())
      return failed(server->place.to_string() + ": there is no backup");
    names.push_back(text_at(data->array()->front(), "name"));
  }
  int code = 0;
  for (const std::string& name : names) {
    std::uint64_t bytes = 0;
    const auto fetched = fetch(*server, name, [&](std::string_view piece) {
      bytes += piece.size();
      return true;
    });
    if (fetched.ok())
      std::printf("%s: %" PRIu64 " bytes sent: they are right; `reeve restore` checks its contents\n",
                  name.c_str(), bytes);
    else
      code = std::max(code, failed_with(fetched.error()));
  }
  return code;
}

int prune_backups_at(const BackupOptions& options) {
  const auto server = connect(options);
  if (!server) return 1;
  const std::string target = std::string(kCalls) + "/prune" + (options.dry ? "?dry_run=true" : "");
  const auto answer = server->call({"POST", target, {}, {}}, 200, kPatient);
  if (!answer.ok()) return failed(answer.error().message);
  print_pruned({texts_at(*answer, "removed"), texts_at(*answer, "kept"), texts_at(*answer, "damaged"),
                text_at(*answer, "verified")},
               options.dry);
  return 0;
}

}  // namespace app
