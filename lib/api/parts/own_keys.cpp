#include "api/parts/own_keys.h"

#include <utility>

namespace api {

Outcome<std::vector<domain::Credential>> own_keys(const Read& read, const domain::ServiceUser& user) {
  std::vector<domain::Credential> keys;
  if (!user.is_api_key) return keys;
  const auto done = stored(domain::each_credential_of(read.txn, user.tenant, user.id, nullptr,
                                                      [&](domain::Credential&& credential) {
                                                        if (credential.valid_at(read.now))
                                                          keys.push_back(std::move(credential));
                                                        return true;
                                                      }));
  if (!done.ok()) return done.error();
  return keys;
}

}  // namespace api
