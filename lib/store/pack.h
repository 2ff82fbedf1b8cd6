#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace store {

// Makes a record shorter, without loss: change records and audit entries say mostly what their key, a record
// beside them or every other record says too. Any bytes can be packed; those of records become a third or
// less. What is packed is on disk: it must be unpacked in the same way for ever.
//
// `known` is something that whoever unpacks has at hand, byte for byte, such as the key; what is in it need
// not be said again.
std::string pack(std::string_view bytes, std::string_view known);

// Nothing where `packed` was not made by pack() with the same `known`, as far as can be seen, or where it
// would become longer than `limit`.
std::optional<std::string> unpack(std::string_view packed, std::string_view known, std::size_t limit);

}  // namespace store
