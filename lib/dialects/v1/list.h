#pragma once
#include <string>

#include "api/context.h"
#include "base/json.h"
#include "dialects/cursor.h"
#include "dialects/route.h"

namespace dialects::v1 {

// Where the list goes on, if the caller asked for a page.
inline void write_page_end(base::JsonWriter& w, const Call& call, const std::string& next,
                           std::size_t limit) {
  if (limit == 0) return;
  if (!next.empty()) w.member("next_cursor", make_cursor(call.route.id, next));
  w.member("has_more", !next.empty());
}

// {"data": […], and where the caller asked for a page, where it goes on}. `write(w, item)` writes each.
template <typename T, typename Write>
std::string list_body(const Call& call, const api::Page<T>& page, std::size_t limit, const Write& write) {
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  for (const T& item : page.data) write(w, item);
  w.end_array();
  write_page_end(w, call, page.next, limit);
  return w.end_object().take();
}

}  // namespace dialects::v1
