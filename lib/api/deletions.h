#pragma once
#include <cstddef>

#include "base/result.h"
#include "crypto/random.h"
#include "domain/deletion.h"
#include "store/txn.h"

namespace api {

// Goes on with removing what deleted things had (domain/deletion.h, with its meaning of `place`): about
// `most` records, with an audit entry for each mapping, which says who deleted what it belonged to. Answers
// whether more is left. `random` makes the entries' ids.
base::Result<bool> continue_deletions(store::WriteTxn&, crypto::Random& random, std::size_t most,
                                      domain::DeletionPlace& place);

}  // namespace api
