#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace dialects {

// The opaque text of a position in a list: what an operation called `next`, with a check that it came back
// whole and to the same list. It protects against mistakes and not against forgery, since a forged position
// shows nothing that the caller couldn't list anyway.
std::string make_cursor(std::string_view operation, std::string_view next);

// Nothing where make_cursor(operation, …) did not make the text.
std::optional<std::string> read_cursor(std::string_view operation, std::string_view cursor);

}  // namespace dialects
