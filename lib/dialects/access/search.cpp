#include <string>

#include "api/searches.h"
#include "api/service.h"
#include "dialects/access/calls.h"
#include "dialects/access/dialect.h"
#include "dialects/access/page.h"
#include "dialects/access/question.h"
#include "dialects/access/tenant.h"
#include "dialects/server_state.h"

namespace dialects::access {
namespace {

using enum http::Method;
using For = api::Search::For;

SearchedFor part_of(For wanted) {
  switch (wanted) {
    case For::kSubjects:
      return SearchedFor::kSubject;
    case For::kActions:
      return SearchedFor::kAction;
    case For::kResources:
      return SearchedFor::kResource;
  }
  return SearchedFor::kNothing;
}

void write_results(base::JsonWriter& w, const std::vector<api::EntityName>& results, bool are_actions) {
  w.name("results").begin_array();
  for (const api::EntityName& result : results) {
    w.begin_object();
    if (are_actions)
      w.member("name", result.id);
    else
      w.member("type", result.type).member("id", result.id);
    w.end_object();
  }
  w.end_array();
}

Answer answer(const Call& call, const api::Read& read, const ServerState& state, For wanted) {
  const auto tenant = tenant_of(call, read);
  if (!tenant.ok()) return tenant.error();
  const std::string bound = std::to_string(static_cast<int>(wanted)) + " " + tenant->to_string();
  const auto asked = asked_page(call.body, bound, state.service.sealer());
  if (!asked.ok()) return asked.error();
  QuestionReader reader(asked->question, part_of(wanted));
  if (auto wrong = reader.read_body()) return *std::move(wrong);

  api::Search search{wanted, reader.question(), asked->limit, asked->after};
  api::Page<api::EntityName> page;
  bool has_more = false;
  if (search.limit == 0) {
    search.limit = 1;  // whether they may ask, and whether the question is right, is told all the same
    const auto tried = api::search(read, *tenant, state.user_ids, search);
    if (!tried.ok()) return tried.error();
    page.next = asked->after;
    has_more = !tried->data.empty() || !tried->next.empty();
  } else {
    auto found = api::search(read, *tenant, state.user_ids, search);
    if (!found.ok()) return found.error();
    page = std::move(found).value();
    has_more = !page.next.empty();
  }

  base::JsonWriter w;
  w.begin_object();
  if (asked->was_asked || has_more) {
    w.name("page").begin_object();
    w.member("next_token",
             has_more ? make_token(bound, *asked, page.next, state.service.sealer()) : std::string());
    w.member("count", page.data.size()).end_object();
  }
  write_results(w, page.data, wanted == For::kActions);
  return ok(w.end_object().take());
}

Answer search_subjects(const Call& call, const api::Read& read, const ServerState& state) {
  return answer(call, read, state, For::kSubjects);
}
Answer search_resources(const Call& call, const api::Read& read, const ServerState& state) {
  return answer(call, read, state, For::kResources);
}
Answer search_actions(const Call& call, const api::Read& read, const ServerState& state) {
  return answer(call, read, state, For::kActions);
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/access/v1/search/subject",
     .id = "search_subjects",
     .operation = op::search,
     .body = "SubjectSearch",
     .place = Place::kPool,
     .handle = search_subjects},
    {.method = kPost,
     .path = "/access/v1/search/resource",
     .id = "search_resources",
     .operation = op::search,
     .body = "ResourceSearch",
     .place = Place::kPool,
     .handle = search_resources},
    {.method = kPost,
     .path = "/access/v1/search/action",
     .id = "search_actions",
     .operation = op::search,
     .body = "ActionSearch",
     .place = Place::kPool,
     .handle = search_actions},
    {.method = kPost,
     .path = "/{tenant}/access/v1/search/subject",
     .id = "search_subjects_of_tenant",
     .operation = op::search,
     .body = "SubjectSearch",
     .place = Place::kPool,
     .handle = search_subjects},
    {.method = kPost,
     .path = "/{tenant}/access/v1/search/resource",
     .id = "search_resources_of_tenant",
     .operation = op::search,
     .body = "ResourceSearch",
     .place = Place::kPool,
     .handle = search_resources},
    {.method = kPost,
     .path = "/{tenant}/access/v1/search/action",
     .id = "search_actions_of_tenant",
     .operation = op::search,
     .body = "ActionSearch",
     .place = Place::kPool,
     .handle = search_actions},
};

}  // namespace

std::span<const Route> search_calls() {
  return kCalls;
}

}  // namespace dialects::access
