#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "domain/owner.h"

// Heads of audit chains are published, to be kept where whoever can write the store can't write: who made a
// chain anew couldn't make it end with the same hash.
namespace domain {

// The newest entry that a chain had at a moment.
struct PublishedHead {
  Owner chain = TenantId();
  std::uint64_t seq = 0;
  crypto::Sha256 hash{};
  base::Timestamp at{};  // when it was published

  bool operator==(const PublishedHead&) const = default;
};

struct HeadSignature {
  std::string bytes;   // 64, of signed_text()
  std::string key_id;  // as crypto::SigningKey has it

  bool operator==(const HeadSignature&) const = default;
};

struct SignedHead {
  PublishedHead head{};
  HeadSignature signature{};  // without bytes: it isn't signed

  bool is_signed() const { return !signature.bytes.empty(); }
};

// "platform", or the tenant's id.
std::string chain_name(const Owner&);

// What a signature is of, without a line end: "reeve audit head CHAIN SEQ HASH AT", the words as in the line.
std::string signed_text(const PublishedHead&);

// A line of a file of heads, without its end. An unsigned one ends behind `at`:
//
//   {"chain":"platform","seq":7,"hash":"<64 digits>","at":"2026-04-15T12:00:00.000Z",
//    "signature":"<base64>","key_id":"<16 digits>"}
std::string head_line(const SignedHead&);

// Reads such a line, whose members may stand in any order and among others, as they do in the log's lines,
// which are read in both formats. Each value has one spelling. kInvalid, with what is wrong.
base::Result<SignedHead> parse_head_line(std::string_view line);

}  // namespace domain
