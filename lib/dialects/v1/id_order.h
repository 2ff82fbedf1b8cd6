#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "api/error.h"
#include "dialects/body.h"
#include "dialects/call.h"
#include "dialects/v1/dialect.h"

namespace dialects::v1 {

// The ids of a body `{ids[]}`, in their order. More than `most` are an error, which names them with `things`.
template <typename Id>
api::Outcome<std::vector<Id>> read_order(const Call& call, std::size_t most, std::string_view things) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const std::vector<base::Uuid> given = fields.uuids("ids", most, things);
  if (const auto bad = fields.finish()) return *bad;
  return std::vector<Id>(given.begin(), given.end());
}

}  // namespace dialects::v1
