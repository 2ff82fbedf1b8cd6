#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/descriptor.h"
#include "http/front/deadlines.h"
#include "http/front/drop_allowance.h"
#include "http/front/framing.h"
#include "http/front/front_state.h"
#include "http/front/inbox.h"
#include "http/front/incoming_body.h"
#include "http/front/memory_budget.h"
#include "http/front/streamed_body.h"
#include "http/front/transport.h"

namespace http::front {

// What a connection uses of its reactor.
struct ReactorParts {
  std::shared_ptr<FrontState> state;
  std::shared_ptr<Inbox> inbox;
  Deadlines deadlines;
  Deadlines::Time now;                 // of this round
  std::array<char, 64 * 1024> buffer;  // to receive into
  ResponseRenderer renderer;
  DropAllowance drops;
};

// One client's connection: bytes in, requests to the handler one after the other, answers out. Lives on its
// reactor's thread. Its socket is watched edge-triggered, so its transport remembers whether it may read or
// write.
class Connection {
 public:
  enum class Next {
    kWait,   // for the next event, completion or deadline
    kAgain,  // for a turn, with something to do
    kSend,   // for the end of the round, with answers to send
    kClose,
  };

  // Without certificates it has no TLS; `peer` is null for a unix socket. REQUIRES: parts outlive this
  Connection(ReactorParts& parts, base::Descriptor socket, std::shared_ptr<const Certificates> certificates,
             std::uint64_t id, const std::optional<base::Address>& peer,
             const std::optional<base::Address>& counted);
  ~Connection();
  Connection(const Connection&) = delete;  // owns a socket and a place in the deadlines
  Connection& operator=(const Connection&) = delete;

  std::uint64_t id() const { return id_; }

  // Each says what next.
  Next on_events(std::uint32_t events);
  Next on_completion(Completion&& completion);
  Next on_deadline();
  Next on_stop();  // finish what is under way, and then close
  Next take_turn();
  Next send_answers();

  // Those who have the same take turns with each other, and together with the others.
  std::uint64_t line() const { return line_; }

  bool sends = false;  // for the reactor: it is among those that have answers to send

 private:
  std::size_t unsent() const { return out_.size() - sent_; }
  bool is_busy() const { return in_flight_ || rest_ || (incoming_ && incoming_->awaits_word()); }
  bool has_room() const;
  bool takes_input() const { return !is_busy() && !closing_ && has_room(); }
  bool between_requests() const;
  bool is_awaited() const;

  enum class Send { kNow, kLater };
  Next proceed(Send);
  void flush();
  bool takes_answers() const;
  Next shake_hands();
  bool receive();
  bool discard();
  bool begin_close();
  std::string_view take(std::string_view bytes);
  void take_kept();
  void drop_kept();
  void name_client(Request&) const;
  void begin_body(std::size_t received);
  bool hold_body();
  void answer_early(std::optional<Response>&&);
  void answer_no_memory();
  void end_input();
  bool is_for_nobody() const;
  void start_anew();
  void drop_request();
  void hand_over();
  Account last_account() const;
  void note_payer(const Payer&, const Request&);
  void hold_unread();
  void complete(Completion&& completion);
  void give_body(BodyPiece::Follows follows);
  void complete_streamed(Completion&& completion);
  bool take_piece(MadePiece&&);
  void end_request(Refusal);
  void refuse(Refusal);
  void end_of_input();
  Next settle(Next);

  ReactorParts& parts_;
  FrontState& state_;
  Transport transport_;
  const std::uint64_t id_;
  const std::optional<base::Address> peer_;
  const std::optional<base::Address> counted_;
  const std::string peer_text_;

  std::optional<RequestParser> parser_;
  MemoryHold body_;                 // of the request that is being read
  std::optional<Account> account_;  // that pays for it; none where it came with the head
  std::string kept_;                // received, not parsed yet
  std::size_t kept_at_ = 0;
  std::string out_;
  MemoryHold unread_;             // what out_ and kept_ take while the peer doesn't read
  Payer payer_;                   // of the last answer
  std::uint64_t line_ = 0;        // of the payer
  std::string payer_address_;     // where nobody is known and a proxy speaks for the client
  std::size_t sent_ = 0;          // of out_
  std::int64_t taken_timed_ = 0;  // what the peer had taken when the wait for it to take more began

  std::optional<IncomingBody> incoming_;  // the body that is being read, where a sink takes it
  bool progresses_ = false;               // some of it has come since the timer was set

  std::optional<StreamedBody> rest_;  // of the answer that is being sent
  bool must_be_whole_ = false;        // what is unsent may not end without a sign: only our closing ends it

  bool deaf_ = false;       // the peer has gone, or takes nothing more; what it sent before still counts
  bool in_flight_ = false;  // a request is with the handler
  bool closing_ = false;    // once all is sent
  bool refused_ = false;    // bytes may still come that nobody wants
  bool lingering_ = false;  // all is sent, and the peer is given time to read it
  bool stopping_ = false;
  std::size_t discarded_ = 0;
  Deadlines::Time lingers_until_;
  bool paused_ = false;  // there is something to drop, and it isn't allowed yet

  Deadlines::Timer timer_;
  std::uint64_t finished_ = 0;        // requests answered
  std::uint64_t finished_timed_ = 0;  // when the timer was set
};

}  // namespace http::front
