// Which headers there are is looked at before what they hold: with two credentials it would not be clear
// whose call it is, so one too many is refused even where both are the same.
//
//   Authorization: Bearer rvk_…              an API key or secret
//   Authorization: Basic base64(id:secret)   a client id and its secret, split at the first colon
//   X-API-Key: rvk_…                         an API key
//   X-Reeve-Console: 1, Cookie: reeve-…=…    a browser's session (session_cookie.h)
//
// A browser sends a cookie along with what a page of any other site has it ask for. The header is what such a
// page can't send without asking first, and isn't allowed to when it asks; Origin and Sec-Fetch-Site say the
// rest, for pages on another port of the same host, of which a browser thinks as of the same site.
//
// Nothing is looked up here, and no message repeats what was sent.
#include "dialects/credentials.h"

#include <algorithm>
#include <iterator>

#include "base/encoding.h"
#include "base/text.h"
#include "dialects/session_cookie.h"
#include "http/cross_site.h"

namespace dialects {
namespace {

api::Error refused(std::string why) {
  return api::error(api::Code::kUnauthenticated, "credential: " + why);
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
  if (base::equal_ignoring_case(scheme, "bearer"))
    return PresentedCredential{api::Scheme::kBearer, {}, std::string(rest)};
  if (base::equal_ignoring_case(scheme, "basic")) return basic(rest);
  return refused("Authorization must begin with Bearer or Basic");
}

api::Outcome<PresentedCredential> session(const http::Request& request) {
  const auto secret = cookie_value(request);
  if (!secret) return refused("the console has no session; log in");
  if (http::crosses_sites(request)) return refused("a page of another site may not use a session");
  if (!is_private(request)) return refused("a session may not be used where others can read it on the way");
  return PresentedCredential{api::Scheme::kSession, {}, std::string(*secret)};
}

}  // namespace

bool is_of_credential(std::string_view header_name) {
  constexpr std::string_view kNames[] = {"authorization", "x-api-key", "x-reeve-console", "cookie",
                                         "host",          "origin",    "sec-fetch-site"};
  return std::find(std::begin(kNames), std::end(kNames), header_name) != std::end(kNames);
}

api::Outcome<PresentedCredential> presented_credential(const http::Request& request, bool takes_code) {
  const http::HeaderField header = request.header("authorization");
  const http::HeaderField key = request.header("x-api-key");
  const bool is_console = request.header("x-reeve-console").value == "1";
  if (header.count + key.count == 0) {
    if (is_console) return session(request);
    return refused("missing; send Authorization: Bearer, Authorization: Basic or X-API-Key");
  }
  if (header.count + key.count > 1)
    return refused("more than one; send only one of Authorization and X-API-Key");
  if (header.count == 1) {
    auto presented = authorization(header.value);
    if (takes_code && presented.ok() && presented->scheme == api::Scheme::kBearer &&
        api::looks_like_session_code(presented->secret))
      presented->scheme = api::Scheme::kSessionCode;
    return presented;
  }
  if (key.value.empty()) return refused("X-API-Key is empty");
  return PresentedCredential{api::Scheme::kApiKeyHeader, {}, std::string(key.value)};
}

}  // namespace dialects
