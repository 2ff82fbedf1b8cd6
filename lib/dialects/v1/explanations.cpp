#include "api/explanations.h"

#include "dialects/moment.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/explanation_json.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

Answer answer(const api::Outcome<api::Explanation>& told) {
  if (!told.ok()) return told.error();
  base::JsonWriter w;
  write_explanation(w, *told);
  return ok(w.take());
}

Answer explain(const Call& call, const api::Read& read, const ServerState& state) {
  const auto question = api::explained_question(call.body);
  if (!question.ok()) return question.error();
  return answer_at(call, read, call.tenant(), [&](const api::Read& then) {
    return answer(api::explain(then, call.tenant(), state.user_ids, *question));
  });
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/v1/explain",
     .id = "explain",
     .operation = op::decide,
     .takes_at = TakesAt::kInQueryOrBody,
     .body = "ExplainedQuestion",
     .place = Place::kPool,
     .handle = explain},
};

}  // namespace

std::span<const Route> explanation_calls() {
  return kCalls;
}

}  // namespace dialects::v1
