// A target is split first and decoded afterwards, and each part once: whoever decodes first takes
// "/roles/a%2Fb" for three segments, and whoever decodes twice takes "%2541" for "A". So
//
//   /v1/roles/a%2Fb?name=x+y&name=z%26     the path is v1, roles, a/b; name is "x y" and "z&"
//   //v1/                                  the path is "", v1, "": empty segments stay, and match no route
//   http://reeve.example/v1/roles          the same as /v1/roles, and the authority goes before Host
//
// NUL and bytes that are not UTF-8 are refused, since no name of ours holds them and other programs disagree
// about what they mean. "." and ".." are names like others: nothing here is a file.
#include "http/front/target.h"

#include <optional>
#include <string>

#include "base/text.h"
#include "base/utf8.h"
#include "http/front/syntax.h"

namespace http::front {

namespace {

constexpr Refusal kBadEncoding{400, "the request target has a '%' without two hexadecimal digits behind it"};
constexpr Refusal kBadText{400, "the request target is not UTF-8, or holds a NUL, once it is decoded"};

Refusal decode(std::string_view raw, bool plus_is_blank, std::string& out) {
  if (raw.find_first_of(plus_is_blank ? "%+" : "%") == std::string_view::npos) {
    out = raw;  // visible ASCII, so nothing to check
    return {};
  }
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (raw[i] == '%') {
      if (raw.size() - i < 3) return kBadEncoding;
      const int high = base::hex_digit(raw[i + 1]);
      const int low = base::hex_digit(raw[i + 2]);
      if (high < 0 || low < 0) return kBadEncoding;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += raw[i];
    }
  }
  return out.find('\0') == std::string::npos && base::utf8::is_valid(out) ? Refusal() : kBadText;
}

// What is before the separator, taken off `rest`; all of it, and nothing left, where there is none.
std::string_view take_until(char separator, std::optional<std::string_view>& rest) {
  const std::size_t end = rest->find(separator);
  const std::string_view part = rest->substr(0, end);
  if (end == std::string_view::npos)
    rest.reset();
  else
    rest->remove_prefix(end + 1);
  return part;
}

Refusal read_path(std::string_view path, Request& request) {
  std::optional<std::string_view> rest = path.substr(1);
  request.path.reserve(4);
  while (rest) {
    if (request.path.size() == kMaxPathSegments) return {414, "the path has too many segments"};
    if (const auto bad = decode(take_until('/', rest), false, request.path.emplace_back())) return bad;
  }
  return {};
}

Refusal read_query(std::string_view query, Request& request) {
  std::optional<std::string_view> rest = query;
  while (rest) {
    const std::string_view part = take_until('&', rest);
    if (part.empty()) continue;
    if (request.query.size() == kMaxQueryParameters) return {414, "the query has too many parameters"};
    const std::size_t equals = part.find('=');
    NameValue& parameter = request.query.emplace_back();
    if (const auto bad = decode(part.substr(0, equals), true, parameter.name)) return bad;
    if (equals == std::string_view::npos) continue;
    if (const auto bad = decode(part.substr(equals + 1), true, parameter.value)) return bad;
  }
  return {};
}

// Takes "http://authority" off the front of an absolute-form target. False where it is none.
bool take_authority(std::string_view& target, std::string_view& authority) {
  const std::size_t colon = target.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = target.substr(0, colon);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return false;
  target.remove_prefix(colon + 3);
  authority = target.substr(0, target.find_first_of("/?"));
  target.remove_prefix(authority.size());
  return !authority.empty();
}

}  // namespace

Refusal read_target(std::string_view target, Request& request, std::string_view& authority) {
  for (const char c : target)
    if (!is_visible(c) || c == '#')
      return {400, "the request target holds a character that has to be percent-encoded"};
  if (target == "*") {
    if (request.method != "OPTIONS") return {400, "the request target '*' is for OPTIONS alone"};
    request.target = target;
    return {};
  }
  if (!target.starts_with('/')) {
    if (!take_authority(target, authority))
      return {400, "the request target is neither a path nor an http URL"};
    if (!target.starts_with('/')) request.target = "/";  // RFC 9112 section 3.2.2: an empty path
  }
  request.target += target;
  const std::string_view whole = request.target;
  const std::size_t mark = whole.find('?');
  if (const auto bad = read_path(whole.substr(0, mark), request)) return bad;
  return mark == std::string_view::npos ? Refusal() : read_query(whole.substr(mark + 1), request);
}

}  // namespace http::front
