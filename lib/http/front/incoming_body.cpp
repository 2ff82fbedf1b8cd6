// A piece goes from the reactor to the sink, and a word comes back:
//
//   Connection, with bytes of the body -> give -> BodySink::take -> … -> go_on or answer -> Inbox ->
//   Connection
//
// Until the word is there the connection reads nothing more, so the sender waits, by TCP's own means. The
// completion that brings the word is made beforehand, so that one always comes, as a failure where the sink
// lets go of the piece. The sink belongs to both ends: of a client that goes away meanwhile the reactor lets
// go at once, and then the word finds nobody.
#include "http/front/incoming_body.h"

#include <cassert>
#include <optional>
#include <utility>

namespace http::front {
namespace {

class GivenPiece final : public BodyPiece {
 public:
  GivenPiece(std::shared_ptr<BodySink> sink, std::shared_ptr<Inbox> inbox,
             std::unique_ptr<Completion> completion, std::string bytes, Follows follows)
      : sink_(std::move(sink)),
        inbox_(std::move(inbox)),
        completion_(std::move(completion)),
        bytes_(std::move(bytes)),
        follows_(follows) {}
  ~GivenPiece() override {
    if (completion_) say(false, std::nullopt);
  }
  GivenPiece(const GivenPiece&) = delete;  // one word
  GivenPiece& operator=(const GivenPiece&) = delete;

  Follows follows() const override { return follows_; }
  std::string& bytes() override { return bytes_; }
  void go_on() override { say(true, std::nullopt); }
  void answer(Response response) override { say(false, std::move(response)); }

 private:
  void say(bool goes_on, std::optional<Response>&& response) {
    assert(completion_);
    completion_->word->goes_on = goes_on;
    completion_->response = std::move(response);
    inbox_->post(std::move(completion_));
  }

  const std::shared_ptr<BodySink> sink_;  // outlives its pieces
  const std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<Completion> completion_;  // null once something was said
  std::string bytes_;
  const Follows follows_;
};

}  // namespace

void IncomingBody::give(const std::shared_ptr<Inbox>& inbox, std::uint64_t connection, std::string bytes,
                        BodyPiece::Follows follows) {
  assert(!awaits_word_);
  auto completion = std::make_unique<Completion>();
  completion->connection = connection;
  completion->word = SinkWord{number_, false};
  awaits_word_ = true;
  has_given_last_ = follows != BodyPiece::Follows::kMore;
  sink_->take(std::make_unique<GivenPiece>(sink_, inbox, std::move(completion), std::move(bytes), follows));
}

}  // namespace http::front
