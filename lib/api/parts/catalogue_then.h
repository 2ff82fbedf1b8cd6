#pragma once
#include <memory>

#include "base/result.h"
#include "domain/catalogue.h"
#include "store/txn.h"

namespace api {

// The permissions that there were: those that had been made by call, and of the file those of `today`, which
// imply what was there of all that they imply. `today` itself where it is the same.
base::Result<std::shared_ptr<const domain::Catalogue>> catalogue_then(
    const store::ReadTxn& then, const std::shared_ptr<const domain::Catalogue>& today);

}  // namespace api
