#include "store/migrate.h"

#include <algorithm>

namespace store {

// Format 1 is the first, so there is no step yet. The first will be {1, from_1_to_2}.
std::span<const Step> steps() {
  return {};
}

Result<void> migrate(WriteTxn& txn, std::uint32_t from, std::uint32_t to, std::span<const Step> steps) {
  for (std::uint32_t format = from; format < to; ++format) {
    const std::string name =
        "migration from format " + std::to_string(format) + " to " + std::to_string(format + 1);
    const auto step =
        std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.from == format; });
    if (step == steps.end())
      return Error{ErrorCode::kInvalid,
                   name + ": unknown to this version; open the store with an earlier one first"};
    if (auto r = step->run(txn); !r.ok()) return Error{r.error().code, name + ": " + r.error().message};
  }
  return {};
}

}  // namespace store
