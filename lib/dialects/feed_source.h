#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "api/context.h"
#include "base/function_ref.h"
#include "dialects/change_waits.h"
#include "http/body_source.h"

namespace dialects {

// A read that is answered once a tenant has changed behind what it has looked at.
struct ChangesAwaited {
  base::Uuid whose;                     // who waits, for the limit on places
  std::function<std::uint64_t()> last;  // as of ChangeWaits::Wait
  std::uint64_t after = 0;
  std::chrono::milliseconds longest{};
};

struct FeedPiece {
  std::string bytes;        // none: there is nothing to tell
  std::uint64_t after = 0;  // how far was looked
  bool has_more = false;    // behind that, now
};

// What a body tells of changes, on and on. Its functions are called on any thread, one after the other, and
// have copies of what they need.
struct Feed {
  std::function<api::Outcome<FeedPiece>(const api::Read&, std::uint64_t after)> pieces;
  std::function<std::string(std::uint64_t after)> beat;  // what is sent where nothing else was for `every`
  std::function<std::string(const api::Error*)> end;     // what comes last; null: the server ends
  std::function<std::uint64_t()> last;                   // as of ChangeWaits::Wait
  std::uint64_t after = 0;                               // how far what is in front has looked
  bool has_more = false;                                 // behind that, now
  std::chrono::milliseconds every{};
  bool goes_on = true;  // else it ends where there is no more
};

// The rest of a body that tells of changes as they come. Each piece is made on a snapshot of its own, where
// the caller still may; else the body ends, and says why. While nothing comes no thread is held, and little
// memory: the front asks for a piece only when there is one, or when it is time for a beat.
class FeedSource final : public http::BodySource {
 public:
  using ReadAnew = std::function<api::Outcome<void>(base::FunctionRef<void(const api::Read&)>)>;

  // `waits` outlives this.
  FeedSource(Feed feed, ReadAnew read, ChangeWaits& waits, ChangeWaits::Place place)
      : feed_(std::move(feed)), read_(std::move(read)), waits_(waits), place_(std::move(place)) {}

  base::Result<Piece> next() override;
  bool when_ready(std::function<void()> ask) override;
  void let_go() override;

 private:
  Feed feed_;
  const ReadAnew read_;
  ChangeWaits& waits_;
  ChangeWaits::Place place_;
  std::uint64_t number_ = 0;  // of the wait; the reactor's
};

}  // namespace dialects
