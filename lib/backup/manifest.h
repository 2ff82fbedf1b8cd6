#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "domain/owner.h"
#include "store/txn.h"

namespace backup {

inline constexpr std::size_t kMaxManifest = std::size_t{64} << 20;  // bytes

// The newest entry of an audit chain.
struct Head {
  domain::Owner tenant;
  std::uint64_t seq = 0;
  crypto::Sha256 hash{};
  bool operator==(const Head&) const = default;
};

// What a store holds, to tell whether a copy holds the same.
struct Contents {
  store::Revision revision = 0;
  std::vector<std::pair<std::string, std::uint64_t>> counts;  // "users", 3; always the same, in one order
  std::vector<Head> heads;                                    // of all audit chains, in order of tenant
  bool operator==(const Contents&) const = default;
};

// Reads the keys of the tables counted, and no record.
base::Result<Contents> contents_of(const store::ReadTxn&);

// Where the two differ: "3 users, where there should be 4"; "" where they are the same.
std::string difference(const Contents& found, const Contents& wanted);

// What stands beside the copy, in manifest.json: one line of JSON.
//
//   {"manifest":1,"program":"reeve","version":"0.1.0","format":5,"created_at":"2026-04-15T12:00:00.000Z",
//    "data":{"bytes":81920,"sha256":"…"},"revision":1842,"counts":{"tenants":3,…},
//    "audit_heads":[{"tenant":"…","seq":17,"hash":"…"},…],"checksum":"…"}
//
// `checksum` is the SHA-256 of the line without it: of all before `,"checksum"`, and `}`.
struct Manifest {
  std::string version;       // of the program that made it
  std::uint32_t format = 0;  // of the store
  base::Timestamp created_at;
  std::uint64_t bytes = 0;  // of data.mdb
  crypto::Sha256 sha256{};
  Contents contents;
  bool operator==(const Manifest&) const = default;
};

std::string to_text(const Manifest&);

// kCorrupt where the text is not, byte for byte, what to_text() gives for some manifest; kNewer where a later
// version of this program wrote it. The message doesn't name the file.
base::Result<Manifest> parse_manifest(std::string_view text);

}  // namespace backup
