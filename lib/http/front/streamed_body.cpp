// A piece goes from the reactor to the pool and back:
//
//   Connection, with little unsent -> ask -> WorkPool -> BodySource::next -> Inbox -> Connection -> append
//
// The completion that comes back is made beforehand, so that a piece always comes, as a failure where the
// source throws or the pool has stopped. The source belongs to both ends: of a client that goes away while a
// piece is made, the reactor lets go at once, and the pool as soon as the piece is there, which then finds
// nobody.
#include "http/front/streamed_body.h"

#include <exception>
#include <utility>

#include "http/front/chunked.h"

namespace http::front {
namespace {

// A piece to be made, which comes back to the inbox once, made or not.
class PieceOrder {
 public:
  PieceOrder(std::shared_ptr<BodySource> source, std::shared_ptr<Inbox> inbox, std::uint64_t connection,
             std::uint64_t answer)
      : source_(std::move(source)), inbox_(std::move(inbox)), completion_(std::make_unique<Completion>()) {
    completion_->connection = connection;
    completion_->made.emplace(MadePiece{answer, BodySource::Piece()});
  }
  ~PieceOrder() {
    if (!completion_) return;
    fail("the server stops");
    inbox_->post(std::move(completion_));
  }
  PieceOrder(const PieceOrder&) = delete;  // comes back once
  PieceOrder& operator=(const PieceOrder&) = delete;

  void make() {
    try {
      completion_->made->piece = source_->next();
    } catch (const std::exception& e) {
      fail(e.what());
    } catch (...) {
      fail("an exception");
    }
    source_ = nullptr;  // ends before its piece is there, if nobody else has it
    inbox_->post(std::move(completion_));
  }

 private:
  void fail(const char* why) { completion_->made->piece = base::Error{base::ErrorCode::kIo, why}; }

  std::shared_ptr<BodySource> source_;
  const std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<Completion> completion_;  // null once it was posted
};

base::Error wrong_size() {
  return {base::ErrorCode::kCorrupt, "the body is not as long as was told at its start"};
}

}  // namespace

BodyEnd end_of_body(const Request& request, const BodySource& rest) {
  if (rest.size()) return BodyEnd::kLength;
  return request.http_1_0 ? BodyEnd::kClose : BodyEnd::kChunks;
}

StreamedBody::StreamedBody(base::WorkPool& pool, std::shared_ptr<BodySource> source, BodyEnd end,
                           const Payer& payer, std::uint64_t number)
    : pool_(pool),
      source_(std::move(source)),
      end_(end),
      key_(payer.tenant),
      number_(number),
      left_(source_->size()) {}

void StreamedBody::ask(std::shared_ptr<Inbox> inbox, std::uint64_t connection) {
  const auto order = std::make_shared<PieceOrder>(source_, std::move(inbox), connection, number_);
  awaits_piece_ = true;
  const auto make = [&pool = pool_, key = key_, order] {
    pool.go_on(key, [order] { order->make(); });  // if it takes no more, the order comes back without
  };
  if (!source_->when_ready(make)) make();
}

base::Result<bool> StreamedBody::append(base::Result<BodySource::Piece>&& made, std::string& out) {
  awaits_piece_ = false;
  if (!made.ok()) return made.error();
  const BodySource::Piece& piece = made.value();
  if (left_) {
    if (piece.bytes.size() > *left_) return wrong_size();
    *left_ -= piece.bytes.size();
    if (piece.last && *left_ > 0) return wrong_size();
  }
  if (end_ == BodyEnd::kChunks) {
    append_chunk(piece.bytes, out);
    if (piece.last) out += kLastChunk;
  } else {
    out += piece.bytes;
  }
  return piece.last;
}

}  // namespace http::front
