#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/uuid.h"
#include "decision_log/event.h"
#include "decision_log/tables.h"
#include "decision_log/tally.h"
#include "domain/ids.h"

namespace decision_log {

// What of_tenant says of a block of entries of one tenant.
struct Block {
  base::Uuid least, greatest;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;  // that it takes of the environment, about
};

std::optional<Block> read_block(std::string_view bytes);

// The number in a key of of_tenant.
std::uint64_t number_in(std::string_view key);

// When an id of version 7 was made.
std::int64_t ms_of(const base::Uuid& id);

// Gives fn the entries of a block as they stand there, which is by id.
base::Result<void> read_entries(std::string_view block,
                                base::FunctionRef<void(const base::Uuid&, std::string&& json)> fn);

base::Result<void> remove_block(Txn& txn, const domain::TenantId& tenant, std::uint64_t number);

// Bytes of the entries of one block as they are read, unless it is one entry: what is nearly the same again
// and again takes some hundred times fewer on disk, and whoever reads one entry unfolds all of its block.
inline constexpr std::size_t kMostUnfolded = std::size_t{1} << 20U;

// Entries of one tenant, gathered into blocks and put. What it is given must outlive it; the caller puts the
// tally and the totals.
class BlockWriter {
 public:
  struct Of {
    const domain::TenantId& tenant;
    Tally& tally;
    Totals& totals;
  };
  BlockWriter(Txn& txn, const Of& of) : txn_(txn), of_(of) {}

  base::Result<void> add(const Event& event);
  base::Result<void> end();

 private:
  Txn& txn_;
  const Of of_;
  Block block_;
  std::string entries_;
  std::size_t unfolded_ = 0;
  std::string_view before_;  // of the last entry, whose event outlives this
};

}  // namespace decision_log
