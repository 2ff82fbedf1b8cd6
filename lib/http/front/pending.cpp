// An exchange comes back to its reactor exactly once, with a response or without: by answer(), or by its end
// where nobody answered. The request travels back with it, since to write the answer the method and the
// version are needed, and for a 500 whatever the handler's error() asks of it.
#include "http/front/pending.h"

#include <cassert>
#include <utility>

namespace http::front {

PendingExchange::PendingExchange(std::shared_ptr<FrontState> state, std::shared_ptr<Inbox> inbox,
                                 std::uint64_t connection, std::unique_ptr<const Request> request,
                                 MemoryHold body)
    : state_(std::move(state)), inbox_(std::move(inbox)), completion_(std::make_unique<Completion>()) {
  completion_->connection = connection;
  completion_->request = std::move(request);
  completion_->body = std::move(body);
  ++state_->in_flight;
}

PendingExchange::~PendingExchange() {
  if (completion_) complete(std::nullopt);
}

bool PendingExchange::keep_body(const Payer& payer) {
  const bool kept = completion_->body.grow(account_of(payer, request().peer), request().body.size());
  if (!kept) ++state_->rejected_memory;
  return kept;
}

bool PendingExchange::over_share(const Payer& payer) const {
  const MemoryBudget& budget = *state_->budget;
  return budget.may_be_over() && budget.is_over(account_of(payer, request().peer));
}

void PendingExchange::answer(Response response) {
  assert(completion_);
  complete(std::move(response));
}

void PendingExchange::complete(std::optional<Response>&& response) {
  --state_->in_flight;
  completion_->response = std::move(response);
  inbox_->post(std::move(completion_));
}

}  // namespace http::front
