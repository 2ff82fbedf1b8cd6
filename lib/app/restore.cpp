#include <cinttypes>
#include <cstdio>

#include "app/commands.h"
#include "app/run.h"
#include "backup/restore.h"
#include "base/encoding.h"
#include "crypto/random.h"

namespace app {
namespace {

constexpr std::size_t kHeadsShown = 20;

// The report goes to stderr where standard output is for the new credential alone.
void print(std::FILE* out, const std::string& store, const backup::Restored& restored) {
  const backup::Contents& contents = restored.contents;
  std::fprintf(out, "restored %s: revision %" PRIu64 ", made at %s by reeve %s\n", store.c_str(),
               contents.revision, to_string(restored.manifest.created_at).c_str(),
               restored.manifest.version.c_str());
  for (const auto& [name, count] : contents.counts)
    std::fprintf(out, "  %-15s %" PRIu64 "\n", name.c_str(), count);
  std::fprintf(out, "audit heads: %zu\n", contents.heads.size());
  for (std::size_t i = 0; i < contents.heads.size() && i < kHeadsShown; ++i) {
    const backup::Head& head = contents.heads[i];
    std::fprintf(out, "  %s %" PRIu64 " %s\n", to_string(head.tenant).c_str(), head.seq,
                 base::to_hex(crypto::raw(head.hash)).c_str());
  }
  if (contents.heads.size() > kHeadsShown)
    std::fprintf(out, "  and %zu more\n", contents.heads.size() - kHeadsShown);
  if (!restored.aside.empty())
    std::fprintf(out, "the store that was there is in %s; remove that once all is well\n",
                 restored.aside.c_str());
}

void print_credential(const backup::Restored& restored) {
  std::fprintf(stderr,
               "reeve: %" PRIu64
               " credentials are revoked, the platform's too; on standard output is a new one "
               "of the platform, this once\n",
               restored.revoked);
  std::printf("{\"client_id\":\"%s\",\"client_secret\":\"%s\"}\n", restored.credential->client_id.c_str(),
              restored.credential->secret.c_str());
}

}  // namespace

int restore(const RestoreOptions& options) {
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  const config::Config& c = settings->config;
  crypto::SystemRandom random;
  backup::RestoreOptions o;
  o.store = c.store.dir;
  o.map_bytes = c.store.map_size;
  o.now = base::SystemClock().now();
  o.revoke_credentials = options.revoke_credentials;
  o.random = &random;
  const auto restored = backup::restore(options.backup, o);
  if (!restored.ok()) return failed_with(restored.error());
  print(restored->credential ? stderr : stdout, c.store.dir, *restored);
  if (restored->credential)
    print_credential(*restored);
  else
    std::fprintf(stderr,
                 "reeve: warning: credentials that were revoked after %s are valid again, and so is all else "
                 "that was taken away since; --revoke-credentials revokes every credential\n",
                 to_string(restored->manifest.created_at).c_str());
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  return failed("standard output can't be written; the store is restored all the same" +
                std::string(restored->credential ? ", and its new credential is lost: make another with "
                                                   "`reeve credential create --platform`"
                                                 : ""));
}

}  // namespace app
