#include "domain/record.h"

#include "tests/domain/support.h"

using domain::Principal;
using domain::PrincipalKind;
using domain::RecordReader;
using domain::RecordWriter;

namespace {

// One member of each type there is.
struct Everything {
  std::string text = kOdd;
  std::optional<std::string> some_text = kOdd, no_text;
  std::vector<std::string> texts = {"", kOdd, "x"}, no_texts;
  bool yes = true, no = false;
  std::uint64_t count = INT64_MAX;
  int status = -201;
  base::Timestamp at{-5};
  std::optional<base::Timestamp> some_at = base::Timestamp{INT64_MAX}, no_at;
  base::Uuid uuid = id(7);
  Principal who{PrincipalKind::kPlatform, id(8)};
  std::optional<Principal> some_who = Principal{PrincipalKind::kServiceUser, id(9)}, no_who;
  crypto::Sha256 hash = hash_of("x");
  std::string object = R"({"a":[1,{"b":"]}\"\\"},[]],"c":{}})", number = "-1.5e3", text_json = R"("a\"}")";
  domain::State state = domain::State::kDisabled;
  std::optional<base::Timestamp> given_at = base::Timestamp{7}, absent_at;
  std::string given_text = "x", absent_text;
  bool on = true, off = false, off_by_choice = false;
  std::string given_json = "[1]", absent_json = "{}";
  bool operator==(const Everything&) const = default;
};

constexpr auto kMembers = [](auto& codec, auto& all) {
  codec.member("text", all.text);
  codec.member("some_text", all.some_text);
  codec.member("no_text", all.no_text);
  codec.member("texts", all.texts);
  codec.member("no_texts", all.no_texts);
  codec.member("yes", all.yes);
  codec.member("no", all.no);
  codec.member("count", all.count);
  codec.member("status", all.status);
  codec.member("at", all.at);
  codec.member("some_at", all.some_at);
  codec.member("no_at", all.no_at);
  codec.member("uuid", all.uuid);
  codec.member("who", all.who);
  codec.member("some_who", all.some_who);
  codec.member("no_who", all.no_who);
  codec.member("hash", all.hash);
  codec.json("object", all.object);
  codec.json("number", all.number);
  codec.json("text_json", all.text_json);
  codec.choice("state", all.state, domain::parse_state);
  codec.optional("given_at", all.given_at);
  codec.optional("absent_at", all.absent_at);
  codec.optional("given_text", all.given_text);
  codec.optional("absent_text", all.absent_text);
  codec.optional("on", all.on, true);
  codec.optional("off", all.off);
  codec.optional("off_by_choice", all.off_by_choice, true);
  codec.optional_json("given_json", all.given_json, "{}");
  codec.optional_json("absent_json", all.absent_json, "{}");
};

std::string written(const Everything& all) {
  RecordWriter writer;
  kMembers(writer, all);
  return std::move(writer).take();
}

// What was wrong, or "".
std::string read(std::string_view json, Everything& all) {
  RecordReader reader(json);
  kMembers(reader, all);
  reader.finish();
  return reader.problem();
}

}  // namespace

TEST_CASE("record: what was written is read, and is JSON", "[domain]") {
  const Everything all;
  const std::string json = written(all);
  Everything back;
  back.text = back.object = "other";
  back.no_text = "other";
  back.no_texts = {"other"};
  back.no_at = base::Timestamp{1};
  back.no_who = Principal{};
  back.absent_at = base::Timestamp{1};
  back.absent_text = back.absent_json = "other";
  back.on = false;
  back.off = back.off_by_choice = true;
  CHECK(read(json, back) == "");
  CHECK(back == all);
  const auto parsed = base::parse_json(json);
  REQUIRE(parsed.ok());
  CHECK(*parsed->find("text")->string() == kOdd);
  CHECK(to_text(*parsed->find("object")) == all.object);
}

TEST_CASE("record: cut short anywhere it is refused", "[domain]") {
  const std::string json = written({});
  for (std::size_t size = 0; size < json.size(); ++size) {
    Everything all;
    INFO(size);
    CHECK(read(std::string_view(json).substr(0, size), all) != "");
  }
}

