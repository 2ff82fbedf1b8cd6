// One thread, one epoll. A round waits for events, and notes them: new connections, sockets that became
// readable or writable, completions that came by the inbox. Then it gives turns to the connections that have
// something to do, for half a millisecond: payer after payer (turns.h), each a step of one of its
// connections, so that whoever keeps many of them busy holds up only itself. Who isn't served by then waits
// for the next round. The answers of a round leave together, behind the turns; last come deadlines.
//
// Connections stand in a vector, and epoll names them by an id whose low half is the place and whose high
// half counts who had it before: an event or a completion for one that is gone finds nobody, even where
// another has its place.
//
// The system wakes whichever reactor it likes for a new connection. Where that has more connections than
// another, it hands it over (shares.h), by the other's inbox.
//
// Nothing here may wait: whatever takes long (the disk, another thread's lock) makes every connection of this
// thread wait.
#include "http/front/reactor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "base/log.h"

namespace http::front {

namespace {

constexpr std::size_t kEvents = 128;  // of one round
constexpr int kAcceptsAlone = 64;     // of one round
constexpr int kAcceptsShared = 4;     // few, so that other reactors have their share
// Of one round. Who comes while a round is on waits for its end, and its answer for that of the next.
constexpr auto kTurns = std::chrono::microseconds(500);
constexpr auto kShuffle = std::chrono::seconds(1);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr std::size_t kMaxTurnedAway = 4096;  // bytes of an answer to whom there is no room for

// Names of what is watched that is no connection; a connection's id has a zero there.
constexpr std::uint64_t kInbox = std::uint64_t{1} << 63;
constexpr std::uint64_t kLocal = kInbox + 1;
constexpr std::uint64_t kTcp = kInbox + 2;  // and the index of the listener
constexpr std::uint32_t kMaxUsers = 0x7FFF'FFFF;

std::optional<base::Address> address_of(const sockaddr_storage& name) {
  base::Address address;
  if (name.ss_family == AF_INET) {
    address = *base::parse_address("0.0.0.0");
    std::memcpy(address.bytes.data() + 12, &reinterpret_cast<const sockaddr_in&>(name).sin_addr, 4);
    return address;
  }
  if (name.ss_family != AF_INET6) return std::nullopt;
  std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(name).sin6_addr, 16);
  return address;
}

// Out of descriptors or memory: accepting again at once would fail again.
bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

std::uint32_t place_of(const Connection& connection) {
  return static_cast<std::uint32_t>(connection.id());
}

}  // namespace

Reactor::Reactor(std::shared_ptr<FrontState> state, const Listeners& listeners, std::size_t number)
    : number_(number),
      listeners_(listeners),
      parts_{state, std::make_shared<Inbox>(), Deadlines(state->options.timeouts), {}, {}, {}, {}},
      state_(*state),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  open_ = epoll_.is_open() && parts_.inbox->open() && watch(parts_.inbox->fd(), kInbox, EPOLLIN) &&
          watch_listeners();
}

bool Reactor::watch(int fd, std::uint64_t name, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = name;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool Reactor::watch_listeners() {
  // With several reactors, a new connection wakes one of them.
  const std::uint32_t events = EPOLLIN | (state_.options.reactors > 1 ? EPOLLEXCLUSIVE : 0U);
  for (std::size_t i = 0; i < listeners_.tcp.size(); ++i)
    if (!watch(listeners_.tcp[i].get(), kTcp + i, events)) return false;
  accepting_ = !listeners_.local.is_open() || watch(listeners_.local.get(), kLocal, events);
  return accepting_;
}

void Reactor::unwatch_listeners() {
  // Ignoring errors on purpose: what is not watched need not be unwatched.
  const auto unwatch = [&](const base::Descriptor& listener) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener.get(), nullptr);
  };
  for (const base::Descriptor& listener : listeners_.tcp) unwatch(listener);
  if (listeners_.local.is_open()) unwatch(listeners_.local);
  accepting_ = false;
}

