#include "api/parts/found_rows.h"

#include "api/limits.h"
#include "base/utf8.h"

namespace api {

Outcome<domain::NameQuery> name_query(const Typed& typed) {
  if (typed.text.size() > kMaxTyped)
    return invalid("q", "must not be longer than " + std::to_string(kMaxTyped));
  if (!base::utf8::is_valid(typed.text)) return invalid("q", "must be UTF-8");
  domain::NameQuery query(typed.text);
  if (query.is_empty()) return invalid("q", "must have the beginning of a word");
  if (!typed.after.empty() && !query.is_place(typed.after))
    return invalid("cursor", "is not a cursor that this list has given");
  return query;
}

}  // namespace api
