#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/work_pool.h"
#include "http/body_source.h"
#include "http/front/inbox.h"
#include "http/message.h"

namespace http::front {

// How a client learns where a body ends.
enum class BodyEnd {
  kLength,  // Content-Length
  kChunks,  // the last chunk
  kClose,   // the connection's end: HTTP/1.0 knows no chunks
};

// Of an answer to this request whose rest has this size, if that is known.
BodyEnd end_of_body(const Request&, const BodySource& rest);

// The rest of an answer that is being sent, whose pieces a pool makes one by one. One thread, the reactor's,
// but for the source.
class StreamedBody {
 public:
  // Of a connection's answer of this number. REQUIRES: the pool outlives this; source isn't null
  StreamedBody(base::WorkPool& pool, std::shared_ptr<BodySource> source, BodyEnd end, const Payer& payer,
               std::uint64_t number);

  ~StreamedBody() { source_->let_go(); }
  StreamedBody(const StreamedBody&) = delete;  // lets go once
  StreamedBody& operator=(const StreamedBody&) = delete;

  // Has the next piece made, once it can be, which comes by the inbox. REQUIRES: awaits_piece() is false
  void ask(std::shared_ptr<Inbox> inbox, std::uint64_t connection);
  bool awaits_piece() const { return awaits_piece_; }

  bool is_of(const MadePiece& made) const { return made.answer == number_; }
  BodyEnd end() const { return end_; }

  // Appends a piece as it is sent. Answers whether it was the last; fails where the answer has to be broken
  // off.
  base::Result<bool> append(base::Result<BodySource::Piece>&& made, std::string& out);

 private:
  base::WorkPool& pool_;
  const std::shared_ptr<BodySource> source_;  // the pool's, too, while it makes a piece
  const BodyEnd end_;
  const base::Uuid key_;
  const std::uint64_t number_;
  std::optional<std::uint64_t> left_;  // bytes to come, where that was told
  bool awaits_piece_ = false;
};

}  // namespace http::front
