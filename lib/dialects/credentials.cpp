// Which headers there are is looked at before what they hold: with two credentials it would not be clear
// whose call it is, so one too many is refused even where both are the same.
#include "dialects/credentials.h"

#include "base/encoding.h"

namespace dialects {
namespace {

api::Error refused(std::string why) {
  return api::error(api::Code::kUnauthenticated, "credential: " + why);
}

bool same_word(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char c = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] - 'A' + 'a') : a[i];
    if (c != lower[i]) return false;
  }
  return true;
}

api::Outcome<PresentedCredential> basic(std::string_view encoded) {
  const auto pair = base::from_base64(encoded);
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos)
    return refused("Basic must be followed by the base64 text of client_id:client_secret");
  return PresentedCredential{api::Scheme::kBasic, pair->substr(0, colon), pair->substr(colon + 1)};
}

api::Outcome<PresentedCredential> authorization(std::string_view value) {
  const std::size_t blank = value.find(' ');
  const std::string_view scheme = value.substr(0, blank);
  std::string_view rest = blank == std::string_view::npos ? std::string_view() : value.substr(blank);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  if (rest.empty()) return refused("Authorization must be a scheme, Bearer or Basic, and a credential");
  if (same_word(scheme, "bearer")) return PresentedCredential{api::Scheme::kBearer, {}, std::string(rest)};
  if (same_word(scheme, "basic")) return basic(rest);
  return refused("Authorization must begin with Bearer or Basic");
}

}  // namespace

api::Outcome<PresentedCredential> presented_credential(const http::Request& request) {
  const http::HeaderField header = request.header("authorization");
  const http::HeaderField key = request.header("x-api-key");
  if (header.count + key.count == 0)
    return refused("missing; send Authorization: Bearer, Authorization: Basic or X-API-Key");
  if (header.count + key.count > 1)
    return refused("more than one; send only one of Authorization and X-API-Key");
  if (header.count == 1) return authorization(header.value);
  if (key.value.empty()) return refused("X-API-Key is empty");
  return PresentedCredential{api::Scheme::kApiKeyHeader, {}, std::string(key.value)};
}

}  // namespace dialects
