#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "http/exchange.h"
#include "http/front/front_state.h"
#include "http/front/inbox.h"

namespace http::front {

// The exchange that the front hands out.
class PendingExchange final : public Exchange {
 public:
  // `body` is what of the budget the request's body holds; nothing if it came with the head.
  PendingExchange(std::shared_ptr<FrontState> state, std::shared_ptr<Inbox> inbox, std::uint64_t connection,
                  std::unique_ptr<const Request> request, MemoryHold body);
  ~PendingExchange() override;

  const Request& request() const override { return *completion_->request; }
  void answer(Response response) override;
  bool keep_body(const Payer&) override;
  bool over_share(const Payer&) const override;

 private:
  void complete(std::optional<Response>&& response);

  const std::shared_ptr<FrontState> state_;
  const std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<Completion> completion_;  // null once it is answered
};

}  // namespace http::front
