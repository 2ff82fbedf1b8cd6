#include "api/config_mistakes.h"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

namespace api {
namespace {

// The number that stands before the next colon, which is taken with it; nothing where there is none.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + colon, n);
  if (error != std::errc() || end != text.data() + colon) return std::nullopt;
  text.remove_prefix(colon + 1);
  return n;
}

using IsKey = base::FunctionRef<bool(std::string_view)>;

constexpr std::string_view kUntold =
    "not as it must be; the server's log says what is wrong, as `reeve check-config` does";

// What a message says is wanted, without what it says is there.
std::string without_value(std::string_view message) {
  return std::string(message.substr(0, message.find(", not `")));
}

bool is_policy(std::string_view file) {
  return file.ends_with(".cedar") || file.ends_with(".cedarschema");
}

// What may be told of "server.threads: must be a number from 1 to 64, not `s3cret`": what a known key must
// be. Whatever else is said of a file that isn't a policy may be what somebody wrote there, and so may a path
// that can't be read.
std::string tellable(const ConfigMistake& of, std::string_view message, IsKey is_key) {
  if (is_policy(of.file)) return without_value(message);
  const std::size_t colon = message.find(": ");
  const std::string_view key = message.substr(0, colon);
  if (of.file.empty() || colon == std::string_view::npos || !is_key(key)) return std::string(kUntold);
  const std::string_view what = message.substr(colon + 2);
  if (what.starts_with("must ") || what == "is missing") return without_value(message);
  return std::string(key) + ": " + std::string(kUntold);
}

// Of "config/reeve.yaml:3:5: server.thraeds: unknown key" and the lines below it.
ConfigMistake mistake_in(std::string_view block, IsKey is_key) {
  const std::string_view first = block.substr(0, block.find('\n'));
  ConfigMistake mistake;
  for (std::size_t colon = first.find(':'); colon != std::string_view::npos;
       colon = first.find(':', colon + 1)) {
    std::string_view rest = first.substr(colon + 1);
    const auto line = take_number(rest);
    const auto column = line ? take_number(rest) : std::nullopt;
    if (!column || !rest.starts_with(' ')) continue;
    mistake.file = first.substr(0, colon);
    mistake.line = *line;
    mistake.column = *column;
    mistake.message = tellable(mistake, rest.substr(1), is_key);
    return mistake;
  }
  mistake.message = tellable(mistake, first, is_key);
  return mistake;
}

}  // namespace

std::vector<ConfigMistake> mistakes_in(std::string_view text, IsKey is_key) {
  std::vector<ConfigMistake> mistakes;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find("\n\n");
    const std::string_view block = rest.substr(0, end);
    if (!block.empty()) mistakes.push_back(mistake_in(block, is_key));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  }
  return mistakes;
}

}  // namespace api
