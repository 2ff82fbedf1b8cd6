#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "api/context.h"
#include "base/json.h"
#include "dialects/cursor.h"
#include "dialects/list_source.h"
#include "dialects/route.h"

namespace dialects::v1 {

// Where the list goes on, if the caller asked for a page.
inline void write_page_end(base::JsonWriter& w, std::string_view operation, const std::string& next,
                           std::size_t limit) {
  if (limit == 0) return;
  if (!next.empty()) w.member("next_cursor", make_cursor(operation, next));
  w.member("has_more", !next.empty());
}

// {"data": […], and where the caller asked for a page, where it goes on}. `write(w, item)` writes each, and
// `write_more(w)` members that this list alone has.
template <typename T, typename Write, typename WriteMore>
std::string list_body(std::string_view operation, const api::Page<T>& page, std::size_t limit,
                      const Write& write, const WriteMore& write_more) {
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  for (const T& item : page.data) write(w, item);
  w.end_array();
  write_more(w);
  write_page_end(w, operation, page.next, limit);
  return w.end_object().take();
}

template <typename T, typename Write>
std::string list_body(std::string_view operation, const api::Page<T>& page, std::size_t limit,
                      const Write& write) {
  return list_body(operation, page, limit, write, [](base::JsonWriter&) {});
}

// Answers a list with list_body(). `list(read, page)` is kept, and holds copies of what it needs.
template <typename List, typename Write>
Answer answer_list(const Call& call, const api::Read& read, const api::PageRequest& page, List list,
                   Write write) {
  return dialects::answer_list(read, page, std::move(list),
                               [operation = call.route.id, write](const auto& rows, std::size_t limit) {
                                 return list_body(operation, rows, limit, write);
                               });
}

}  // namespace dialects::v1
