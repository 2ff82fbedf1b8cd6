#include "dialects/feed_source.h"

#include <optional>

namespace dialects {

base::Result<http::BodySource::Piece> FeedSource::next() {
  if (waits_.is_ending()) return Piece{feed_.end(nullptr), true};
  std::optional<api::Outcome<FeedPiece>> made;
  const auto may = read_([&](const api::Read& read) { made = feed_.pieces(read, feed_.after); });
  if (!may.ok()) return Piece{feed_.end(&may.error()), true};
  if (!made->ok()) return Piece{feed_.end(&made->error()), true};
  FeedPiece& piece = made->value();
  feed_.after = piece.after;
  feed_.has_more = piece.has_more;
  if (!feed_.goes_on && !piece.has_more) return Piece{std::move(piece.bytes), true};
  if (piece.bytes.empty() && !piece.has_more) piece.bytes = feed_.beat(piece.after);
  return Piece{std::move(piece.bytes), false};
}

bool FeedSource::when_ready(std::function<void()> ask) {
  if (feed_.has_more) return false;
  const auto resume = [this, ask = std::move(ask)](std::uint64_t after) {
    feed_.after = after;
    ask();
  };
  number_ = waits_.add({feed_.last, feed_.after, waits_.now() + feed_.every, resume});
  return number_ != 0;
}

void FeedSource::let_go() {
  waits_.cancel(number_);
}

}  // namespace dialects
