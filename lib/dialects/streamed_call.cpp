// A call whose body is taken as it comes. Every piece goes round, and the next is read once it has:
//
//   the front -> take -> the pool: work -> BodyImport::take
//     nothing to be made yet     -> BodyPiece::go_on -> the front reads on
//     a change to be made        -> Service::submit, which rehearses it -> the writer -> the pool: settle,
//                                   and again until there is none
//     the end, or an error       -> BodyPiece::answer
//
// The caller is looked at anew with every change, as with every other change, so that a credential that is
// revoked ends an import. What was made before an error stays, and the answer says how far it got.
//
// A piece is owned by the step that has it, and never by the call, which the piece owns.
#include "dialects/streamed_call.h"

#include <exception>
#include <utility>

#include "base/log.h"
#include "dialects/errors.h"

namespace dialects {

StreamedCall::StreamedCall(Parts parts, http::Request head, RequestLog log, api::Caller caller,
                           std::unique_ptr<BodyImport> import)
    : parts_(std::move(parts)),
      head_(std::move(head)),
      log_(std::move(log)),
      caller_(std::move(caller)),
      import_(std::move(import)) {}

void StreamedCall::take(std::unique_ptr<http::BodyPiece> piece) {
  then([self = shared_from_this(), piece = std::shared_ptr<http::BodyPiece>(std::move(piece))] {
    self->work(piece);
  });
}

// On a thread of the pool. A piece that is let go of is answered 500.
void StreamedCall::then(std::function<void()> step) {
  parts_.pool.go_on(log_.payer.tenant, [step = std::move(step), id = log_.request_id] {
    try {
      step();
    } catch (const std::exception& e) {
      base::logging::error("import failed", {{"request_id", id}, {"why", e.what()}});
    }
  });
}

void StreamedCall::work(const Piece& piece) {
  import_->take(std::move(piece->bytes()));
  switch (piece->follows()) {
    case http::BodyPiece::Follows::kMore:
      break;
    case http::BodyPiece::Follows::kNothing:
      import_->end();
      break;
    case http::BodyPiece::Follows::kCut:
      import_->cut();
      break;
  }
  proceed(piece);
}

void StreamedCall::proceed(const Piece& piece) {
  auto change = import_->change();
  if (!change) {
    if (import_->failure()) return refuse(piece, *import_->failure());
    if (piece->follows() == http::BodyPiece::Follows::kMore) return piece->go_on();
    return piece->answer(parts_.responder.finished(head_, import_->answer(), log_));
  }
  const auto done = [self = shared_from_this(), piece](api::Outcome<std::uint64_t> revision) {
    self->then([self, piece, revision = std::move(revision)] { self->settle(piece, revision); });
  };
  auto queued = parts_.service.submit(caller_, {head_.peer, log_.request_id}, *std::move(change), done);
  if (!queued.ok()) refuse(piece, std::move(queued).error());
}

void StreamedCall::settle(const Piece& piece, const api::Outcome<std::uint64_t>& revision) {
  if (!revision.ok()) return refuse(piece, revision.error());
  log_.revision = revision.value();
  import_->made();
  proceed(piece);
}

void StreamedCall::refuse(const Piece& piece, const api::Error& why) {
  http::Response response = error_response(why, log_.dialect, parts_.responder.names());
  response.body = import_->told_how_far(std::move(response.body));
  piece->answer(parts_.responder.finished(head_, std::move(response), log_));
}

}  // namespace dialects
