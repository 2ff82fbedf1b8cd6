#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "api/error.h"
#include "dialects/dialect.h"
#include "http/message.h"

// What a request says in headers that all dialects read alike. Conditions are in conditions.h, credentials in
// credentials.h.
namespace dialects {

// Of an answer: the id of its entry in the tenant's decision log.
inline constexpr const char* kEvaluationId = "X-Evaluation-ID";

// The request's own id, as its dialect takes one; empty: it has none.
std::string sent_id(const http::Request&, const Dialect&);

// That the id is longer than the dialect takes, where it refuses that.
std::optional<api::Error> wrong_id(const http::Request&, const Dialect&);

// Of a POST; empty: it has none.
api::Outcome<std::string> idempotency_key(const http::Request&);

// The revision since which a change wants nothing to have changed; nothing: it doesn't mind.
api::Outcome<std::optional<std::uint64_t>> if_revision(const http::Request&);

// The revision that a read wants to see at least; 0: any.
api::Outcome<std::uint64_t> min_revision(const http::Request&);

}  // namespace dialects
