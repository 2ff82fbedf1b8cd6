#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace app {

// The descriptors that the service manager passed to this process (sd_listen_fds(3)), from 3 on; none where
// it passed none. `pid` and `count` are what LISTEN_PID and LISTEN_FDS say, "" where they aren't set.
// kInvalid where the count is no number.
base::Result<std::vector<int>> passed_descriptors(const std::string& pid, const std::string& count);

// The same from the environment, where they are removed, so that no child believes that they are for it. To
// be called once, while there is one thread.
base::Result<std::vector<int>> take_passed_descriptors();

}  // namespace app
