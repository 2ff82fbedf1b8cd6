#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"

namespace api {

// What is repeated: everything that makes the request the same one.
struct IdempotentRequest {
  std::string_view key, method, path, body;
};

struct KeptAnswer {
  int status = 0;
  std::string headers;  // as the dialect wrote them, opaque here
  std::string body;
};

// The answer that the same caller got to this key within the last 24 h; kIdempotencyConflict where it was to
// another request. To be asked inside the change, before the operation: of two at once one is first.
Outcome<std::optional<KeptAnswer>> find_answer(const Read&, const IdempotentRequest&);

// Keeps the answer to a change that was made, in the same transaction.
Outcome<void> keep_answer(Change&, const IdempotentRequest&, const KeptAnswer&);

}  // namespace api
