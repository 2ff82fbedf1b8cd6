// A head is published twice, in a file and in the log, and read from either:
//
//   {"chain":"platform","seq":7,"hash":"…","at":"…"}                                    the file
//   {"time":"…","level":"info","event":"audit head","chain":"platform","seq":7,…}       log.format: json
//   2026-04-15T12:00:00.000Z info  audit head chain=platform seq=7 hash=… at=…          log.format: text
//
// What stands before a line of text, such as what syslog adds, is passed over, unless it has a quote: a
// caller's text stands between quotes in the log, and might look like a head.
#include "domain/published_head.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/encoding.h"
#include "base/json.h"
#include "crypto/signature.h"

namespace domain {
namespace {

constexpr std::string_view kPlatform = "platform";
constexpr std::string_view kEvent = "audit head";
constexpr std::string_view kInText = " info  audit head chain=";
constexpr std::size_t kKeyIdDigits = 16;

using Words = std::map<std::string, std::string, std::less<>>;

base::Error invalid(const std::string& what) {
  return {base::ErrorCode::kInvalid, what};
}

base::Result<Words> words_of_json(std::string_view line) {
  const auto json = base::parse_json(line);
  if (!json.ok()) return invalid(json.error().message);
  if (!json->object()) return invalid("is no object");
  if (const base::Json* event = json->find("event");
      event && (!event->string() || *event->string() != kEvent))
    return invalid("event: is not `audit head`");
  Words words;
  for (const auto& [name, value] : *json->object()) {
    if (name == "seq" ? value.integer() != nullptr : value.string() != nullptr)
      words.emplace(name, name == "seq" ? std::to_string(*value.integer()) : *value.string());
  }
  return words;
}

base::Result<Words> words_of_text(std::string_view line) {
  const auto at = line.find(kInText);
  if (at == line.npos || line.substr(0, at).find('"') != line.npos)
    return invalid("is neither JSON nor a line of the log");
  Words words;
  line.remove_prefix(line.find("chain=", at));
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    const auto equals = word.find('=');
    if (equals == word.npos) return invalid("has a word without `=`");
    std::string_view value = word.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (!words.emplace(word.substr(0, equals), value).second)
      return invalid(std::string(word.substr(0, equals)) + ": is there twice");
  }
  return words;
}

// A value that isn't what writing would make of it is none: so a digit in upper case is found, too.
bool read_chain(const std::string& text, Owner& chain) {
  const auto id = base::Uuid::parse(text);
  if (text == kPlatform)
    chain = Platform();
  else if (id)
    chain = owner_of(*id);
  return chain_name(chain) == text;
}

bool read_seq(const std::string& text, std::uint64_t& seq) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seq);
  return read.ec == std::errc() && read.ptr == end && seq > 0 && std::to_string(seq) == text;
}

bool read_hash(const std::string& text, crypto::Sha256& hash) {
  const auto bytes = base::from_hex(text);
  if (!bytes || bytes->size() != hash.size()) return false;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return base::to_hex(*bytes) == text;
}

bool read_time(const std::string& text, base::Timestamp& at) {
  const auto time = base::parse_timestamp(text);
  if (time) at = *time;
  return time && to_string(at) == text;
}

bool read_signature(const std::string& text, std::string& signature) {
  const auto bytes = base::from_base64(text);
  if (bytes) signature = *bytes;
  return bytes && bytes->size() == crypto::kSignatureBytes;
}

bool read_key_id(const std::string& text, std::string& id) {
  id = text;
  const auto bytes = base::from_hex(text);
  return text.size() == kKeyIdDigits && bytes && base::to_hex(*bytes) == text;
}

}  // namespace

std::string chain_name(const Owner& chain) {
  return chain.is_platform() ? std::string(kPlatform) : to_string(chain);
}

std::string signed_text(const PublishedHead& head) {
  return "reeve audit head " + chain_name(head.chain) + " " + std::to_string(head.seq) + " " +
         base::to_hex(crypto::raw(head.hash)) + " " + to_string(head.at);
}

std::string head_line(const SignedHead& it) {
  base::JsonWriter json;
  json.begin_object().member("chain", chain_name(it.head.chain)).member("seq", it.head.seq);
  json.member("hash", base::to_hex(crypto::raw(it.head.hash))).member("at", it.head.at);
  if (it.is_signed())
    json.member("signature", base::to_base64(it.signature.bytes)).member("key_id", it.signature.key_id);
  return json.end_object().take();
}

base::Result<SignedHead> parse_head_line(std::string_view line) {
  const auto words = line.starts_with('{') ? words_of_json(line) : words_of_text(line);
  if (!words.ok()) return words.error();
  SignedHead read;
  std::string wrong;
  const auto member = [&](std::string_view name, auto parse, auto& into) {
    if (!wrong.empty()) return;
    const auto word = words->find(name);
    if (word == words->end())
      wrong = std::string(name) + ": not there";
    else if (!parse(word->second, into))
      wrong = std::string(name) + ": is not as a head has it";
  };
  member("chain", read_chain, read.head.chain);
  member("seq", read_seq, read.head.seq);
  member("hash", read_hash, read.head.hash);
  member("at", read_time, read.head.at);
  if (words->contains("signature") || words->contains("key_id")) {
    member("signature", read_signature, read.signature.bytes);
    member("key_id", read_key_id, read.signature.key_id);
  }
  if (!wrong.empty()) return invalid(wrong);
  return read;
}

}  // namespace domain
