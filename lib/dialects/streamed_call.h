#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "api/service.h"
#include "base/work_pool.h"
#include "dialects/body_import.h"
#include "dialects/dialect.h"
#include "dialects/request_log.h"
#include "dialects/responder.h"
#include "http/body_sink.h"
#include "http/message.h"

namespace dialects {

// One call whose body a BodyImport takes as it comes. Made for a caller who may, before the body is read.
class StreamedCall final : public http::BodySink, public std::enable_shared_from_this<StreamedCall> {
 public:
  // They outlive it.
  struct Parts {
    api::Service& service;
    const Responder& responder;
    base::WorkPool& pool;
  };
  StreamedCall(Parts parts, http::Request head, RequestLog log, api::Caller caller,
               std::unique_ptr<BodyImport> import);

  void take(std::unique_ptr<http::BodyPiece> piece) override;

 private:
  using Piece = std::shared_ptr<http::BodyPiece>;

  void then(std::function<void()> step);
  void work(const Piece& piece);
  void proceed(const Piece& piece);
  void settle(const Piece& piece, const api::Outcome<std::uint64_t>& revision);
  void refuse(const Piece& piece, const api::Error& why);

  const Parts parts_;
  const http::Request head_;
  // One thread at a time, of the pool's or the writer's.
  RequestLog log_;
  const api::Caller caller_;
  const std::unique_ptr<BodyImport> import_;
};

}  // namespace dialects
