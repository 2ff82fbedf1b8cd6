// What an import of entities reads: lines that come in any pieces are the same lines; a name that is given as
// a text is that text again; and two names are never one text.
#include <vector>

#include "authz/request_values.h"
#include "dialects/line_cutter.h"
#include "domain/entity_name.h"
#include "tests/fuzz/fuzz.h"

namespace {

using fuzz::require;
using Lines = std::vector<std::string>;

constexpr std::size_t kMostOfLine = 256;

Lines cut(std::string_view text, std::size_t piece) {
  dialects::LineCutter cutter(kMostOfLine);
  Lines lines;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    cutter.take(text.substr(0, piece), [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    });
  const bool is_too_long = cutter.is_too_long();
  lines.push_back(cutter.take_rest());
  require(is_too_long == (lines.back().size() > kMostOfLine), "a line that is too long is told",
          lines.back());
  return lines;
}

void read_name(std::string_view text) {
  const auto name = domain::parse_entity_name(text);
  if (!name) return;
  require(is_valid(*name), "what is read is a name", std::string(text));
  require(to_string(*name) == text, "a name's text is what it was read from", std::string(text));
}

// The members of a line, as an import and a question take them.
void read_entity(const base::Json& json) {
  const std::string* const type = json.find_string("type");
  const std::string* const id = json.find_string("id");
  if (type && id) {
    const domain::EntityName name{*type, *id};
    const auto again = domain::parse_entity_name(to_string(name));
    require(is_valid(name) ? again == name : !again || *again != name, "a name is read from its text",
            to_string(name));
  }
  const base::Json* const attrs = json.find("attrs");
  std::vector<authz::NotHeld> notes;
  if (attrs && attrs->object())
    require(authz::RequestValues(nullptr, notes).members(*attrs, "", nullptr).ok(), "attributes are read",
            to_text(*attrs));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  const Lines lines = cut(text, text.size() + 1);
  require(cut(text, std::size_t{1} + data[0] % 7) == lines, "pieces make the same lines", std::string(text));
  std::string all;
  for (const std::string& line : lines) {
    all += line;
    read_name(line);
    const auto json = base::parse_json(line);
    if (json.ok() && json->object()) read_entity(*json);
  }
  require(all == text, "nothing is lost", std::string(text));
  return 0;
}