void Reactor::run() {
  std::array<epoll_event, kEvents> events;
  while (true) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    parts_.now = std::chrono::steady_clock::now();
    if (state_.stopping.load() && !stopping_) on_stop();
    const base::logging::Batch lines;
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      on_event(event.data.u64, event.events);
    }
    give_turns();
    send_answers();
    on_deadlines();
    // With more to do than a round takes, a reactor would keep its processor for a whole slice, of
    // milliseconds. Whoever else waits for that, such as the writer, another reactor or a client, has it
    // between two rounds.
    if (!turns_.empty()) ::sched_yield();
    if (accept_again_ && *accept_again_ <= parts_.now) {
      accept_again_.reset();
      if (!stopping_ && !watch_listeners()) pause_accepting(errno);
    }
    if (stopping_ && (state_.shares.close(number_) || parts_.now >= state_.stop_at.load())) break;
  }
  parts_.inbox->take_newcomers();
  connections_.clear();
}

int Reactor::wait_ms() const {
  if (!turns_.empty() || !to_send_.empty()) return 0;
  std::optional<Deadlines::Time> until = parts_.deadlines.next();
  const auto earlier = [&](Deadlines::Time time) { until = until ? std::min(*until, time) : time; };
  if (accept_again_) earlier(*accept_again_);
  if (stopping_) earlier(state_.stop_at.load());
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void Reactor::on_event(std::uint64_t name, std::uint32_t events) {
  if (name == kInbox) return on_completions();
  if (name == kLocal) return accept_all(listeners_.local, true);
  if (name >= kTcp) return accept_all(listeners_.tcp[name - kTcp], false);
  if (Connection* const c = find(name)) attempt(*c, [&] { return c->on_events(events); });
}

void Reactor::on_completions() {
  for (auto completion = parts_.inbox->take(); completion;) {
    auto next = std::move(completion->next);
    if (Connection* const c = find(completion->connection))
      attempt(*c, [&] { return c->on_completion(std::move(*completion)); });
    completion = std::move(next);
  }
  on_newcomers();
}

void Reactor::on_newcomers() {
  for (Newcomer& newcomer : parts_.inbox->take_newcomers()) take_in(std::move(newcomer));
}

void Reactor::give_turns() {
  if (parts_.now >= shuffle_at_) {
    shuffle_at_ = parts_.now + kShuffle;
    turns_.shuffle(++shuffles_);
  }
  const auto until = parts_.now + kTurns;
  while (const auto place = turns_.next()) {
    attempt(at(*place), [&c = at(*place)] { return c.take_turn(); });
    parts_.now = std::chrono::steady_clock::now();
    if (parts_.now >= until) return;
  }
}

// A peer that sleeps is woken once for all the answers it gets, and waking costs more than handling.
void Reactor::send_answers() {
  sending_.swap(to_send_);
  for (const std::uint64_t id : sending_)
    if (Connection* const c = find(id)) {
      c->sends = false;
      attempt(*c, [&] { return c->send_answers(); });
    }
  sending_.clear();
}

void Reactor::on_deadlines() {
  while (const auto id = parts_.deadlines.expired(parts_.now)) {
    Connection* const c = find(*id);
    attempt(*c, [&] { return c->on_deadline(); });
  }
}

void Reactor::on_stop() {
  stopping_ = true;
  accept_again_.reset();
  unwatch_listeners();
  for (const auto& place : connections_)
    if (place) attempt(*place, [&c = *place] { return c.on_stop(); });
}

Connection* Reactor::find(std::uint64_t id) {
  const auto place = static_cast<std::uint32_t>(id);
  if (place >= connections_.size()) return nullptr;
  Connection* const connection = connections_[place].get();
  return connection != nullptr && connection->id() == id ? connection : nullptr;
}

// For want of memory the connection whose turn it is ends, and nothing else.
template <typename Step>
void Reactor::attempt(Connection& connection, Step step) {
  Next next = Next::kClose;
  try {
    next = step();
  } catch (const std::bad_alloc&) {
    ++state_.out_of_memory;
  }
  after(connection, next);
}

// Takes no memory: admit() has made room for every connection in these lists.
void Reactor::after(Connection& connection, Next next) {
  switch (next) {
    case Next::kWait:
      return;
    case Next::kAgain:
      return turns_.add(place_of(connection), connection.line());
    case Next::kSend:
      if (!connection.sends) to_send_.push_back(connection.id());
      connection.sends = true;
      return;
    case Next::kClose: {
      const std::uint32_t place = place_of(connection);
      turns_.remove(place);
      connections_[place].reset();
      free_.push_back(place);
      state_.shares.leave(number_);
      return;
    }
  }
}

void Reactor::accept_all(const base::Descriptor& listener, bool local) {
  const int most = state_.options.reactors > 1 ? kAcceptsShared : kAcceptsAlone;
  for (int i = 0; i < most && accepting_ && accept_one(listener, local); ++i) {
  }
}

// False where there is none left, or accepting was paused.
bool Reactor::accept_one(const base::Descriptor& listener, bool local) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  base::Descriptor socket(
      ::accept4(listener.get(), reinterpret_cast<sockaddr*>(&name), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.is_open()) {
    if (is_shortage(errno)) pause_accepting(errno);
    // Any other error is that of one connection (accept(2)), and the next may be well.
    return !is_shortage(errno) && errno != EAGAIN && errno != EWOULDBLOCK;
  }
  const int on = 1;
  // Ignoring errors on purpose: without it, answers are later and still right.
  if (!local) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ++state_.accepted;
  Newcomer newcomer{std::move(socket), address_of(name), local};
  const std::size_t chosen = state_.shares.place(number_);
  if (chosen == number_) {
    take_in(std::move(newcomer));
    return true;
  }
  try {
    state_.inboxes[chosen]->post(std::move(newcomer));
  } catch (const std::bad_alloc&) {
    ++state_.out_of_memory;
    state_.shares.leave(chosen);
  }
  return true;
}

// One that counts as this reactor's already.
void Reactor::take_in(Newcomer&& newcomer) {
  bool admitted = false;
  try {
    admitted = admit(std::move(newcomer.socket), newcomer.peer, newcomer.local);
  } catch (const std::bad_alloc&) {
    ++state_.out_of_memory;
  }
  if (!admitted) state_.shares.leave(number_);
}

// False where it was turned away.
bool Reactor::admit(base::Descriptor socket, const std::optional<base::Address>& peer, bool local) {
  const bool proxy = state_.options.trusted_proxies.contain(peer);
  const std::optional<base::Address> counted = proxy ? std::nullopt : peer;
  auto certificates = local ? nullptr : state_.certificates();
  if (free_.empty()) make_room();
  const auto admission = state_.gate.admit(counted);
  if (admission != ConnectionGate::Admission::kAdmitted) {
    turn_away(socket, peer, admission, certificates != nullptr);
    return false;
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  users_[place] = users_[place] == kMaxUsers ? 0 : users_[place] + 1;
  const std::uint64_t id = std::uint64_t{users_[place]} << 32 | place;
  const int fd = socket.get();
  try {
    connections_[place] =
        std::make_unique<Connection>(parts_, std::move(socket), std::move(certificates), id, peer, counted);
  } catch (...) {
    state_.gate.leave(counted);
    free_.push_back(place);
    throw;
  }
  // What has come already makes an event at once.
  Connection& connection = *connections_[place];
  if (!watch(fd, id, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET))
    after(connection, Next::kClose);
  else if (stopping_)  // it was accepted by another, before
    attempt(connection, [&] { return connection.on_stop(); });
  return true;
}

// For one connection more, in all lists that it may stand in.
void Reactor::make_room() {
  const std::size_t count = connections_.size() + 1;
  for (auto* list : {&to_send_, &sending_})
    if (list->capacity() < count) list->reserve(2 * count);
  if (free_.capacity() < count) free_.reserve(2 * count);
  turns_.make_room(count);
  users_.resize(count);
  connections_.resize(count);
  free_.push_back(static_cast<std::uint32_t>(count - 1));
}

// Says why in one write, and closes without waiting for a request: whoever has too many connections open
// must not hold one more. With TLS nothing can be said.
void Reactor::turn_away(const base::Descriptor& socket, const std::optional<base::Address>& peer,
                        ConnectionGate::Admission admission, bool tls) {
  const Refusal refusal = admission == ConnectionGate::Admission::kFull
                              ? Refusal{503, "too many connections are open"}
                              : Refusal{429, "too many connections from this address are open"};
  state_.count(refusal);
  if (tls) return;
  Request request;
  request.peer = peer ? peer->to_string() : "unix";
  std::string answer;
  state_.append_refusal(request, refusal, false, parts_.renderer, answer);
  if (answer.size() > kMaxTurnedAway) return;
  // Ignoring errors on purpose: the answer is a courtesy.
  [[maybe_unused]] const ssize_t ignored = ::send(socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
}

void Reactor::pause_accepting(int why) {
  if (state_.accept_errors++ % 100 == 0)
    base::logging::warn("accept paused", {{"error", std::strerror(why)}, {"open", state_.gate.open()}});
  unwatch_listeners();
  accept_again_ = parts_.now + kAcceptPause;
}

}  // namespace http::front
