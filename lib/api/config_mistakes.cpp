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

// What a message says is wanted, without what it says is there: that may be a secret in the wrong place.
std::string without_value(std::string_view message) {
  return std::string(message.substr(0, message.find(", not `")));
}

// Of "config/reeve.yaml:3:5: server.thraeds: unknown key" and the lines below it.
ConfigMistake mistake_in(std::string_view block) {
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
    mistake.message = without_value(rest.substr(1));
    return mistake;
  }
  mistake.message = without_value(first);
  return mistake;
}

}  // namespace

std::vector<ConfigMistake> mistakes_in(const std::string& text) {
  std::vector<ConfigMistake> mistakes;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find("\n\n");
    const std::string_view block = rest.substr(0, end);
    if (!block.empty()) mistakes.push_back(mistake_in(block));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  }
  return mistakes;
}

}  // namespace api
