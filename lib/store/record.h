#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/schema.h"

namespace store {

// How a record lies in its table, since LMDB has no checksums of its own:
//
//   bytes 0-3  CRC-32C (RFC 3720, Castagnoli) of all that follows, little-endian
//   byte  4    the version of the payload's layout
//   bytes 5-   the payload, for most tables JSON
struct Record {
  std::uint8_t version = 0;
  std::string_view payload;  // a view into the sealed bytes
};
inline constexpr std::size_t kSealBytes = 5;

std::string seal(std::uint8_t version, std::string_view payload);

// The record in `bytes`. Fails with kCorrupt, naming the table and the key, where a bit differs from what was
// sealed. The table and key serve the message only.
base::Result<Record> unseal(Table, std::string_view key, std::string_view bytes);

// kCorrupt for a record of this table and key, for those who decode the payload:
// "tenant 0190…: <what>". A uuid is shown as one, text as text, any other key in hexadecimal digits.
base::Error corrupt(Table, std::string_view key, std::string_view what);

// CRC-32C of the bytes, continuing from the crc of those before them.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace store
