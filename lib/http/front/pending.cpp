#include "http/front/pending.h"

#include <cassert>
#include <stdexcept>
#include <utility>

namespace http::front {

PendingExchange::PendingExchange(std::shared_ptr<Service> service, std::shared_ptr<Inbox> inbox,
                                 std::uint64_t connection, Request&& request)
    : service_(std::move(service)),
      inbox_(std::move(inbox)),
      connection_(connection),
      request_(std::move(request)) {
  ++service_->in_flight;
}

PendingExchange::~PendingExchange() {
  // The library's side turns the exception into a 500, as it does any handler's.
  if (!answered_) answer([](const Request&) -> Response { throw std::logic_error("not answered"); });
}

bool PendingExchange::queue_full() const { return service_->in_flight.load() > service_->options.in_flight; }

void PendingExchange::answer(const Function& fn) {
  assert(!answered_);
  answered_ = true;
  if (std::string* const out = inbox_->inline_output(connection_)) {
    const bool keep_alive = request_.keep_alive && !service_->stopping.load();
    service_->append_answer(request_, fn, keep_alive, *out);
    inbox_->answered_inline(keep_alive);
    --service_->in_flight;
    return;
  }
  Letter letter{connection_, {}, request_.keep_alive && !service_->stopping.load()};
  service_->append_answer(request_, fn, letter.keep_alive, letter.answer);
  --service_->in_flight;
  inbox_->post(std::move(letter));
}

}  // namespace http::front
