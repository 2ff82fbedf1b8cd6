#pragma once
#include <string>
#include <string_view>

#include "api/context.h"
#include "dialects/cursor.h"
#include "dialects/route.h"
#include "dialects/v1beta1/json.h"

namespace dialects::v1beta1 {

// {"<name>": […], and where the caller asked for a page, where it goes on}. `write(out, item)` writes each.
template <typename T, typename Write>
std::string list_body(const Call& call, std::string_view name, const api::Page<T>& page, std::size_t limit,
                      const Write& write) {
  Out out(call.names);
  out.begin().begin_array(name);
  for (const T& item : page.data) write(out, item);
  out.end_array();
  if (limit > 0) {
    out.member("next_cursor", page.next.empty() ? "" : make_cursor(call.route.id, page.next));
    out.member("has_more", !page.next.empty());
  }
  return out.end().take();
}

}  // namespace dialects::v1beta1
