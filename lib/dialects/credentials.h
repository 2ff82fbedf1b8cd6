#pragma once
#include <string>
#include <string_view>

#include "api/authenticate.h"
#include "http/message.h"

namespace dialects {

// The one credential that a request presents: `Authorization: Bearer <key or token>`,
// `Authorization: Basic <base64 of id:secret>` (RFC 7617), `X-API-Key: <key>`, or the cookie of a browser's
// session with `X-Reeve-Console: 1`, which is none without that header. Whether it is valid is another
// question.
struct PresentedCredential {
  api::Scheme scheme = api::Scheme::kBearer;
  std::string id, secret;
  api::Presented view() const { return {scheme, id, secret}; }
};

// kUnauthenticated where there is none, more than one, or what is there can't be read; a session's also where
// the request may come from a page of another site, or others could read it on the way. A bearer that is
// `rvc_…` is a code to begin a session where the call takes one.
api::Outcome<PresentedCredential> presented_credential(const http::Request&, bool takes_code = false);

// Whether a header may be part of that, for who keeps a request to look at its caller again.
bool is_of_credential(std::string_view header_name);

}  // namespace dialects
