#include "config/origin.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "config/mistakes.h"
#include "config/network.h"
#include "config/units.h"

namespace config {
namespace {

constexpr std::size_t kMaxHost = 253;  // RFC 1035, 2.3.4, as written with dots

bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return host.find(':') != std::string_view::npos &&
           base::parse_address(host.substr(1, host.size() - 2)).has_value();
  return !host.empty() && host.size() <= kMaxHost && host.front() != '.' && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return base::is_lower(c) || base::is_digit(c) || c == '-' || c == '.' || c == '_';
         });
}

// The origin that a text with a scheme means; it may be spelled differently from the text.
std::optional<std::string> normal(std::string_view text) {
  const std::string lower = base::to_lower(std::string(text));
  const bool is_https = lower.starts_with("https://");
  if (!is_https && !lower.starts_with("http://")) return std::nullopt;
  const std::string scheme = is_https ? "https://" : "http://";
  std::string authority = lower.substr(scheme.size());
  authority = authority.substr(0, authority.find_first_of("/?#"));

  std::string host = authority;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string::npos && authority.back() != ']') {
    const auto port = parse_count(authority.substr(colon + 1));
    if (!port.ok() || port.value() == 0 || port.value() > 65535) return std::nullopt;
    if (port.value() == (is_https ? 443 : 80)) authority.resize(colon);
    host.resize(colon);
  }
  if (!is_host(host)) return std::nullopt;
  return scheme + authority;
}

}  // namespace

base::Result<std::string> parse_origin(std::string_view text) {
  const auto meant = normal(text);
  if (meant == text) return std::string(text);
  std::string message = "must be an origin such as `https://console.example.com`, not " + in_ticks(text);
  if (text == "*") message += "; name each one";
  if (meant) message += "; did you mean `" + *meant + "`?";
  if (!meant && normal("https://" + std::string(text)))
    message += "; did you mean `https://" + std::string(text) + "`?";
  return base::Error{base::ErrorCode::kInvalid, std::move(message)};
}

}  // namespace config
