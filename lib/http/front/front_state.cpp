#include "http/front/front_state.h"

#include <utility>

#include "base/keyed_hash.h"
#include "base/log.h"
#include "http/front/syntax.h"

namespace http::front {

namespace {

constexpr std::string_view kRetryAfter = "1";  // seconds
constexpr std::string_view kAllow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

void require_header(Response& response, std::string_view name, std::string_view value) {
  for (const NameValue& header : response.headers)
    if (header.name.size() == name.size() && equals_ignoring_case(header.name, name)) return;
  response.headers.push_back({std::string(name), std::string(value)});
}

Response refusal_response(const Handler& handler, Refusal refusal, const Request& request) {
  Response response = handler.error(refusal.status, refusal.why, request);
  response.rest = nullptr;
  const auto of_method = [](int status) { return status == 405 || status == 501; };
  if (!of_method(refusal.status) || !of_method(response.status)) response.status = refusal.status;
  if (response.status == 405) require_header(response, "allow", kAllow);
  if (refusal.status == 429 || refusal.status == 503) require_header(response, "retry-after", kRetryAfter);
  return response;
}

// Where even the handler's error() failed: HTTP without a word.
void append_bare(int status, std::string& out) {
  out += "HTTP/1.1 " + std::to_string(status) + " Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

}  // namespace

void FrontState::warn_of_forwarded(const Request& request, const std::string& peer) {
  if (has_warned_.load(std::memory_order_relaxed)) return;
  for (const NameValue& line : request.headers) {
    if (line.name != "x-forwarded-for" || has_warned_.exchange(true)) continue;
    base::logging::warn(
        "X-Forwarded-For is not believed",
        {{"from", peer},
         {"hint", "if this is your proxy, name it in server.trusted_proxies; this is logged once"}});
  }
}

bool FrontState::append_answer(const Request& request, std::optional<Response>&& response, bool keep_alive,
                               ResponseRenderer& renderer, std::string& out) const {
  if (response && renderer.append(request, std::move(*response), keep_alive, out)) return true;
  append_refusal(request, {500, "something went wrong in the server; the request is not at fault"},
                 keep_alive, renderer, out);
  return false;
}

void FrontState::append_refusal(const Request& request, Refusal refusal, bool keep_alive,
                                ResponseRenderer& renderer, std::string& out) const {
  try {
    if (renderer.append(request, refusal_response(handler, refusal, request), keep_alive, out)) return;
  } catch (...) {
    // The handler's error() failed, too.
  }
  append_bare(refusal.status, out);
}

Account account_of(const Payer& payer, std::string_view peer) {
  constexpr std::uint64_t kNobody = 1;  // those without a credential, all together
  if (!payer.credential.is_nil()) {
    const std::uint64_t tenant = payer.tenant.is_nil() ? 0 : base::keyed_hash(payer.tenant.raw());
    return {base::keyed_hash(payer.credential.raw()), tenant};
  }
  const auto address = base::parse_address(peer);
  return {base::keyed_hash(address ? address->subscriber().to_string() : peer), kNobody};
}

void FrontState::count(Refusal refusal) {
  switch (refusal.status) {
    case 408:
      ++rejected_timeout;
      break;
    case 413:
    case 415:
      ++rejected_body;
      break;
    case 429:
    case 503:
      ++rejected_connections;
      break;
    default:
      ++rejected_framing;
      break;
  }
}

}  // namespace http::front
