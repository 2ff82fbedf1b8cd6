#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/uuid.h"
#include "domain/ids.h"
#include "store/key.h"
#include "store/txn.h"

// What the nouns share: indexes from a name to an id, and removing what belongs together.
namespace domain {

// ASCII letters in lower case, all else as it is: how spellings of permissions are compared.
std::string fold_case(std::string_view text);

// The key of a name in an index of the tenant. A name that is too long for a key is replaced by its beginning
// and its SHA-256.
store::Key name_key(const TenantId& tenant, std::string_view name);

// The id that the index has under the key.
base::Result<std::optional<base::Uuid>> get_id(const store::ReadTxn&, store::Table index,
                                               std::string_view key);

// Puts `id` under the index key. kConflict with the message `taken` where another id is there.
base::Result<void> claim(store::WriteTxn&, store::Table index, std::string_view key, const base::Uuid& id,
                         std::string taken);

// Removes every key with the prefix; before each it calls fn(key), to remove what depends on it. Works in
// batches, so that memory does not grow with their number; fn may write.
base::Result<void> drain(store::WriteTxn&, store::Table, std::string_view prefix,
                         base::FunctionRef<base::Result<void>(std::string_view key)> fn);
base::Result<void> drain(store::WriteTxn&, store::Table, std::string_view prefix);

// del() for callers to whom it makes no difference whether the key was there.
base::Result<void> del(store::WriteTxn&, store::Table, std::string_view key);

}  // namespace domain
