// Lists that nobody asked pages of, and that are longer than a piece.
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "domain/service_user.h"
#include "tests/support/catch.h"
#include "tests/support/raw_client.h"
#include "tests/support/seeded_random.h"
#include "tests/support/server.h"

namespace {

using std::chrono::milliseconds;

template <typename F>
bool becomes_true(F what) {
  for (int i = 0; i < 500 && !what(); ++i) std::this_thread::sleep_for(milliseconds(10));
  return what();
}

// A tenant with many service users, each of which has about 2 KiB: more than the system buffers.
struct Scene {
  Scene() : tenant(server.make_tenant("acme")), path("/v1beta1/organizations/" + tenant + "/serviceusers") {}

  void make(std::size_t count) {
    REQUIRE(server.store()
                .write([&](store::WriteTxn& txn) -> base::Result<void> {
                  SeededRandom random(made.size());
                  for (std::size_t i = 0; i < count; ++i) {
                    domain::ServiceUser user;
                    user.id = domain::ServiceUserId(random.uuid(server.clock().now()));
                    user.tenant = *domain::TenantId::parse(tenant);
                    user.metadata = R"({"a":")" + std::string(2000, 'x') + R"("})";
                    made.insert(user.id.to_string());
                    if (auto put = put_service_user(txn, user); !put.ok()) return put;
                  }
                  return {};
                })
                .ok());
  }
  std::string asked(const std::string& credential = TestServer::platform()) const {
    return bytes_of({"GET " + path, "", {}}, credential);
  }
  RawClient client() const { return RawClient::to_port(server.port()); }

  // Waits until the answer that a client doesn't read has stopped.
  void wait_for_stop() {
    std::uint64_t memory = 0;
    CHECK(becomes_true([&] {
      const std::uint64_t before = std::exchange(memory, server.front().counters().memory);
      std::this_thread::sleep_for(milliseconds(100));
      return before > 0 && before == server.front().counters().memory;
    }));
  }

  static std::vector<std::string> ids_in(const RawResponse& response) {
    std::vector<std::string> ids;
    const auto body = base::parse_json(response.body);
    REQUIRE(body.ok());
    for (const base::Json& user : *body->find("serviceusers")->array()) ids.push_back(text_at(user, "id"));
    return ids;
  }

  TestServer server;
  const std::string tenant, path;
  std::set<std::string> made;
};

}  // namespace

TEST_CASE("long lists: ten thousand rows come whole, in pieces, and one more is 400", "[dialects][pieces]") {
  Scene scene;
  scene.make(10'000);
  RawClient client = scene.client();
  for (int i = 0; i < 2; ++i) {
    const auto response = client.ask(scene.asked());
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->header("transfer-encoding") == "chunked");
    CHECK(response->header("x-revision") != "");
    CHECK(response->header("etag") == "");
    CHECK(response->body.size() > 20'000'000);
    const auto ids = Scene::ids_in(*response);
    CHECK(std::vector<std::string>(scene.made.begin(), scene.made.end()) == ids);
  }
  CHECK(scene.server.front().take_memory_peak() < 1 << 20);

  // Pages are as ever.
  const RawResponse page = scene.server.ask({"GET " + scene.path + "?limit=250", "", {}});
  CHECK(page.header("transfer-encoding") == "");
  CHECK(Scene::ids_in(page).size() == 250);

  scene.make(1);
  for (const char* method : {"GET ", "HEAD "}) {
    RawClient other = scene.client();
    other.send(bytes_of({method + scene.path, "", {}}, TestServer::platform()));
    const auto refused = other.read(std::string(method) == "HEAD ");
    REQUIRE(refused);
    CHECK(refused->status == 400);
    CHECK(
        (refused->body.empty() ||
         refused->body.find("limit: must be given, from 1 to 250, since the list has more than 10000 rows") !=
             std::string::npos));
  }
}

TEST_CASE("long lists: what changes between two pieces", "[dialects][pieces]") {
  Scene scene;
  scene.make(9'000);
  RawClient client = scene.client();
  client.send(scene.asked());
  scene.wait_for_stop();
  // The last row goes, the first as well, and some come.
  const std::string last = *scene.made.rbegin(), first = *scene.made.begin();
  for (const std::string& gone : {last, first}) {
    REQUIRE(scene.server.ask({"DELETE " + scene.path + "/" + gone, "", {}}).status == 200);
    scene.made.erase(gone);
  }
  const std::set<std::string> stayed = scene.made;
  scene.make(10);
  const auto response = client.read();
  REQUIRE(response);
  std::set<std::string> seen;
  for (const std::string& id : Scene::ids_in(*response)) CHECK(seen.insert(id).second);
  for (const std::string& id : stayed) CHECK(seen.contains(id));
  CHECK_FALSE(seen.contains(last));  // which was not read yet
  CHECK(seen.contains(first));
}

TEST_CASE("long lists: whoever may not any more gets no further piece", "[dialects][pieces]") {
  Scene scene;
  scene.make(9'000);
  const std::string key =
      scene.server.make_key(scene.tenant, R"(["organization:get","organization:serviceusermanage"])");
  const auto me = scene.server.made({"GET /v1/api-keys", "", {TestServer::tenant(scene.tenant)}});
  const std::string id = text_at(me.find("data")->array()->front(), "id");
  RawClient client = scene.client();
  client.send(scene.asked(TestServer::bearer(key)));
  scene.wait_for_stop();
  SECTION("its key is revoked") {
    const Ask revoke{"DELETE /v1/api-keys/" + id, "", {TestServer::tenant(scene.tenant)}};
    REQUIRE(scene.server.ask(revoke).status == 204);
  }
  SECTION("its tenant is gone") {
    REQUIRE(scene.server.ask({"DELETE /v1beta1/organizations/" + scene.tenant, "", {}}).status == 200);
  }
  CHECK_FALSE(client.read());  // broken off
  CHECK(client.is_reset());
}
