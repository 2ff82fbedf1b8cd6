#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/side_env.h"

// What the files that make up the archive share: what is where in its environment.
namespace decision_log {

// Entries are written in blocks, since a put costs about as much as making an entry does:
//
//   block      number                  tenant, count, then entries; by id
//   of_tenant  tenant, number          least id, greatest id, count, bytes
//   tenant     tenant                  Tally
//   use        tenant, kind, what      the day that it last decided something
//   totals     "totals"                the next number, bytes of all blocks, how many uses there are
//
// The numbers of tables are as they stand here.
enum Table : std::size_t { kBlock, kOfTenant, kTenant, kUse, kTotals };
inline constexpr std::string_view kTableNames[] = {"block", "of_tenant", "tenant", "use", "totals"};

// Since 3 entries may say by edits what they are (fold.cpp); 2 is read as it is.
inline constexpr std::uint32_t kFormat = 3, kOldestFormat = 2;

using Txn = store::SideEnv::Txn;

inline base::Error corrupt(std::string_view what) {
  return {base::ErrorCode::kCorrupt, "decision log: " + std::string(what) + " can't be read"};
}

}  // namespace decision_log
