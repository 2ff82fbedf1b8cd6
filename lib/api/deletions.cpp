#include "api/deletions.h"

#include "api/parts/mapping_changes.h"

namespace api {

base::Result<bool> continue_deletions(store::WriteTxn& txn, crypto::Random& random, std::size_t most,
                                      domain::DeletionPlace& place) {
  const auto note = [&](const domain::Gone& gone, const domain::DeletedBy& by) {
    return note_gone(txn, random, gone, by);
  };
  return domain::continue_deletions(txn, most, note, place);
}

}  // namespace api
