// Reading a record: one pass from left to right, driven by the noun's list of members, which says what must
// come next. Nothing is looked up by name and nothing is built but the values themselves:
//
//   {"name":"Ops","source":"local",…     member("name") takes {"name": and the text behind it,
//                                        choice("source") takes ,"source": and so on to the brace
//
// It is no JSON parser: what no RecordWriter writes (blanks, another order, other escapes, numbers with a
// fraction) is refused, as is a byte behind the end. A value that is kept as JSON is only measured. After the
// first thing that is wrong every further call does nothing, so that the lists of members need no checks.
#include "domain/record.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/encoding.h"

namespace domain {
namespace {

// Any more nesting than requests may have is not ours.
constexpr std::size_t kMaxDepth = 80;

void write_principal(base::JsonWriter& json, const Principal& who) {
  json.begin_object().member("kind", name_of(who.kind)).member("id", who.id).end_object();
}

// Of lower case alone, as they are written; base::hex_digit takes both.
int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

void RecordWriter::member(std::string_view name, const std::optional<base::Timestamp>& at) {
  json_.member(name, at ? std::optional(at->ms) : std::nullopt);
}

void RecordWriter::member(std::string_view name, const Principal& who) {
  json_.name(name);
  write_principal(json_, who);
}

void RecordWriter::member(std::string_view name, const std::optional<Principal>& who) {
  json_.name(name);
  if (who) {
    write_principal(json_, *who);
  } else {
    json_.null();
  }
}

void RecordWriter::member(std::string_view name, const crypto::Sha256& hash) {
  json_.member(name, base::to_hex(crypto::raw(hash)));
}

void RecordReader::fail(std::string_view what) {
  if (!ok()) return;
  problem_ = name_.empty() ? std::string(what) : std::string(name_) + ": " + std::string(what);
}

void RecordReader::expect(char c) {
  if (!ok()) return;
  if (rest_.empty() || rest_.front() != c) return fail(std::string("no `") + c + "` where it must be");
  rest_.remove_prefix(1);
}

bool RecordReader::accept(std::string_view word) {
  if (!ok() || !rest_.starts_with(word)) return false;
  rest_.remove_prefix(word.size());
  return true;
}

bool RecordReader::next_is(std::string_view name) const {
  const std::size_t comma = first_ ? 0 : 1;
  const std::size_t size = comma + name.size() + 3;
  return rest_.size() >= size && (comma == 0 || rest_[0] == ',') && rest_[comma] == '"' &&
         rest_.substr(comma + 1, name.size()) == name && rest_.substr(size - 2, 2) == "\":";
}

void RecordReader::begin(std::string_view name) {
  if (!ok()) return;
  name_ = name;
  if (!next_is(name)) return fail("not there");
  rest_.remove_prefix(name.size() + (first_ ? 3 : 4));
  first_ = false;
}

void RecordReader::read_text(std::string& out) {
  if (!accept("\"")) return fail("not a text");
  out.clear();
  while (ok()) {
    const auto end = std::find_if(rest_.begin(), rest_.end(), [](char c) { return c == '"' || c == '\\'; });
    const auto plain = static_cast<std::size_t>(end - rest_.begin());
    if (plain == rest_.size()) return fail("a text without an end");
    out.append(rest_.substr(0, plain));
    const char stop = rest_[plain];
    rest_.remove_prefix(plain + 1);
    if (stop == '"') return;
    read_escape(out);
  }
}

// Behind the backslash. The escapes are those that JsonWriter writes.
void RecordReader::read_escape(std::string& out) {
  const char c = rest_.empty() ? '\0' : rest_.front();
  rest_.remove_prefix(rest_.empty() ? 0 : 1);
  switch (c) {
    case '"':
    case '\\':
      out.push_back(c);
      return;
    case 'n':
      out.push_back('\n');
      return;
    case 'r':
      out.push_back('\r');
      return;
    case 't':
      out.push_back('\t');
      return;
    default:
      break;
  }
  const int high = rest_.size() < 4 ? -1 : hex_digit(rest_[2]);
  const int low = rest_.size() < 4 ? -1 : hex_digit(rest_[3]);
  if (c != 'u' || high < 0 || high > 7 || low < 0 || !rest_.starts_with("00"))
    return fail("an unknown escape");
  out.push_back(static_cast<char>(high * 16 + low));
  rest_.remove_prefix(4);
}

std::int64_t RecordReader::read_integer() {
  std::int64_t n = 0;
  if (!ok()) return n;
  const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), n);
  if (read.ec != std::errc()) fail("not an integer");
  rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
  return n;
}

void RecordReader::member(std::string_view name, std::string& text) {
  begin(name);
  if (ok()) read_text(text);
}

void RecordReader::member(std::string_view name, std::optional<std::string>& text) {
  begin(name);
  text.reset();
  if (!ok() || accept("null")) return;
  read_text(text.emplace());
}

void RecordReader::member(std::string_view name, std::vector<std::string>& texts) {
  begin(name);
  texts.clear();
  expect('[');
  if (!ok() || accept("]")) return;
  do read_text(texts.emplace_back());
  while (accept(","));
  expect(']');
}

