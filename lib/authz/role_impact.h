#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "authz/held_changes.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "store/txn.h"

namespace authz {

// Who gains and who loses what among these, by a change after which everybody holds the same roles as before.
// Takes less than a microsecond for each of them and for each holder of a role that has to do with it.
// Nothing where more than `most` holdings would have to be in memory at once, eight bytes each: then whoever
// it concerns has to be looked at by themselves. REQUIRES: `concerned` is sorted, each once
base::Result<std::optional<Impact>> impact_of_roles(const store::ReadTxn& before, const store::ReadTxn& after,
                                                    const domain::Catalogue&, base::Timestamp now,
                                                    const std::vector<Concerned>& concerned,
                                                    std::size_t most);

}  // namespace authz
