#pragma once
#include <string>

#include "api/authenticate.h"
#include "http/message.h"

namespace dialects {

// The one credential that a request presents: `Authorization: Bearer <key or token>`,
// `Authorization: Basic <base64 of id:secret>` (RFC 7617) or `X-API-Key: <key>`. Whether it is valid is
// another question.
struct PresentedCredential {
  api::Scheme scheme = api::Scheme::kBearer;
  std::string id, secret;
  api::Presented view() const { return {scheme, id, secret}; }
};

// kUnauthenticated where there is none, more than one, or what is there can't be read.
api::Outcome<PresentedCredential> presented_credential(const http::Request&);

}  // namespace dialects
