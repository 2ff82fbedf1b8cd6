// `reeve backup create`, in the store's own files: it reads one snapshot, as `reeve store dump` does, so that
// it works beside a server too. A single file is written under another name, and gets its own once it is on
// disk.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>

#include "app/backups.h"
#include "app/run.h"
#include "backup/archive.h"
#include "backup/files.h"
#include "store/folder.h"
#include "store/read_only.h"

namespace app {
namespace {

constexpr const char* kStandardOutput = "-";

base::Result<backup::Original> original_of(const store::ReadOnlyStore& store, std::uint64_t spare) {
  const auto bytes = store.used_bytes();
  if (!bytes.ok()) return bytes.error();
  backup::Original original;
  original.copy_to = [&store](const std::string& dir, const std::stop_token& stop) {
    return store.copy_to(dir, stop);
  };
  original.bytes = *bytes;
  original.spare = spare;
  return original;
}

base::Result<void> write_stream(const backup::Stream& stream, const base::Descriptor& out,
                                const std::string& path) {
  if (auto r = backup::write_all(out, path, backup::archive_begin(stream.name, stream.manifest)); !r.ok())
    return r;
  std::vector<char> piece(std::size_t{1} << 17);
  for (;;) {
    const auto n = backup::read_some(stream.data, stream.name, piece.data(), piece.size());
    if (!n.ok()) return n.error();
    if (*n == 0) break;
    if (auto r = backup::write_all(out, path, {piece.data(), *n}); !r.ok()) return r;
  }
  return backup::write_all(out, path, backup::archive_end(stream.manifest));
}

base::Result<void> write_file(const backup::Stream& stream, const std::string& path) {
  if (path == kStandardOutput)
    return write_stream(stream, base::Descriptor(::dup(STDOUT_FILENO)), "standard output");
  const std::string beside = path + ".part";
  ::unlink(beside.c_str());
  const auto written = [&]() -> base::Result<void> {
    const auto out = backup::open_new(beside);
    if (!out.ok()) return out.error();
    if (auto r = write_stream(stream, *out, beside); !r.ok()) return r;
    if (auto r = backup::flush(*out, beside); !r.ok()) return r;
    return backup::rename_new(beside, path);
  }();
  if (!written.ok()) ::unlink(beside.c_str());
  return written;
}

int say(const std::string& where, const backup::Manifest& manifest, std::FILE* out) {
  std::fprintf(out, "%s: revision %" PRIu64 ", %" PRIu64 " bytes\n", where.c_str(),
               manifest.contents.revision, manifest.bytes);
  return 0;
}

}  // namespace

int create_backup(const BackupOptions& options) {
  if (is_of_server(options)) return create_backup_at(options);
  signal(SIGPIPE, SIG_IGN);
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  const config::Config& c = settings->config;
  const auto store = store::ReadOnlyStore::open(c.store.dir, c.store.map_size);
  if (!store.ok()) return failed(store.error().message);
  const auto original = original_of(*store.value(), c.store.reserve);
  if (!original.ok()) return failed(original.error().message);
  const base::Timestamp now = base::SystemClock().now();
  if (!options.output) {
    const auto folder = backup_folder(options);
    if (!folder.ok()) return failed(folder.error().message);
    const auto made = backup::create(*original, *folder, now);
    if (!made.ok()) return failed_with(made.error());
    return say(*folder + "/" + made->name, made->manifest, stdout);
  }
  if (*options.output != kStandardOutput && ::access(options.output->c_str(), F_OK) == 0)
    return failed(*options.output + ": exists already");
  // Where no folder is named, it is copied into the store's own for the while.
  const auto folder = backup_folder(options);
  const auto stream = backup::create_stream(*original, folder.ok() ? *folder : c.store.dir + "/backups", now);
  if (!stream.ok()) return failed_with(stream.error());
  if (const auto r = write_file(*stream, *options.output); !r.ok()) return failed(r.error().message);
  return say(*options.output == kStandardOutput ? stream->name : *options.output, stream->manifest, stderr);
}

}  // namespace app