TEST_CASE("record: a member that has its default is left out, and may be there all the same", "[domain]") {
  struct Row {
    const char* json;
    std::optional<std::string> description;
    bool active;
    const char* problem = "";
  };
  const Row rows[] = {
      {R"({"name":"x"})", std::nullopt, true},
      {R"({"name":"x","description":null})", std::nullopt, true},
      {R"({"name":"x","description":"d"})", "d", true},
      {R"({"name":"x","active":false})", std::nullopt, false},
      {R"({"name":"x","active":true})", std::nullopt, true},
      {R"({"name":"x","description":"d","active":false})", "d", false},
      {R"({"name":"x","active":false,"description":"d"})", std::nullopt, false, "no `}` where it must be"},
      {R"({"name":"x","active":null})", std::nullopt, true, "active: neither true nor false"},
      {R"({"description":"d","name":"x"})", std::nullopt, true, "name: not there"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    std::string name;
    std::optional<std::string> description = "not read";
    bool active = true;
    RecordReader reader(row.json);
    reader.member("name", name);
    reader.optional("description", description);
    reader.optional("active", active, true);
    reader.finish();
    CHECK(reader.problem() == row.problem);
    if (!reader.ok()) continue;
    CHECK(description == row.description);
    CHECK(active == row.active);
  }
  RecordWriter writer;
  writer.member("name", std::string("x"));
  writer.optional("description", std::optional<std::string>());
  writer.optional("active", true, true);
  CHECK(std::move(writer).take() == R"({"name":"x"})");
}

TEST_CASE("record: what is refused, and how it is said", "[domain]") {
  struct Row {
    const char* json;
    const char* problem;
  };
  const Row rows[] = {
      {R"({"name":"x","state":"enabled","at":1})", ""},
      {R"()", "no `{` where it must be"},
      {R"({"nam":"x"})", "name: not there"},
      {R"({"name":1,"state":"enabled","at":1})", "name: not a text"},
      {R"({"name":"x)", "name: a text without an end"},
      {R"({"name":"\)", "name: an unknown escape"},
      {R"({"name":"\b","state":"enabled","at":1})", "name: an unknown escape"},
      {R"({"name":"\u0100","state":"enabled","at":1})", "name: an unknown escape"},
      {R"({"name":"\u0080","state":"enabled","at":1})", "name: an unknown escape"},
      {R"({"name":"x""state":"enabled","at":1})", "state: not there"},
      {R"({"name":"x","state":"asleep","at":1})", "state: is none of its names"},
      {R"({"name":"x","state":"enabled","at":x})", "at: not an integer"},
      {R"({"name":"x","state":"enabled","at":9223372036854775808})", "at: not an integer"},
      {R"({"name":"x","state":"enabled","at":1,"more":1})", "no `}` where it must be"},
      {R"({"name":"x","state":"enabled","at":1} )", "more follows its end"},
      {R"({"name":"x","state":"enabled","at":1.5})", "no `}` where it must be"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    std::string name;
    domain::State state{};
    base::Timestamp at;
    RecordReader reader(row.json);
    reader.member("name", name);
    reader.choice("state", state, domain::parse_state);
    reader.member("at", at);
    reader.finish();
    CHECK(reader.problem() == row.problem);
  }
}

TEST_CASE("record: a value's extent is found, or refused", "[domain]") {
  const std::string deep = std::string(80, '[') + std::string(80, ']');
  const std::string deeper = std::string(81, '[') + std::string(81, ']');
  struct Row {
    std::string value;
    const char* problem;
    bool ends = true;  // a brace follows
  };
  const Row rows[] = {
      {"{}", ""},
      {"null", ""},
      {R"({"a":"}"})", ""},
      {R"("\\")", ""},
      {deep, ""},
      {deeper, "v: nested more deeply than allowed"},
      {"", "v: a value is missing"},
      {R"("\")", "v: a text without an end", false},
      {"[", "v: a value without an end", false},
  };
  for (const Row& row : rows) {
    INFO(row.value);
    std::string value;
    const std::string json = R"({"v":)" + row.value + (row.ends ? "}" : "");
    RecordReader reader(json);
    reader.json("v", value);
    reader.finish();
    CHECK(reader.problem() == row.problem);
    if (reader.ok()) CHECK(value == row.value);
  }
}

TEST_CASE("record: metadata must be one object's text", "[domain]") {
  struct Row {
    const char* json;
    const char* message;
  };
  const Row rows[] = {
      {"{}", ""},
      {R"({"a": 1})", ""},
      {"[]", "role x: metadata: not an object"},
      {" {}", "role x: metadata: not an object"},
      {"{", "role x: metadata: line 1, column 2: not valid JSON"},
      {"", "role x: metadata: line 1, column 1: not valid JSON"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const auto checked = domain::check_object(row.json, "role x");
    CHECK((checked.ok() ? "" : checked.error().message) == row.message);
  }
}

TEST_CASE("record: a changed bit, another layout, a wrong member: each says which record", "[domain]") {
  TestStore store;
  const std::string key(kTenant.raw());
  const std::string who = "tenant " + kTenant.to_string() + ": ";
  domain::Tenant tenant = make_tenant(kTenant, "acme");
  store.change([&](auto& txn) { return put_tenant(txn, tenant); });
  const std::string good(found(store.read().get(store::Table::kTenant, key)));
  std::string flipped = good;
  flipped.back() = '{';
  struct Row {
    std::string value;
    std::string message;
  };
  const Row rows[] = {
      {flipped, who + "the record's checksum is wrong"},
      {"", who + "the record is cut short"},
      {store::seal(2, "{}"), who + "layout 2 is unknown"},
      {store::seal(1, "{}"), who + "slug: not there"},
  };
  for (const Row& row : rows) {
    store.change([&](auto& txn) { return txn.put(store::Table::kTenant, key, row.value); });
    const auto read = domain::get_tenant(store.read(), kTenant);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == base::ErrorCode::kCorrupt);
    CHECK(read.error().message == row.message);
  }
}
