#include "api/batch_rows.h"

namespace api {
namespace {

constexpr std::string_view kNames[] = {"new", "known", "unknown", "changed", "deleted"};

}  // namespace

std::string_view name_of(RowOutcome outcome) {
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace api
