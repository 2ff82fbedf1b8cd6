// A store that follows a real server, through a network that breaks.
#include "following/follower.h"

#include <memory>
#include <string>

#include "client/connection.h"
#include "store/change_frames.h"
#include "store/change_trim.h"
#include "tests/support/catch.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/eventually.h"
#include "tests/support/logged.h"
#include "tests/support/manual_ticks.h"
#include "tests/support/one_server.h"
#include "tests/support/open_store.h"
#include "tests/support/server.h"
#include "tests/support/store_text.h"

using following::Follower;
using following::Trouble;
using std::chrono::milliseconds;

namespace {

client::Place at_port(std::uint16_t port) {
  client::Place place;
  place.host = "127.0.0.1";
  place.port = port;
  return place;
}

// A store, and what has it follow a server.
struct Copy {
  TempDir dir;
  base::SystemClock clock;
  base::SteadyClock ticks;
  following::Received log;
  following::Currency currency{clock, ticks};
  std::unique_ptr<store::Store> store;
  std::string secret{TestServer::kSecret};  // before follow()
  std::unique_ptr<Follower> follower;

  explicit Copy(std::size_t room = std::size_t{1} << 20U) : log("http://primary", room) { open(); }
  ~Copy() { follower.reset(); }

  void open() {
    auto options = store_options(dir / "db");
    options.source = [this](store::Queue& queue) { return log.source(queue); };
    store = open_store(std::move(options));
  }
  void follow(client::Place primary) {
    Follower::Options options;
    options.primary = std::move(primary);
    options.credential = [this] { return client::credential_of(secret, "the test"); };
    options.first_pause = milliseconds(1);
    options.longest_pause = milliseconds(5);
    follower = std::make_unique<Follower>(*store, log, currency, options);
    REQUIRE(follower->start().ok());
  }
  bool has(store::Revision revision) const {
    return eventually([&] { return store->revision() >= revision; });
  }
  // The trouble that it comes to, with its sentence.
  std::string comes_to(Trouble trouble) const {
    if (!eventually([&] { return follower->standing().trouble == trouble; }))
      return "not so: " + follower->standing().why;
    return follower->standing().why;
  }
};

void change(TestServer& server, const std::string& tenant, int n) {
  server.made(
      {"POST /v1/groups", R"({"name":"Group )" + std::to_string(n) + "\"}", {TestServer::tenant(tenant)}});
}

}  // namespace

TEST_CASE("follower: a store becomes the primary's to the byte, and stays so", "[following]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  for (int i = 0; i < 50; ++i) change(server, tenant, i);
  Copy copy;
  CHECK_FALSE(copy.currency.age(0));
  copy.follow(at_port(server.port()));
  REQUIRE(copy.has(server.store().revision()));
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));
  CHECK(eventually([&] { return copy.follower->age().has_value(); }));
  CHECK(copy.comes_to(Trouble::kNone).empty());
  change(server, tenant, 50);
  REQUIRE(copy.has(server.store().revision()));
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));

  copy.follower.reset();  // and once more, from where it is
  change(server, tenant, 51);
  copy.follow(at_port(server.port()));
  REQUIRE(copy.has(server.store().revision()));
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));
}

TEST_CASE("follower: a change is refused by the store itself", "[following]") {
  TestServer server;
  Copy copy;
  copy.follow(at_port(server.port()));
  REQUIRE(copy.has(server.store().revision()));
  const auto written =
      copy.store->write([](store::WriteTxn& txn) { return txn.put(store::Table::kRole, "x", "1"); });
  REQUIRE_FALSE(written.ok());
  CHECK(
      written.error().message ==
      "store: this is a copy of http://primary, which alone takes changes; nothing of the change is kept; try "
      "again");
}

TEST_CASE("follower: the network may break anywhere", "[following]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  CuttingProxy proxy(server.port());
  Copy copy;
  copy.follow(at_port(proxy.port()));
  REQUIRE(copy.has(server.store().revision()));
  // What is sent behind a break is some 300 bytes of head, 500 of the first frame, and a record or two.
  constexpr std::size_t kMost = 2100, kStep = 7;
  for (std::size_t cut = 1; cut < kMost; cut += kStep) {
    INFO(cut);
    const int before = proxy.connections();
    proxy.close_way(true);
    if (cut % 4 == 0) change(server, tenant, static_cast<int>(cut));
    REQUIRE(eventually([&] { return proxy.connections() > before; }));
    proxy.cut_next(cut);
    proxy.close_way(false);
    REQUIRE(copy.has(server.store().revision()));
  }
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));
  CHECK(copy.comes_to(Trouble::kNone).empty());
}

TEST_CASE("follower: a log of any size takes all, however slowly it is read", "[following]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  for (int i = 0; i < 20; ++i)
    server.made({"PUT /v1/entities/Doc/" + std::to_string(i),
                 R"({"attrs":{"text":")" + std::string(50'000, 'x') + "\"}}",
                 {TestServer::tenant(tenant)}});
  Copy copy(1000);  // less than any of those
  copy.follow(at_port(server.port()));
  REQUIRE(copy.has(server.store().revision()));
  CHECK(text_of_store(*copy.store) == text_of_store(server.store()));
}

