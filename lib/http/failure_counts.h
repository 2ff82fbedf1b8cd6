#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace http {

// Failed authentications as the log tells of them, since one address may make any number: within a minute its
// first has a line of its own, and the others are counted, for one line when the minute is over.
//
//   authentication failed ip=192.0.2.1 request_id=…
//   authentication failed ip=192.0.2.1 count=4711 first_at=… last_at=…
//
// A minute begins with the first failure after the one before. IPv6 addresses count by their /64. Memory is
// bounded: beyond so many addresses in a minute all further ones are counted together, as "others". Safe for
// use by several threads.
class FailureCounts {
 public:
  explicit FailureCounts(std::size_t addresses = 10'000);
  ~FailureCounts();
  FailureCounts(const FailureCounts&) = delete;  // one count for all
  FailureCounts& operator=(const FailureCounts&) = delete;

  // Whether this one has a line of its own; else it is counted.
  bool add(std::string_view address, base::Timestamp now);

  struct Count {
    std::string address;
    std::uint64_t count = 0;  // without the one that had a line
    base::Timestamp first_at, last_at;

    bool operator==(const Count&) const = default;
  };

  // Of a minute that is over; `all`: of this one too, for the end. In no order, none of 0.
  std::vector<Count> take(base::Timestamp now, bool all);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace http
