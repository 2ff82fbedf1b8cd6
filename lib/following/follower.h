#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/json.h"
#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "client/credential.h"
#include "client/http.h"
#include "following/currency.h"
#include "following/received.h"
#include "store/store.h"

namespace following {

// What keeps a copy from following.
enum class Trouble : std::uint8_t {
  kNone,
  kAway,   // the primary can't be asked, or refuses to answer: tried again
  kUnfit,  // what it sends isn't for this program, or it is itself a copy: likewise, and somebody has to act
  kGone,   // it has no records any more of what comes next here: likewise
  kDiverged,  // this store isn't a copy of it: nothing is followed any more, nor should anything be served
};

struct Standing {
  std::optional<std::chrono::milliseconds> age;  // Currency::age()
  Trouble trouble = Trouble::kNone;
  std::string why;  // a sentence without what is secret; "" where there is no trouble
};

// A thread that has a store follow the change records of another server's (docs/following.md): it asks for
// what comes behind the store's revision, hands that to the store's writer, and asks again where the answer
// ends, at once and then at growing intervals.
//
// The first record that it asks for is one that the store has, and only where both say the same does it go
// on: a store that has other changes under the same revisions gets nothing.
class Follower {
 public:
  struct Options {
    client::Place primary;
    std::function<base::Result<client::Credential>()> credential;  // asked for anew for each connection
    // The first frame of an answer, which says what the primary is; on the follower's thread. May be empty.
    std::function<void(const base::Json& about)> on_about;
    std::chrono::milliseconds first_pause{100}, longest_pause{10'000};  // between two connections
    std::chrono::milliseconds idle{60'000};      // without a byte, after which a connection counts as gone
    std::chrono::milliseconds patience{10'000};  // for the writer, after which a connection is given up
  };

  // The store's source must be the log's; store, log and clocks outlive this. What earlier processes knew is
  // told to the currency before start().
  Follower(store::Store& store, Received& log, Currency& currency, Options options)
      : store_(store), log_(log), currency_(currency), options_(std::move(options)) {}
  ~Follower() { stop(); }
  Follower(const Follower&) = delete;  // its thread refers to it
  Follower& operator=(const Follower&) = delete;

  // Fails where no thread can be started.
  base::Result<void> start();

  // Ends the connection, and waits for the thread. May be called twice. Before the store stops.
  void stop();

  // Any thread; quick.
  std::optional<std::chrono::milliseconds> age() const { return currency_.age(store_.revision()); }
  Standing standing() const;

 private:
  struct Ended {
    Trouble trouble = Trouble::kAway;
    std::string why;
  };
  class Stream;

  void run();
  Ended follow();
  Ended ended_by(const client::Response&, const client::Credential&) const;
  void note(const Ended&);
  void note_connected();

  store::Store& store_;
  Received& log_;
  Currency& currency_;
  const Options options_;
  std::stop_source stop_;

  mutable std::mutex mutex_;
  std::condition_variable_any pause_;
  Ended ended_{Trouble::kAway,
               "not asked yet"};  // guarded by mutex_: the last connection, kNone while one is well

  bool was_connected_ = false;  // of the thread: the last connection brought a frame
  std::thread thread_;
};

}  // namespace following
