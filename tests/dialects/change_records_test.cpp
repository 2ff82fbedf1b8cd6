// `GET /v1/change-records`: another store is made of what it says, and is the same to the byte.
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "store/change_frames.h"
#include "store/queue.h"
#include "tests/support/answers.h"
#include "tests/support/eventually.h"
#include "tests/support/manual_ticks.h"
#include "tests/support/open_store.h"
#include "tests/support/raw_client.h"
#include "tests/support/received_log.h"
#include "tests/support/scripted_log.h"
#include "tests/support/store_text.h"

namespace {

// A store that knows nothing but what it receives.
struct Copy {
  TempDir dir;
  ReceivedLog log;
  store::Queue* queue = nullptr;
  std::unique_ptr<store::Store> store;

  Copy() {
    auto options = store_options(dir / "db");
    options.source = [this](store::Queue& local) {
      queue = &local;
      return std::make_unique<LoggedSource>(local, log);
    };
    store = open_store(std::move(options));
  }

  // What frames tell: "about {…} records 3 beat 9 "; the records are applied.
  std::string receive(store::FrameReader& reader) {
    std::string told;
    int records = 0;
    while (true) {
      const auto frame = reader.next();
      REQUIRE(frame.ok());
      if (!*frame) break;
      const std::string text((*frame)->payload);
      if ((*frame)->kind == store::FrameKind::kRecord) {
        auto record = store::parse_record_frame(text);
        REQUIRE(record.ok());
        ++records;
        log.add(std::move(record).value());
      } else if ((*frame)->kind == store::FrameKind::kBeat) {
        told += "beat " + std::to_string(store::parse_beat_frame(text).value()) + " ";
      } else {
        told += text + " ";
      }
    }
    queue->wake();
    REQUIRE(store->write([](store::WriteTxn&) -> base::Result<void> { return {}; }).ok());
    return told + "records " + std::to_string(records);
  }
};

}  // namespace

TEST_CASE("change records: a store made of them is the same to the byte", "[http][changes]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::vector<std::string> ours = {TestServer::tenant(tenant)};
  const std::string key = server.make_key(tenant, R"(["organization:administer"])");
  const std::string group = text_at(server.made({"POST /v1/groups", R"({"name":"Team"})", ours}), "id");
  server.made({"POST /v1/groups/" + group + "/roles", R"({"role":"user"})", ours});
  server.made({"PUT /v1/entities/Doc/7", R"({"attrs":{"text":")" + std::string(200'000, 'x') + "\"}}", ours});
  server.made({"DELETE /v1/groups/" + group, "", ours});
  CHECK(server.ask({"POST /v1/tenants", R"({"name":"n"})", {}}, TestServer::bearer(key)).status == 403);

  Copy copy;
  store::FrameReader reader;
  const RawResponse first = server.ask({"GET /v1/change-records?after=0", "", {}});
  REQUIRE(first.status == 200);
  CHECK(first.header("content-type") == "application/octet-stream");
  reader.feed(first.body);
  const std::string revision = std::to_string(server.store().revision());
  CHECK_THAT(
      copy.receive(reader),
      Catch::Matchers::StartsWith(R"({"frames":1,"format":)" + std::to_string(store::kFormatVersion)) &&
          ContainsSubstring("\"revision\":" + revision + ",\"copy\":false,\"configured\":{") &&
          Catch::Matchers::EndsWith("} records " + revision));
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));

  server.made({"POST /v1/groups", R"({"name":"Later"})", ours});
  reader.feed(server.ask({"GET /v1/change-records?after=" + revision, "", {}}).body);
  CHECK_THAT(copy.receive(reader), Catch::Matchers::EndsWith(" records 1"));
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));
}

TEST_CASE("change records: for the platform alone", "[http][changes]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::string key = server.make_key(tenant, R"(["organization:administer"])");
  CHECK(brief(server.ask({"GET /v1/change-records?after=0", "", {}}, TestServer::bearer(key))) ==
        "403 forbidden change:read_records: not allowed | Only a credential of the platform may do this.");
  CHECK(brief(server.ask({"GET /v1/change-records?after=1e3", "", {}})) ==
        "400 invalid_input after: must be a revision, such as 41");
  CHECK(brief(server.ask({"GET /v1/change-records?after=99999", "", {}})).starts_with("409 behind "));
}

TEST_CASE("change records: followed, they come as they are made, and beats between", "[http][changes]") {
  ManualTicks ticks;
  TestServerOptions options;
  options.change_ticks = &ticks;
  TestServer server(options);
  Copy copy;
  RawClient client = RawClient::to_port(server.port());
  client.send(bytes_of({"GET /v1/change-records?after=0&follow=true", "", {}}, TestServer::platform()));
  std::string in;
  store::FrameReader reader;
  // Takes the head, and then chunks, of the answer as they come, until `what` is told.
  bool has_head = false;
  const auto comes = [&](const std::string& what) {
    std::string told;
    while (told.find(what) == std::string::npos) {
      const std::string some = client.take_any();
      if (some.empty()) return told;
      in += some;
      if (!has_head) {
        const std::size_t end = in.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        in.erase(0, end + 4);
        has_head = true;
      }
      for (std::size_t end = 0; (end = in.find("\r\n")) != std::string::npos;) {
        const std::size_t size = std::strtoul(in.c_str(), nullptr, 16);
        if (in.size() < end + 2 + size + 2) break;
        reader.feed(std::string_view(in).substr(end + 2, size));
        in.erase(0, end + 2 + size + 2);
      }
      told += copy.receive(reader) + " ";
    }
    return std::string("yes");
  };
  CHECK(comes("records " + std::to_string(server.store().revision())) == "yes");
  server.make_tenant("acme");
  CHECK(comes("records 1") == "yes");
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));
  REQUIRE(eventually([&] { return server.waiting_for_changes() == 1; }));
  ticks.advance(std::chrono::seconds(1));
  CHECK(comes("beat " + std::to_string(server.store().revision())) == "yes");
}

TEST_CASE("change records: who doesn't read is kept a few pieces, however much there is", "[http][changes]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::string text(200'000, 'x');
  for (int i = 0; i < 100; ++i)  // 20 MB, far more than the system buffers
    server.made({"PUT /v1/entities/Doc/" + std::to_string(i),
                 R"({"attrs":{"text":")" + text + "\"}}",
                 {TestServer::tenant(tenant)}});
  RawClient client = RawClient::to_port(server.port());
  client.send(bytes_of({"GET /v1/change-records?after=0&follow=true", "", {}}, TestServer::platform()));
  std::uint64_t before = 1, unread = 0;
  for (int i = 0; i < 500 && (unread == 0 || unread != before); ++i) {
    before = std::exchange(unread, server.front().counters().memory);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(unread > 0);
  CHECK(unread < std::uint64_t{2} << 20U);
  CHECK(server.ask({"GET /v1/change-records?after=0", "", {}}).body.size() > std::size_t{20'000'000});
}
