#include "dialects/request_headers.h"

#include <charconv>
#include <system_error>

#include "api/limits.h"

namespace dialects {
namespace {

// Nothing where there is no such header.
api::Outcome<std::optional<std::uint64_t>> revision_in(const http::HeaderField& header, const char* name) {
  if (header.count == 0) return std::optional<std::uint64_t>();
  std::uint64_t revision = 0;
  const char* const end = header.value.data() + header.value.size();
  const auto [rest, failure] = std::from_chars(header.value.data(), end, revision);
  if (failure != std::errc() || rest != end)  // also of none, or of several
    return api::invalid(name, "must be a revision, a number as X-Revision has it, given once");
  return std::optional(revision);
}

}  // namespace

std::string sent_id(const http::Request& request, const Dialect& dialect) {
  const http::HeaderField header = request.header("x-request-id");
  const bool fits = header.count == 1 && header.value.size() <= dialect.request_id_bytes;
  return fits ? std::string(header.value) : request.request_id;
}

std::optional<api::Error> wrong_id(const http::Request& request, const Dialect& dialect) {
  if (dialect.request_id_bytes == 0 ||
      request.header("x-request-id").value.size() <= dialect.request_id_bytes)
    return std::nullopt;
  return api::invalid("X-Request-ID",
                      "must be at most " + std::to_string(dialect.request_id_bytes) + " bytes");
}

api::Outcome<std::string> idempotency_key(const http::Request& request) {
  const http::HeaderField header = request.header("idempotency-key");
  if (request.method != "POST" || header.count == 0) return std::string();
  bool good = header.count == 1 && !header.value.empty() && header.value.size() <= api::kMaxIdempotencyKey;
  for (const char c : header.value) good = good && c > ' ' && c <= '~';
  if (!good)
    return api::invalid("Idempotency-Key", "must be 1 to " + std::to_string(api::kMaxIdempotencyKey) +
                                               " visible ASCII characters, given once");
  return std::string(header.value);
}

api::Outcome<std::optional<std::uint64_t>> if_revision(const http::Request& request) {
  return revision_in(request.header("x-if-revision"), "X-If-Revision");
}

api::Outcome<std::uint64_t> min_revision(const http::Request& request) {
  const auto revision = revision_in(request.header("x-min-revision"), "X-Min-Revision");
  if (!revision.ok()) return revision.error();
  return revision->value_or(0);
}

}  // namespace dialects
