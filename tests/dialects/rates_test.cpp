// The rate of a credential, in the words of the dialects. The clock of the rates stands still, so that a
// bucket holds what it holds.
#include "tests/support/answers.h"

namespace {

class StandingClock final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return std::chrono::hours(1); }
};
const StandingClock kClock;

constexpr std::size_t kBucket = 5;

TestServerOptions limited() {
  TestServerOptions options;
  options.http.admission.requests_per_second = kBucket;
  options.http.ticks = &kClock;
  return options;
}

}  // namespace

TEST_CASE("rates: a request counts once, whatever way it takes, and beyond the rate it is 429", "[http]") {
  struct Row {
    const char* name;
    std::string line, body;
    bool apart;  // the body comes when the head was answered
    int status;
    const char* code;
  };
  const Row rows[] = {
      {"a read", "GET /v1/me", "", false, 200, "429 rate_limited"},
      {"slow work", "GET /v1/roles", "", false, 200, "429 rate_limited"},
      {"a change", "POST /v1/groups", R"({"name":"NAME"})", false, 201, "429 rate_limited"},
      {"a change whose body comes later", "POST /v1/groups", R"({"name":"NAME"})", true, 201,
       "429 rate_limited"},
      {"a change that is refused", "DELETE /v1/roles/user", "", false, 403, "429 rate_limited"},
      {"a body that is wrong", "POST /v1/groups", "{", false, 400, "429 rate_limited"},
      {"the other dialect", "GET /v1beta1/users/self", "", false, 200, "429 8"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    TestServer server(limited());
    const std::string tenant = server.make_tenant("acme");
    const std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
    RawClient client = RawClient::to_port(server.port());
    std::string last;
    for (std::size_t n = 0; n <= kBucket; ++n) {
      std::string body = row.body;
      if (const auto at = body.find("NAME"); at != body.npos) body.replace(at, 4, std::to_string(n));
      const std::string bytes = bytes_of({row.line, body, {TestServer::tenant(tenant)}}, key);
      const std::size_t head = bytes.size() - body.size();
      std::optional<RawResponse> answer;
      if (row.apart) {
        client.send(bytes.substr(0, head));
        const bool refused = n == kBucket || !client.silent(std::chrono::milliseconds(50));
        if (!refused) client.send(bytes.substr(head));
        answer = client.read();
      } else {
        answer = client.ask(bytes);
      }
      REQUIRE(answer);
      INFO(n << " " << answer->body);
      CHECK(answer->status == (n < kBucket ? row.status : 429));
      if (n < kBucket) continue;
      CHECK(brief(*answer) ==
            std::string(row.code) + " credential: more than 5 requests a second; try again shortly");
      CHECK(answer->header("retry-after") == "1");
    }
  }
}

TEST_CASE("rates: each credential has its own, and who has none isn't counted", "[http]") {
  TestServer server(limited());
  const std::string tenant = server.make_tenant("acme");
  const std::string one = TestServer::bearer(server.make_key(tenant, "[]"));
  const std::string two = TestServer::bearer(server.make_key(tenant, "[]"));
  const auto ask = [&](const std::string& credential, std::vector<std::string> headers) {
    return server.ask({"GET /v1/me", "", std::move(headers)}, credential).status;
  };
  const std::vector<std::string> ours = {TestServer::tenant(tenant)};
  for (std::size_t n = 0; n < kBucket; ++n) CHECK(ask(one, ours) == 200);
  CHECK(ask(one, ours) == 429);
  CHECK(ask(one, {}) == 429);  // before the tenant is asked for
  CHECK(ask(two, ours) == 200);
  CHECK(ask("", ours) == 401);
  CHECK(server.ask({"GET /livez", "", {}}, "").status == 200);
  int platform = 0;  // which made the tenant and the keys
  while (platform < 10 && server.ask({"GET /v1/tenants", "", {}}).status == 200) ++platform;
  CHECK(platform == static_cast<int>(kBucket) - 3);
}
