#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "api/context.h"
#include "dialects/cursor.h"
#include "dialects/list_source.h"
#include "dialects/route.h"
#include "dialects/v1beta1/json.h"

namespace dialects::v1beta1 {

// {"<name>": […], and where the caller asked for a page, where it goes on}. `write(out, item)` writes each.
template <typename T, typename Write>
std::string list_body(FieldNames names, std::string_view operation, std::string_view name,
                      const api::Page<T>& page, std::size_t limit, const Write& write) {
  Out out(names);
  out.begin().begin_array(name);
  for (const T& item : page.data) write(out, item);
  out.end_array();
  if (limit > 0) {
    out.member("next_cursor", page.next.empty() ? "" : make_cursor(operation, page.next));
    out.member("has_more", !page.next.empty());
  }
  return out.end().take();
}

// Answers a list with list_body(). `list(read, page)` is kept, and holds copies of what it needs.
template <typename List, typename Write>
Answer answer_list(const Call& call, const api::Read& read, std::string_view name,
                   const api::PageRequest& page, List list, Write write) {
  return dialects::answer_list(
      read, page, std::move(list),
      [names = call.names, operation = call.route.id, name, write](const auto& rows, std::size_t limit) {
        return list_body(names, operation, name, rows, limit, write);
      });
}

}  // namespace dialects::v1beta1
