#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/signature.h"
#include "domain/audit.h"
#include "domain/published_head.h"
#include "store/txn.h"

// Published heads (published_head.h) are held against the store.
namespace domain {

// What a file holds that is said to be of published heads.
struct HeadFile {
  std::string name;
  struct Line {
    PublishedHead head;
    std::uint64_t number = 0;  // from 1
  };
  std::vector<Line> lines{};
  std::vector<std::string> faults{};  // "NAME:7: …", of the lines that are no heads, or not signed as wanted
};

struct HeadSource {
  std::string path;
  std::string name;  // in messages
};

// Reads the file. Where there are keys, each head has to be signed by one of them.
// Memory grows by about 100 bytes with each line. Fails only where the file can't be read.
base::Result<HeadFile> read_heads(const HeadSource&, std::span<const crypto::PublicKey> keys);

struct ComparedHeads {
  std::vector<std::string> faults{};        // by chain and seq
  std::vector<std::string> notices{};       // of what can't be compared, and is no fault
  std::uint64_t same = 0;                   // heads that are as they were published
  std::uint64_t chains = 0;                 // of which these are
  std::uint64_t unpublished = 0;            // chains of the store of which there is no head
  std::optional<base::Timestamp> newest{};  // when the newest of all heads was published
  // When the first entry was made of those that are behind the newest head of their chain.
  std::optional<base::Timestamp> uncovered_since{};
};

// Gathers which hash the entries have whose heads were published, and then says what of that is wrong. One
// thread at a time.
class HeadComparison {
 public:
  // `has_archives`: every entry that was cut off is to be found in an archive.
  HeadComparison(std::vector<HeadFile> files, bool has_archives);

  bool wants(const Owner& chain, std::uint64_t seq) const;

  // The hash of an entry that is in the chain for certain, since all that follows hangs on it. May be said of
  // any, and more than once.
  void know(const Owner& chain, std::uint64_t seq, const crypto::Sha256& hash);

  // The hash that a seal says an entry has. Nothing hangs on that, so it never puts right what is known.
  void claim(const Owner& chain, std::uint64_t seq, const crypto::Sha256& hash);

  // Of the store's chains; heads of `broken` ones, of which nothing is known, are passed over, since their
  // fault is named already. To be called once all that can be known is.
  base::Result<ComparedHeads> compare(const store::ReadTxn&, const std::vector<AuditFault>& broken) const;

 private:
  struct Expected {
    PublishedHead head;
    std::uint32_t file = 0;
    std::uint64_t line = 0;
    std::optional<crypto::Sha256> known{}, claimed{};  // the hashes; one that is wrong stays
  };

  template <typename Fn>
  void each_expected(const Owner& chain, std::uint64_t seq, Fn);
  std::string place(const Expected&) const;

  std::vector<std::string> names_;  // of the files
  std::vector<Expected> expected_;  // by chain and seq
  const bool has_archives_;
};

}  // namespace domain