void RecordReader::member(std::string_view name, bool& value) {
  begin(name);
  if (!ok()) return;
  if (accept("true")) {
    value = true;
  } else if (accept("false")) {
    value = false;
  } else {
    fail("neither true nor false");
  }
}

void RecordReader::member(std::string_view name, std::uint64_t& n) {
  begin(name);
  const std::int64_t read = read_integer();
  if (read < 0) return fail("less than zero");
  if (ok()) n = static_cast<std::uint64_t>(read);
}

void RecordReader::member(std::string_view name, std::optional<std::uint64_t>& n) {
  member(name, n.emplace());
}

void RecordReader::member(std::string_view name, int& n) {
  begin(name);
  const std::int64_t read = read_integer();
  if (!std::in_range<int>(read)) return fail("too large");
  if (ok()) n = static_cast<int>(read);
}

void RecordReader::member(std::string_view name, base::Timestamp& at) {
  begin(name);
  const std::int64_t read = read_integer();
  if (ok()) at.ms = read;
}

void RecordReader::member(std::string_view name, std::optional<base::Timestamp>& at) {
  begin(name);
  at.reset();
  if (!ok() || accept("null")) return;
  at = base::Timestamp{read_integer()};
}

void RecordReader::member(std::string_view name, base::Uuid& id) {
  begin(name);
  if (!ok()) return;
  const auto found = rest_.size() < 38 ? std::nullopt : base::Uuid::parse(rest_.substr(1, 36));
  if (!found || rest_[0] != '"' || rest_[37] != '"') return fail("not a uuid");
  id = *found;
  rest_.remove_prefix(38);
}

void RecordReader::member(std::string_view name, Owner& owner) {
  base::Uuid stored;
  member(name, stored);
  if (ok()) owner = owner_of(stored);
}

void RecordReader::read_principal(Principal& who) {
  const std::string_view outer = name_;
  const bool first = std::exchange(first_, true);
  choice("kind", who.kind, parse_principal_kind);
  member("id", who.id);
  expect('}');
  first_ = first;
  name_ = outer;
}

void RecordReader::member(std::string_view name, Principal& who) {
  begin(name);
  expect('{');
  if (ok()) read_principal(who);
}

void RecordReader::member(std::string_view name, std::optional<Principal>& who) {
  begin(name);
  who.reset();
  if (!ok() || accept("null")) return;
  expect('{');
  if (ok()) read_principal(who.emplace());
}

void RecordReader::member(std::string_view name, crypto::Sha256& hash) {
  begin(name);
  if (!ok()) return;
  const std::size_t digits = 2 * hash.size();
  if (rest_.size() < digits + 2 || rest_[0] != '"' || rest_[digits + 1] != '"') return fail("not a hash");
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = hex_digit(rest_[1 + 2 * i]);
    const int low = hex_digit(rest_[2 + 2 * i]);
    if (high < 0 || low < 0) return fail("not a hash");
    hash[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  rest_.remove_prefix(digits + 2);
}

std::string_view RecordReader::json_view(std::string_view name) {
  begin(name);
  const std::string_view from = rest_;
  if (ok()) skip_value();
  return ok() ? from.substr(0, from.size() - rest_.size()) : std::string_view();
}

// Goes behind one value. Only its extent is found out: the writer had checked the rest.
void RecordReader::skip_value() {
  std::size_t depth = 0;
  do {
    if (rest_.empty()) return fail("a value without an end");
    const char c = rest_.front();
    if (c == '"') {
      skip_text();
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return fail("nested more deeply than allowed");
      rest_.remove_prefix(1);
    } else if (c == '}' || c == ']') {
      if (depth == 0) return fail("a value is missing");
      --depth;
      rest_.remove_prefix(1);
    } else if (depth > 0) {
      rest_.remove_prefix(1);
    } else {
      const std::size_t end = std::min(rest_.find_first_of(",}]"), rest_.size());
      if (end == 0) return fail("a value is missing");
      rest_.remove_prefix(end);
    }
  } while (ok() && depth > 0);
}

void RecordReader::skip_text() {
  std::size_t at = 1;
  while (at < rest_.size() && rest_[at] != '"') at += rest_[at] == '\\' ? 2 : 1;
  if (at >= rest_.size()) return fail("a text without an end");
  rest_.remove_prefix(at + 1);
}

void RecordReader::finish() {
  name_ = {};
  expect('}');
  if (ok() && !rest_.empty()) fail("more follows its end");
}

base::Result<void> check_object(std::string_view json, const std::string& who, const char* member) {
  if (json == "{}") return {};
  const auto value =
      base::parse_json(json, {.rounds_integers = true});  // it may be of before that was refused
  if (value.ok() && value->object() && json.starts_with('{') && json.ends_with('}')) return {};
  const std::string why = value.ok() ? "not an object" : value.error().message;
  return base::Error{base::ErrorCode::kInvalid, who + ": " + member + ": " + why};
}

base::Result<std::string_view> unseal_json(store::Table table, std::string_view key, std::string_view sealed,
                                           std::uint8_t version) {
  const auto record = store::unseal(table, key, sealed);
  if (!record.ok()) return record.error();
  if (record->version != version)
    return store::corrupt(table, key, "layout " + std::to_string(record->version) + " is unknown");
  return record->payload;
}

}  // namespace domain
