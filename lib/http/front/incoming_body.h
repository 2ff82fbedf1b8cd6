#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "http/body_sink.h"
#include "http/front/front_state.h"
#include "http/front/inbox.h"

namespace http::front {

// The body of a request that a sink takes as it comes. One thread, the reactor's, but for the sink's words.
class IncomingBody {
 public:
  // Of a connection's request of this number. REQUIRES: sink isn't null
  IncomingBody(std::shared_ptr<BodySink> sink, std::uint64_t number)
      : sink_(std::move(sink)), number_(number) {}

  // Gives the sink a piece, whose word comes by the inbox. REQUIRES: awaits_word() is false
  void give(const std::shared_ptr<Inbox>& inbox, std::uint64_t connection, std::string bytes,
            BodyPiece::Follows follows);

  bool awaits_word() const { return awaits_word_; }
  bool has_given_last() const { return has_given_last_; }

  // Whether the word is about the piece given last; if so it is heard.
  bool hears(const SinkWord& word) {
    if (word.request != number_) return false;
    awaits_word_ = false;
    return true;
  }

 private:
  const std::shared_ptr<BodySink> sink_;
  const std::uint64_t number_;
  bool awaits_word_ = false;
  bool has_given_last_ = false;
};

// Of a body that comes as fast as it is taken, so much is given at once.
inline constexpr std::size_t kBodyPiece = 64 * 1024;

}  // namespace http::front