TEST_CASE("follower: what the primary has no records of any more is said, with what mends it",
          "[following]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  Copy copy;
  for (int i = 0; i < 10; ++i) change(server, tenant, i);
  REQUIRE(server.store()
              .write([](store::WriteTxn& txn) -> base::Result<void> {
                const auto trimmed = store::trim_changes(txn, {{}, {}, txn.revision() - 3}, 1000);
                if (!trimmed.ok()) return trimmed.error();
                return {};
              })
              .ok());
  const Logged err;
  copy.follow(at_port(server.port()));
  const std::string why = copy.comes_to(Trouble::kGone);
  CHECK_THAT(why, ContainsSubstring("answered 410: after: changes are kept from revision ") &&
                      ContainsSubstring("`reeve backup create --server URL -o FILE`, `reeve restore FILE`"));
  CHECK(copy.store->revision() == 0);
  CHECK(eventually([&] { return err.text().find("changes are kept from revision") != std::string::npos; }));
}

TEST_CASE("follower: a store that has another past gets nothing", "[following]") {
  TestServer server, other;
  const std::string tenant = server.make_tenant("acme");
  Copy copy;
  copy.follow(at_port(server.port()));
  REQUIRE(copy.has(server.store().revision()));
  copy.follower.reset();
  const std::string was = text_of_store(*copy.store);

  SECTION("the other is behind it") {
    copy.follow(at_port(other.port()));
    CHECK_THAT(copy.comes_to(Trouble::kDiverged), ContainsSubstring("no copy of it"));
  }
  SECTION("the other is before it") {
    const std::string theirs = other.make_tenant("other");
    for (int i = 0; i < 3; ++i) change(other, theirs, i);
    copy.follow(at_port(other.port()));
    CHECK(copy.comes_to(Trouble::kDiverged) ==
          "change " + std::to_string(copy.store->revision()) +
              " is another here than there, so this store is no copy of it");
  }
  CHECK(text_of_store(*copy.store) == was);
  CHECK_FALSE(copy.store->stopped());
}

TEST_CASE("follower: a record that doesn't fit stops the store's writer", "[following]") {
  std::string body;
  store::append_frame(body, store::FrameKind::kAbout,
                      R"({"frames":1,"format":)" + std::to_string(store::kFormatVersion) + "}");
  store::append_record_frame(body, {1, {}, {{store::Table::kRole, "a", std::nullopt, "1"}}});
  store::append_record_frame(body, {2, {}, {{store::Table::kRole, "a", "0", "2"}}});  // it is 1
  OneServer server([&](int c) {
    send_all(c, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  });
  Copy copy;
  copy.follow(server.place());
  REQUIRE(eventually([&] { return copy.store->stopped().has_value(); }));
  CHECK(copy.store->stopped()->code == base::ErrorCode::kCorrupt);
  CHECK_THAT(copy.store->stopped()->message, ContainsSubstring("change 2 of the log can't be applied"));
  CHECK(copy.store->revision() <= 1);
}

TEST_CASE("follower: what it doesn't know it doesn't read", "[following]") {
  const std::string format = std::to_string(store::kFormatVersion);
  struct Row {
    std::string about, why;
  };
  for (const Row& row :
       {Row{R"({"frames":2,"format":)" + format + R"(,"version":"9.0"})",
            "it sends frames of version 2, which this program doesn't know (it is reeve 9.0)"},
        {R"({"frames":1,"format":99})",
         "its store's format is 99, and here it is " + format + ": have both be the same version"},
        {R"({"frames":1,"format":)" + format + R"(,"copy":true})",
         "it is itself a copy; follow the server that it follows"},
        {"", "it doesn't say first what it sends"},
        {"no", "what it says of itself is no JSON"}}) {
    std::string body;
    if (!row.about.empty()) store::append_frame(body, store::FrameKind::kAbout, row.about);
    store::append_record_frame(body, {1, {}, {{store::Table::kRole, "a", std::nullopt, "1"}}});
    OneServer server([&](int c) {
      send_all(c, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    });
    const Logged err;
    Copy copy;
    copy.follow(server.place());
    REQUIRE(eventually([&] { return err.text().find(row.why) != std::string::npos; }));
    copy.follower->stop();
    CHECK(copy.store->revision() == 0);
  }
}

TEST_CASE("follower: a credential that isn't taken is tried again, and never told", "[following]") {
  TestServer server;
  const Logged err;
  Copy copy;
  copy.secret = "rvs_wrong-wrong-wrong-wrong-wrong-wrong";
  copy.follow(at_port(server.port()));
  CHECK_THAT(
      copy.comes_to(Trouble::kAway),
      ContainsSubstring("not asked yet") || ContainsSubstring("answered 401 to the credential of the test"));
  REQUIRE(eventually(
      [&] { return err.text().find("answered 401 to the credential of the test") != std::string::npos; }));
  copy.follower.reset();
  copy.secret = TestServer::kSecret;
  copy.follow(at_port(server.port()));
  REQUIRE(copy.has(server.store().revision()));
  CHECK(err.text().find("rvs_") == std::string::npos);
}
