#include "domain/published_head.h"

#include <fstream>

#include "base/encoding.h"
#include "base/log.h"
#include "domain/audit_against.h"
#include "tests/domain/support.h"
#include "tests/support/ed25519_keys.h"
#include "tests/support/temp_dir.h"

using namespace domain;

namespace {

const std::string kHash(64, 'a');

PublishedHead head_of(const Owner& chain, std::uint64_t seq) {
  PublishedHead head{chain, seq};
  head.hash.fill(0xaa);
  head.at = {1'776'254'400'000};
  return head;
}

SignedHead signed_by(std::string_view secret, const PublishedHead& head) {
  const auto key = crypto::SigningKey::parse(private_pem(secret));
  return {head, {key->sign(signed_text(head)).value(), key->id()}};
}

// Of each line what it says or what is wrong with it.
std::string said(const std::string& line) {
  const auto read = parse_head_line(line);
  return read.ok() ? head_line(*read) : read.error().message;
}

}  // namespace

TEST_CASE("published head: a line says all of it, and reads back as the same", "[audit]") {
  const std::string tenant = to_string(Owner(kTenant));
  const std::string platform =
      R"({"chain":"platform","seq":7,"hash":")" + kHash + R"(","at":"2026-04-15T12:00:00.000Z"})";
  CHECK(head_line({head_of(Platform(), 7)}) == platform);
  CHECK(signed_text(head_of(Platform(), 7)) ==
        "reeve audit head platform 7 " + kHash + " 2026-04-15T12:00:00.000Z");
  CHECK(signed_text(head_of(kTenant, 9)) ==
        "reeve audit head " + tenant + " 9 " + kHash + " 2026-04-15T12:00:00.000Z");
  for (const SignedHead& it : {SignedHead{head_of(Platform(), 7)},
                               {head_of(kTenant, 1)},
                               {head_of(kTenant, INT64_MAX)},
                               signed_by(kFirstPrivate, head_of(kTenant, 12))}) {
    const auto read = parse_head_line(head_line(it));
    REQUIRE(read.ok());
    CHECK(read->head == it.head);
    CHECK(read->signature == it.signature);
  }
}

TEST_CASE("published head: the log's lines are heads in either format", "[audit]") {
  const SignedHead it = signed_by(kFirstPrivate, head_of(kTenant, 12));
  const std::string chain = to_string(Owner(kTenant)), signature = base::to_base64(it.signature.bytes);
  using base::logging::Format;
  for (const Format format : {Format::kText, Format::kJson}) {
    const std::string line =
        base::logging::render(base::logging::Level::kInfo, format, "2026-04-15T12:00:00.000Z", "audit head",
                              {{"chain", chain},
                               {"seq", 12},
                               {"hash", kHash},
                               {"at", "2026-04-15T12:00:00.000Z"},
                               {"signature", signature},
                               {"key_id", it.signature.key_id}});
    CHECK(said(line) == head_line(it));
    if (format == Format::kText) CHECK(said("Apr 15 12:00:00 host reeve[1]: " + line) == head_line(it));
  }
}

TEST_CASE("published head: what is spelled otherwise is none", "[audit]") {
  const std::string at = R"(,"at":"2026-04-15T12:00:00.000Z")", hash = R"(,"hash":")" + kHash + "\"";
  const std::string begin = R"({"chain":"platform","seq":7)";
  const std::string neither = "is neither JSON nor a line of the log";
  const std::string words = " chain=platform seq=7 hash=" + kHash + " at=2026-04-15T12:00:00.000Z";
  struct Row {
    std::string line, said;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"", neither},
           {"x", neither},
           {"{", "line 1, column 2: not valid JSON"},
           {"{}", "chain: not there"},
           {begin + at + "}", "hash: not there"},
           {begin + hash + "}", "at: not there"},
           {R"({"chain":"Platform","seq":7)" + hash + at + "}", "chain: is not as a head has it"},
           {R"({"chain":"00000000-0000-0000-0000-000000000000","seq":7)" + hash + at + "}",
            "chain: is not as a head has it"},
           {R"({"chain":"2489E9AD-2EE2-8E00-8EC9-32D5F69181C0","seq":7)" + hash + at + "}",
            "chain: is not as a head has it"},
           {R"({"chain":7,"seq":7)" + hash + at + "}", "chain: not there"},
           {R"({"chain":"platform","seq":0)" + hash + at + "}", "seq: is not as a head has it"},
           {R"({"chain":"platform","seq":-7)" + hash + at + "}", "seq: is not as a head has it"},
           {R"({"chain":"platform","seq":7.0)" + hash + at + "}", "seq: not there"},
           {R"({"chain":"platform","seq":"7")" + hash + at + "}", "seq: not there"},
           {begin + R"(,"hash":")" + std::string(64, 'A') + "\"" + at + "}", "hash: is not as a head has it"},
           {begin + R"(,"hash":"aa")" + at + "}", "hash: is not as a head has it"},
           {begin + hash + R"(,"at":"2026-04-15T14:00:00.000+02:00"})", "at: is not as a head has it"},
           {begin + hash + R"(,"at":"2026-04-15T12:00:00Z"})", "at: is not as a head has it"},
           {begin + hash + at + R"(,"signature":"aaaa"})", "signature: is not as a head has it"},
           {begin + hash + at + R"(,"key_id":"0123456789abcdef"})", "signature: not there"},
           {begin + hash + at + R"(,"signature":")" + base::to_base64(std::string(64, 'x')) + "\"}",
            "key_id: not there"},
           {begin + hash + at + R"(,"event":"request"})", "event: is not `audit head`"},
           {"[]", neither},
           {"TIME info  audit head" + words, R"({"chain":"platform","seq":7)" + hash + at + "}"},
           {"TIME info  audit head" + words + " at=x", "at: is there twice"},
           {"TIME info  audit head" + words + " x", "has a word without `=`"},
           {"TIME info  request path=\" info  audit head" + words + "\"", neither},
           {"TIME warn  audit head" + words, neither},
       }) {
    INFO(row.line);
    CHECK(said(row.line).starts_with(row.said));
  }
}

