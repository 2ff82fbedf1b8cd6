#pragma once
#include "base/result.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// A name as it was numbered once.
struct NumberedName {
  EntityName name;
  EntityNumber number = 0;
};

// Gives a name the number again that it had, if neither has another by now; else does nothing. REQUIRES:
// something that refers to it is put in the same change
base::Result<void> give_number_back(store::WriteTxn&, const TenantId& tenant, const NumberedName&);

}  // namespace domain
