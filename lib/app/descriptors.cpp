#include "app/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace app {

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (limit.rlim_cur < limit.rlim_max && ::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t open_descriptors() {
  std::error_code none;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", none), end; !none && at != end;
       at.increment(none))
    ++count;
  return count;
}

std::size_t connections_that_fit(std::size_t wanted, std::size_t limit, std::size_t open) {
  const std::size_t taken = open + kReservedDescriptors;
  return std::min(wanted, limit > taken ? limit - taken : std::size_t{1});
}

}  // namespace app