namespace {

// Three heads that are signed by the first key.
struct SignedFile {
  SignedFile() {
    for (const PublishedHead& head : {head_of(Platform(), 7), head_of(kTenant, 1), head_of(kTenant, 12)})
      text += head_line(signed_by(kFirstPrivate, head)) + "\n";
  }

  HeadFile read(const std::string& bytes, std::string_view key = kFirstPublic) const {
    std::ofstream(dir / "heads", std::ios::trunc) << bytes;
    std::vector<crypto::PublicKey> keys;
    keys.push_back(crypto::PublicKey::parse(public_pem(key)).value());
    return read_heads({dir / "heads", "HEADS"}, keys).value();
  }

  TempDir dir;
  std::string text;
};

}  // namespace

TEST_CASE("published heads: any bit that flips in a signed file is found", "[audit]") {
  const SignedFile file;
  CHECK(file.read(file.text).faults.empty());
  CHECK(file.read(file.text).lines.size() == 3);
  for (std::size_t at = 0; at < file.text.size(); ++at) {
    std::string bad = file.text;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    INFO(at << " " << bad);
    REQUIRE_FALSE(file.read(bad).faults.empty());
  }
}

TEST_CASE("published heads: a file that is cut in a line is found, one cut behind a line is shorter",
          "[audit]") {
  const SignedFile file;
  CHECK(file.read("").faults == std::vector<std::string>{"HEADS: has no heads"});
  for (std::size_t at = 1; at < file.text.size(); ++at) {
    INFO(at);
    const bool is_whole = file.text[at] == '\n' || file.text[at - 1] == '\n';
    REQUIRE(file.read(file.text.substr(0, at)).faults.empty() == is_whole);
  }
}

TEST_CASE("published heads: who signed it is said", "[audit]") {
  const SignedFile file;
  const std::string unsigned_line = head_line({head_of(Platform(), 8)}) + "\n";
  const std::string other = head_line(signed_by(kSecondPrivate, head_of(Platform(), 8))) + "\n";
  const std::string id = crypto::PublicKey::parse(public_pem(kSecondPublic))->id();
  std::string forged = other;
  forged.replace(forged.find(id), id.size(), crypto::PublicKey::parse(public_pem(kFirstPublic))->id());
  const std::string too_long = R"({"chain":")" + std::string(5000, 'x') + "\n";
  struct Row {
    std::string line, wrong;
  };
  for (const Row& row :
       {Row{unsigned_line, "HEADS:4: is not signed"},
        {other, "HEADS:4: is signed by another key, " + id},
        {forged, "HEADS:4: its signature is wrong"},
        {too_long, "HEADS:4: is too long for a head"},
        {"\n", "HEADS:4: is no head of an audit chain: is neither JSON nor a line of the log"}}) {
    const HeadFile read = file.read(file.text + row.line);
    CHECK(read.faults == std::vector{row.wrong});
    CHECK(read.lines.size() == 3);
  }
  CHECK(file.read(file.text, kSecondPublic).faults.size() == 3);
  CHECK(read_heads({file.dir / "none", "none"}, {}).error().code == base::ErrorCode::kNotFound);
}
