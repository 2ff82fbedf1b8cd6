// Each format has a step that makes it from the one before; opening an older store runs those that lie
// between, in the transaction that also writes the new format's number. So a store is of the old format or of
// the new, and what crashes is simply done again.
//
//   a store of format 6, a program that knows 8:   from_6_to_7, from_7_to_8, then "format" = 8
//
// A step reads the layout of its time by itself and stays as it is for ever; it doesn't use the code of
// today's records, which goes on. Its memory must not grow with the store (kBatch). A format goes up, too,
// where there is nothing to rewrite but an earlier program could not read what is written from now on.
#include "store/migrate.h"

#include <algorithm>
#include <string>
#include <vector>

#include "store/key.h"
#include "store/migrate_audit_index.h"
#include "store/migrate_counts.h"
#include "store/migrate_credential_counts.h"
#include "store/migrate_deletions.h"
#include "store/migrate_mapping_on.h"
#include "store/migrate_names.h"
#include "store/migrate_searches.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::size_t kBatch = 1'000;  // keys in memory at once

// Format 2 finds service users by their id alone.
base::Result<void> from_1_to_2(WriteTxn& txn) {
  std::vector<std::string> keys;
  std::string after;
  do {
    keys.clear();
    const auto scanned =
        txn.scan_from(Table::kServiceUser, {}, after, [&](std::string_view key, std::string_view) {
          keys.emplace_back(key);
          return keys.size() < kBatch;
        });
    if (!scanned.ok()) return scanned;
    for (const std::string& key : keys) {
      KeyReader parts(key);
      const base::Uuid tenant = parts.uuid(), id = parts.uuid();
      if (!parts.complete()) return corrupt(Table::kServiceUser, key, "not a key of this table");
      if (auto put = txn.put(Table::kServiceUserById, Key().uuid(id).uuid(tenant), {}); !put.ok()) return put;
    }
    txn.forget_written();
    if (!keys.empty()) after = keys.back();
  } while (keys.size() == kBatch);
  return {};
}

// In format 3 records may lack members that have their defaults, and change records and audit entries are
// packed. Those that are there are read as before; an earlier program can't read the new ones.
base::Result<void> from_2_to_3(WriteTxn&) {
  return {};
}

// In format 5, too, an audit entry may stand for several refusals, and slugs are held: an earlier program
// would give such a slug away.
// In format 6, too, a tenant may have limits of its own, and an audit chain may begin behind a cut, neither
// of which an earlier program could read.
base::Result<void> from_5_to_6(WriteTxn& write) {
  if (auto counted = count_credentials(write); !counted.ok()) return counted;
  return fold_names(write);
}

// In format 7, too, there are tables that an earlier program would leave out of what it answers, such as that
// of groups in groups.
base::Result<void> from_6_to_7(WriteTxn& txn) {
  return name_deletions(txn);
}

// In format 8 there are entities, policies and what else a tenant decides with, which an earlier program
// would leave out of its decisions.
base::Result<void> from_7_to_8(WriteTxn&) {
  return {};
}

// In format 10 there are schemas, tests of policies and grants, which an earlier program would leave out too.
base::Result<void> from_9_to_10(WriteTxn&) {
  return {};
}

// In format 11 a tenant may say which of its decisions are kept, and what is masked of them.
base::Result<void> from_10_to_11(WriteTxn&) {
  return {};
}

// In format 12 users, groups, roles and service users are found by the words of their names, and mappings by
// when they end.
base::Result<void> from_11_to_12(WriteTxn& txn) {
  return index_searches(txn);
}

// In format 13 a group may be disabled: an earlier program would go on giving its members what it has.
base::Result<void> from_12_to_13(WriteTxn&) {
  return {};
}

constexpr Step kSteps[] = {
    {1, from_1_to_2},  {2, from_2_to_3},    {3, add_counts},     {4, index_audit},
    {5, from_5_to_6},  {6, from_6_to_7},    {7, from_7_to_8},    {8, key_mapping_on_by_holder},
    {9, from_9_to_10}, {10, from_10_to_11}, {11, from_11_to_12}, {12, from_12_to_13}};

}  // namespace

std::span<const Step> steps() {
  return kSteps;
}

base::Result<void> migrate(WriteTxn& txn, std::uint32_t from, std::uint32_t to, std::span<const Step> steps) {
  for (std::uint32_t format = from; format < to; ++format) {
    const std::string name =
        "migration from format " + std::to_string(format) + " to " + std::to_string(format + 1);
    const auto step =
        std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.from == format; });
    if (step == steps.end())
      return base::Error{base::ErrorCode::kInvalid,
                         name + ": unknown to this version; open the store with an earlier one first"};
    if (auto r = step->run(txn); !r.ok()) return base::Error{r.error().code, name + ": " + r.error().message};
  }
  return {};
}

}  // namespace store
