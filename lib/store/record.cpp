// The envelope of a record: its checksum, its version, its payload. LMDB finds out neither a bit that a disk
// turned nor a page that a copy lost, so each record that is read is summed first.
//
//   seal(1, "{}")   7c 96 3f 1d  01  7b 7d     CRC-32C of `01 7b 7d`, little-endian; the version; the payload
//
// The sum is the processor's where it has the instruction, else eight bytes at a time from tables; both give
// RFC 3720's. It tells damage from what was written and is no protection against somebody who writes: of the
// audit log that is the chain of hashes (domain/audit.h).
#include "store/record.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/encoding.h"
#include "base/uuid.h"

namespace store {
namespace {

// CRC-32C eight bytes at a time ("slicing by 8"): kTables[k][b] is the crc of byte b followed by k zeros, so
// that eight lookups that don't depend on each other do the work of eight that would.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;  // Castagnoli's, bits reversed
  Tables t{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kPolynomial : 0);
    t[0][byte] = crc;
  }
  for (std::size_t byte = 0; byte < 256; ++byte)
    for (std::size_t k = 1; k < 8; ++k) t[k][byte] = t[k - 1][byte] >> 8 ^ t[0][t[k - 1][byte] & 0xff];
  return t;
}

constexpr Tables kTables = make_tables();

std::uint32_t load32(const char* p) {
  const auto byte = [p](int i) { return std::uint32_t{static_cast<std::uint8_t>(p[i])}; };
  return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;  // one load, to the compiler
}

void store32(char* p, std::uint32_t n) {
  for (int i = 0; i < 4; ++i) p[i] = static_cast<char>(n >> (8 * i) & 0xff);
}

#if defined(__x86_64__)
// The processor's own instruction for this very polynomial, from SSE 4.2 on: several times quicker, and every
// record that is read is summed.
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_processor(std::string_view bytes,
                                                                    std::uint32_t crc) {
  std::uint64_t sum = ~crc;
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    sum = __builtin_ia32_crc32di(sum, word);
  }
  auto rest = static_cast<std::uint32_t>(sum);
  for (; left > 0; --left, ++p) rest = __builtin_ia32_crc32qi(rest, static_cast<std::uint8_t>(*p));
  return ~rest;
}
#endif

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc) {
  crc = ~crc;
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    const std::uint32_t low = crc ^ load32(p);
    const std::uint32_t high = load32(p + 4);
    crc = kTables[7][low & 0xff] ^ kTables[6][low >> 8 & 0xff] ^ kTables[5][low >> 16 & 0xff] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xff] ^ kTables[2][high >> 8 & 0xff] ^
          kTables[1][high >> 16 & 0xff] ^ kTables[0][high >> 24];
  }
  for (; left > 0; --left, ++p) crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<std::uint8_t>(*p)) & 0xff];
  return ~crc;
}

bool is_text(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
#if defined(__x86_64__)
  static const bool by_processor = __builtin_cpu_supports("sse4.2") != 0;
  if (by_processor) return crc32c_by_processor(bytes, crc);
#endif
  return crc32c_by_table(bytes, crc);
}

std::string seal(std::uint8_t version, std::string_view payload) {
  std::string out;
  out.reserve(kSealBytes + payload.size());
  out.append(4, '\0');
  out.push_back(static_cast<char>(version));
  out.append(payload);
  store32(out.data(), crc32c(std::string_view(out).substr(4)));
  return out;
}

base::Result<Record> unseal(Table table, std::string_view key, std::string_view bytes) {
  if (bytes.size() < kSealBytes) return corrupt(table, key, "the record is cut short");
  if (load32(bytes.data()) != crc32c(bytes.substr(4)))
    return corrupt(table, key, "the record's checksum is wrong");
  return Record{static_cast<std::uint8_t>(bytes[4]), bytes.substr(kSealBytes)};
}

base::Error corrupt(Table table, std::string_view key, std::string_view what) {
  std::string message(name_of(table));
  message += ' ';
  message += key.size() == 16 ? base::Uuid::from_raw(key).to_string()
             : is_text(key)   ? std::string(key)
                              : base::to_hex(key);
  message += ": ";
  message += what;
  return {base::ErrorCode::kCorrupt, std::move(message)};
}

}  // namespace store
