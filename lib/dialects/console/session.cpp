#include "api/sessions.h"

#include "api/me.h"
#include "base/json.h"
#include "dialects/console/calls.h"
#include "dialects/query.h"
#include "dialects/session_cookie.h"
#include "dialects/v1/me.h"

namespace dialects::console {
namespace {

using enum http::Method;

std::optional<api::Error> refuse_open_transport(const http::Request& request) {
  if (is_private(request)) return std::nullopt;
  return api::error(api::Code::kInsecureTransport,
                    "a session can't be begun where others can read it on the way: use TLS (`tls` in "
                    "reeve.yaml), a proxy in `server.trusted_proxies` that says X-Forwarded-Proto: https, or "
                    "`ssh -L 7400:127.0.0.1:7400` and http://127.0.0.1:7400/console/");
}

// What the console's own pages send, and no page of another site can.
std::optional<api::Error> refuse_others(const http::Request& request) {
  if (request.header("x-reeve-console").value == "1") return std::nullopt;
  return api::invalid("X-Reeve-Console", "must be 1, which the console's own pages send");
}

api::Outcome<Work> begin_session(const Call& call) {
  if (const auto refused = refuse_open_transport(call.request)) return *refused;
  if (const auto refused = refuse_others(call.request)) return *refused;
  api::NewSession given{std::string(call.request.header("user-agent").value)};
  http::Request asked;  // as far as the cookie's name goes
  asked.encrypted = call.request.encrypted;
  asked.headers.push_back({"host", std::string(call.request.header("host").value)});
  return Work([given = std::move(given), asked = std::move(asked)](api::Change& change) -> Answer {
    const auto made = api::create_session(change, given);
    if (!made.ok()) return made.error();
    auto body = v1::me_body(change);
    if (!body.ok()) return body.error();
    Reply reply = ok(std::move(body).value());
    const std::int64_t seconds = std::chrono::seconds(api::kLongestSession).count();
    reply.headers.push_back({"Set-Cookie", set_cookie(asked, made->secret, seconds)});
    return reply;
  });
}

Answer get_session(const Call&, const api::Read& read) {
  auto body = v1::me_body(read);
  if (!body.ok()) return body.error();
  return ok(std::move(body).value());
}

api::Outcome<Work> end_session(const Call& call) {
  std::string forgotten = set_cookie(call.request, "", 0);
  return Work([forgotten = std::move(forgotten)](api::Change& change) -> Answer {
    const auto done = api::end_session(change);
    if (!done.ok()) return done.error();
    Reply reply = no_content();
    reply.headers.push_back({"Set-Cookie", forgotten});
    return reply;
  });
}

api::Outcome<Work> make_code(const Call&) {
  return Work([](api::Change& change) -> Answer {
    const auto made = api::create_session_code(change);
    if (!made.ok()) return made.error();
    const auto body = [&](const std::optional<std::string>& code) {
      base::JsonWriter w;
      w.begin_object().member("code", code);
      w.member("path", code ? std::optional("/console/#code=" + *code) : std::nullopt);
      return w.member("expires_at", made->session.expires_at).end_object().take();
    };
    Reply reply = ok(body(made->secret));
    reply.status = 201;
    reply.repeated_body = body(std::nullopt);
    return reply;
  });
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/console/session",
     .id = "begin_session",
     .operation = op::create_session,
     .takes_code = true,
     .handle = begin_session},
    {.method = kGet,
     .path = "/console/session",
     .id = "get_session",
     .operation = op::get_me,
     .handle = get_session},
    {.method = kDelete,
     .path = "/console/session",
     .id = "end_session",
     .operation = op::delete_session,
     .success = 204,
     .handle = end_session},
    {.method = kPost,
     .path = "/console/codes",
     .id = "make_session_code",
     .operation = op::create_session_code,
     .success = 201,
     .handle = make_code},
};

}  // namespace

std::span<const Route> session_calls() {
  return kCalls;
}

}  // namespace dialects::console
