// Records go from the front, so that those that are left follow each other, and only as far as it is sure
// that they are old. Times don't always rise: somebody may have set the clock back, or forward for a while.
// So a record whose time is in the future, or can't be read, is judged by the one behind it:
//
//   now 100, kept since 90:   1 at 70   2 at 80   3 at 500   4 at 85   5 at 91   6 at 60
//                             '------- these go ---------------------'    here it ends
//
// Where more are in the future than are looked at, their number decides alone.
#include "store/change_trim.h"

#include <string>
#include <vector>

#include "store/change.h"
#include "store/key.h"

namespace store {
namespace {

// The keys of those that may go.
base::Result<std::vector<std::string>> old_keys(const ReadTxn& txn, const ChangesKept& kept, Revision newest,
                                                std::size_t most) {
  std::vector<std::string> keys;
  std::size_t old = 0;
  if (most == 0) return keys;
  const auto scanned = txn.scan(Table::kChange, {}, [&](std::string_view key, std::string_view value) {
    const Revision revision = KeyReader(key).u64();
    if (revision >= newest) return false;
    const auto at = time_of_change(key, value);
    const bool is_old = revision <= kept.up_to || (at.ok() && *at < kept.since);
    if (!is_old && at.ok() && *at <= kept.now) return false;
    keys.emplace_back(key);
    if (is_old) old = keys.size();
    return keys.size() < most;
  });
  if (!scanned.ok()) return scanned.error();
  keys.resize(old);
  return keys;
}

}  // namespace

base::Result<std::size_t> changes_to_trim(const ReadTxn& txn, const ChangesKept& kept, std::size_t most) {
  const auto keys = old_keys(txn, kept, txn.revision(), most);
  if (!keys.ok()) return keys.error();
  return keys->size();
}

base::Result<std::size_t> trim_changes(WriteTxn& txn, const ChangesKept& kept, std::size_t most) {
  const auto keys = old_keys(txn, kept, txn.revision() - 1, most);
  if (!keys.ok()) return keys.error();
  for (const std::string& key : *keys)
    if (auto done = txn.del_own(Table::kChange, key); !done.ok()) return done.error();
  if (!keys->empty()) txn.probe();  // has it committed, although there is nothing to have a record of
  return keys->size();
}

}  // namespace store
