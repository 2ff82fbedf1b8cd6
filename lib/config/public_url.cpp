#include "config/public_url.h"

#include <algorithm>

#include "base/address.h"
#include "base/text.h"
#include "config/mistakes.h"
#include "config/origin.h"

namespace config {
namespace {

constexpr std::size_t kMaxPath = 1000;

// What may stand in a path by itself (RFC 3986, 3.3); the rest would have to be percent-encoded.
bool is_path(std::string_view path) {
  constexpr std::string_view kOthers = "/-._~%!$&'()*+,;=:@";
  return path.size() <= kMaxPath && path.find("//") == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), [&](char c) {
           return base::is_letter_or_digit(c) || kOthers.find(c) != std::string_view::npos;
         });
}

// REQUIRES: it is an origin of http
bool is_this_machine(std::string_view origin) {
  std::string_view host = origin.substr(std::string_view("http://").size());
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1) == "[::1]";
  host = host.substr(0, host.find(':'));
  return host == "localhost" || (host.starts_with("127.") && base::parse_address(host).has_value());
}

}  // namespace

base::Result<std::string> parse_public_url(std::string_view text) {
  const auto invalid = [&](const std::string& why) { return base::Error{base::ErrorCode::kInvalid, why}; };
  const std::size_t scheme = text.find("://");
  const std::size_t slash = scheme == std::string_view::npos ? scheme : text.find('/', scheme + 3);
  const std::size_t end = std::min(slash, text.size());
  if (!parse_origin(text.substr(0, end)).ok() || !is_path(text.substr(end)))
    return invalid("must be a URL such as `https://reeve.example.com`, without a query, not " +
                   in_ticks(text));
  if (text.back() == '/') return invalid("must not end in a slash");
  if (!text.starts_with("https://") && !is_this_machine(text.substr(0, end)))
    return invalid("must begin with https://; http is taken for this machine alone");
  return std::string(text);
}

}  // namespace config
