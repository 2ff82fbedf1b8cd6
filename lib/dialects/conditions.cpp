// A tag of ours is the revision in quotes, "42" with its quotes. The header is read as RFC 9110 (8.8.3 and
// 13.1.1) writes it, over all its lines:
//
//   If-Match: "42", W/"43", "x"     one tag that may match; a weak one and one that isn't ours never do,
//                                   which is not an error
//   If-Match: *                     any revision
//   If-Match: 42                    no list of tags: 400
//
// "042" is not the tag "42", since tags are compared as bytes. Whether the object has such a revision is
// asked later, in the change.
#include "dialects/conditions.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace dialects {
namespace {

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes one entity tag from the front of the text: what stands between its quotes. Quotes can't be escaped
// in one, and a comma may stand inside.
std::optional<std::string_view> take_tag(std::string_view& text, bool& weak) {
  weak = text.substr(0, 2) == "W/";
  if (weak) text.remove_prefix(2);
  if (text.empty() || text.front() != '"') return std::nullopt;
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view tag = text.substr(1, end - 1);
  text = trim(text.substr(end + 1));
  return tag;
}

api::Error malformed(std::string why) {
  api::Error error = api::error(api::Code::kInvalidInput, "If-Match: " + why);
  error.fields.push_back({"If-Match", std::move(why)});
  return error;
}

}  // namespace

std::string entity_tag(std::uint64_t revision) {
  return '"' + std::to_string(revision) + '"';
}

api::Outcome<api::IfMatch> parse_if_match(const http::Request& request) {
  api::IfMatch match;
  std::size_t tags = 0;
  for (const http::NameValue& line : request.headers) {
    if (line.name != "if-match") continue;
    match.given = true;
    std::string_view text = trim(line.value);
    if (text == "*") {
      match.any = true;
      continue;
    }
    while (true) {
      bool weak = false;
      const auto tag = take_tag(text, weak);
      if (!tag) return malformed("must be `*` or entity tags in double quotes, with commas between them");
      if (++tags > kMaxEntityTags)
        return malformed("must have at most " + std::to_string(kMaxEntityTags) + " entity tags");
      std::uint64_t revision = 0;
      const auto [end, failed] = std::from_chars(tag->data(), tag->data() + tag->size(), revision);
      if (!weak && failed == std::errc() && end == tag->data() + tag->size() &&
          entity_tag(revision).size() == tag->size() + 2)
        match.revisions.push_back(revision);
      if (text.empty()) break;
      if (text.front() != ',')
        return malformed("must be `*` or entity tags in double quotes, with commas between them");
      text = trim(text.substr(1));
    }
  }
  return match;
}

api::Error if_match_of_no_use() {
  return api::invalid("If-Match", "is of no use here: this call changes no object that has an ETag yet");
}

}  // namespace dialects
