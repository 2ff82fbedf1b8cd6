#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/uuid.h"
#include "decision_log/fold.h"
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

// Gives fn the entries of a block as they stand there: by id, within what one call decided, and about by id
// where several calls were answered at the same time.
base::Result<void> read_entries(std::string_view block,
                                base::FunctionRef<void(const base::Uuid&, std::string&& json)> fn);

base::Result<void> remove_block(Txn& txn, const domain::TenantId& tenant, std::uint64_t number);

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

  // Those of one call: a block of their own where they are many, else with others.
  base::Result<void> add(const Folded&);
  base::Result<void> end();

 private:
  base::Result<void> put(const Folded&);

  Txn& txn_;
  const Of of_;
  Folding folding_;
};

}  // namespace decision_log
