#include "dialects/responder.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "dialects/copy_of.h"
#include "dialects/errors.h"

namespace dialects {
namespace {

// What pages of other origins may send and read, if they are of a listed one.
constexpr std::string_view kRequestHeaders =
    "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID, X-API-Key, X-If-Revision, "
    "X-Min-Revision, X-Request-ID, X-Tenant-ID";
constexpr std::string_view kResponseHeaders =
    "ETag, Location, Retry-After, WWW-Authenticate, X-Evaluation-ID, X-Request-ID, X-Revision, "
    "X-Stale-Seconds";

}  // namespace

Responder::Responder(FieldNames names, const CopyOf* copy, std::vector<std::string> cors_origins)
    : names_(names), copy_(copy), cors_(std::move(cors_origins), kRequestHeaders, kResponseHeaders) {}

http::Response Responder::finished(const http::Request& request, Answer&& answer,
                                   const RequestLog& log) const {
  // Of a reply its response is all that leaves.
  return finished(request,
                  answer.ok() ? static_cast<http::Response&&>(std::move(answer).value())
                              : error_response(answer.error(), log.dialect, names_, request),
                  log);
}

http::Response Responder::finished(const http::Request& request, http::Response response,
                                   const RequestLog& log) const {
  add_headers(request, log, response);
  response.payer = log.payer;
  log.write(request, response);
  return response;
}

void Responder::add_headers(const http::Request& request, const RequestLog& log,
                            http::Response& response) const {
  auto& headers = response.headers;
  headers.reserve(headers.size() + 8);
  const bool has_caching = std::any_of(headers.begin(), headers.end(), [](const http::NameValue& header) {
    return header.name == "Cache-Control";
  });
  headers.push_back({"X-Request-ID", log.request_id});
  // How much the server writes is for callers whose credential is valid, and still is.
  if (log.revision && response.status != 401)
    headers.push_back({"X-Revision", std::to_string(*log.revision)});
  if (!has_caching) headers.push_back({"Cache-Control", "no-store"});
  headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (copy_)
    if (const auto age = copy_->age())
      headers.push_back({"X-Stale-Seconds",
                         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*age).count())});
  if (log.retry_after) headers.push_back({"Retry-After", std::to_string(log.retry_after->count())});
  cors_.allow_reading(request, response);
}

}  // namespace dialects
