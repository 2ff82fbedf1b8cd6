#pragma once
#include <functional>
#include <string>
#include <utility>

#include "api/context.h"
#include "base/function_ref.h"
#include "dialects/reply.h"
#include "http/body_source.h"

namespace dialects {

// Some rows of a list, in the form of the whole: {"<name>":[…]}.
struct ListPiece {
  std::string body;
  std::string next;  // as of api::Page; empty: no more
};

// How a list goes on behind a place, on any thread: it has copies of what it needs.
using ListPieces = std::function<api::Outcome<ListPiece>(const api::Read&, std::string after)>;

// What of a list follows its first piece.
struct RestOfList {
  ListPieces pieces;
  std::string after;
};

// The rows of a list that follow its first piece, each piece on a snapshot of its own. A row that is there
// all the while comes once; one that comes or goes meanwhile may be there or not.
class ListSource final : public http::BodySource {
 public:
  // Calls what it is given with a new snapshot, where the caller still may.
  using ReadAnew = std::function<api::Outcome<void>(base::FunctionRef<void(const api::Read&)>)>;

  // Takes the end off `first`, which is the body with the first piece's rows. `name` is the request's, for
  // the log.
  ListSource(std::string& first, RestOfList rest, ReadAnew read, std::string name);

  base::Result<Piece> next() override;

 private:
  RestOfList rest_;
  const ReadAnew read_;
  const std::string name_;
  bool has_rows_;
};

// Answers a list: the page that was asked for; or if none was, all of it, in pieces where it is long, or
// kInvalidInput where it is too long for that. `list(read, page)` gives an Outcome<api::Page<T>> and
// `body(page, limit)` its text; both are kept, and hold copies of what they need.
template <typename List, typename Body>
Answer answer_list(const api::Read& read, const api::PageRequest& page, List list, Body body) {
  const bool is_whole = page.limit == 0;
  using Extent = api::PageRequest::Extent;
  const auto first = list(read, is_whole ? api::PageRequest{0, {}, Extent::kPiece} : page);
  if (!first.ok()) return first.error();
  Reply reply = ok(body(first.value(), page.limit));
  if (!is_whole || first->next.empty()) return reply;
  const auto all = list(read, api::PageRequest{0, {}, Extent::kCount});
  if (!all.ok()) return all.error();
  reply.rest_of_list = std::make_shared<RestOfList>();
  reply.rest_of_list->after = first->next;
  reply.rest_of_list->pieces = [list = std::move(list), body = std::move(body)](
                                   const api::Read& now, std::string after) -> api::Outcome<ListPiece> {
    const auto next = list(now, api::PageRequest{0, std::move(after), Extent::kPiece});
    if (!next.ok()) return next.error();
    return ListPiece{body(next.value(), 0), next->next};
  };
  return reply;
}

}  // namespace dialects
