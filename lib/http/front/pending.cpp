// An exchange comes back to its reactor exactly once, with a response or without: by answer(), or by its end
// where nobody answered. The request travels back with it, since to write the answer the method and the
// version are needed, and for a 500 whatever the handler's error() asks of it.
#include "http/front/pending.h"

#include <cassert>
#include <utility>

namespace http::front {

PendingExchange::PendingExchange(std::shared_ptr<Service> service, std::shared_ptr<Inbox> inbox,
                                 std::uint64_t connection, std::unique_ptr<const Request> request)
    : service_(std::move(service)),
      inbox_(std::move(inbox)),
      connection_(connection),
      request_(std::move(request)) {
  ++service_->in_flight;
}

PendingExchange::~PendingExchange() {
  if (request_) complete(std::nullopt);
}

bool PendingExchange::queue_full() const {
  return service_->in_flight.load() > service_->options.in_flight;
}

void PendingExchange::answer(Response response) {
  assert(request_);
  complete(std::move(response));
}

void PendingExchange::complete(std::optional<Response>&& response) {
  --service_->in_flight;
  inbox_->post({connection_, std::move(request_), std::move(response)});
}

}  // namespace http::front
