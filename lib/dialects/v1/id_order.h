#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
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
  const std::vector<std::string> texts = fields.texts("ids");
  std::vector<Id> ids;
  if (texts.size() > most)
    errors.add("/ids", "must be at most " + std::to_string(most) + " " + std::string(things));
  for (std::size_t i = 0; i < texts.size() && texts.size() <= most; ++i) {
    const auto id = Id::parse(texts[i]);
    if (id)
      ids.push_back(*id);
    else if (!texts[i].empty() || errors.empty())  // else it was no text, which was told
      errors.add("/ids/" + std::to_string(i), "must be a uuid");
  }
  if (const auto bad = fields.finish()) return *bad;
  return ids;
}

}  // namespace dialects::v1
