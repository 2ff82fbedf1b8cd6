#include "app/key_uses.h"

#include <utility>

#include "base/log.h"
#include "domain/credential.h"

namespace app {

std::unique_ptr<api::KeyUses> open_key_uses(const std::string& dir, base::Timestamp now) {
  std::string moved;
  auto uses = api::KeyUses::open(dir + "/key-uses", now, moved);
  if (!moved.empty()) base::logging::warn("key uses", {{"warning", moved}});
  if (uses.ok()) return std::move(uses).value();
  base::logging::warn("key uses", {{"warning", uses.error().message}});
  return nullptr;
}

void keep_key_uses(api::KeyUses& uses, const store::Store& store) {
  auto done = uses.flush();
  const auto snapshot = store.read();
  if (done.ok() && snapshot.ok())
    done = uses.sweep([&](const domain::CredentialId& id) -> base::Result<bool> {
      const auto found = domain::get_credential(*snapshot, id);
      if (!found.ok()) return found.error();
      return found->has_value();
    });
  if (!done.ok()) base::logging::warn("key uses", {{"warning", done.error().message}});
}

}  // namespace app
