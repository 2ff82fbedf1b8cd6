#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/descriptor.h"
#include "http/front/connection.h"
#include "http/front/front_state.h"
#include "http/front/listener.h"
#include "http/front/turns.h"

namespace http::front {

// One thread's event loop over its share of the connections. All of it but wake() is that thread's.
class Reactor {
 public:
  // The `number`-th of its front. REQUIRES: listeners outlive this
  Reactor(std::shared_ptr<FrontState> state, const Listeners& listeners, std::size_t number);

  // False where the system gave no epoll or eventfd, or does not watch a listener.
  bool open() const { return open_; }

  // Serves until FrontState::stopping, and then until all is finished, or it is FrontState::stop_at.
  void run();

  void wake() const { parts_.inbox->wake(); }
  const std::shared_ptr<Inbox>& inbox() const { return parts_.inbox; }

 private:
  using Next = Connection::Next;

  bool watch(int fd, std::uint64_t name, std::uint32_t events);
  bool watch_listeners();
  void unwatch_listeners();
  int wait_ms() const;

  void accept_all(const base::Descriptor& listener, bool local);
  bool accept_one(const base::Descriptor& listener, bool local);
  void on_newcomers();
  void take_in(Newcomer&&);
  void make_room();
  bool admit(base::Descriptor socket, const std::optional<base::Address>& peer, bool local);
  void turn_away(const base::Descriptor& socket, const std::optional<base::Address>& peer,
                 ConnectionGate::Admission, bool tls);
  void pause_accepting(int why);

  void on_event(std::uint64_t name, std::uint32_t events);
  void on_completions();
  void give_turns();
  void send_answers();
  void on_deadlines();
  void on_stop();

  Connection* find(std::uint64_t id);
  Connection& at(std::uint32_t place) { return *connections_[place]; }
  template <typename Step>
  void attempt(Connection&, Step);
  void after(Connection&, Next);

  const std::size_t number_;
  const Listeners& listeners_;
  ReactorParts parts_;
  FrontState& state_;
  const base::Descriptor epoll_;
  bool open_ = false;
  bool accepting_ = false;
  bool stopping_ = false;
  std::optional<Deadlines::Time> accept_again_;  // after the system had no descriptor left

  // By the low half of the id; the high half counts the users of a place, so that an id is never another's.
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::uint32_t> users_;
  std::vector<std::uint32_t> free_;
  Turns turns_;                         // of places
  std::vector<std::uint64_t> to_send_;  // ids of those that have answers to send
  std::vector<std::uint64_t> sending_;  // those of this round
  std::uint64_t shuffles_ = 0;
  Deadlines::Time shuffle_at_;
};

}  // namespace http::front
