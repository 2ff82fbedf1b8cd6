#pragma once
#include <functional>
#include <memory>

namespace cli {

// What the chosen command does. CLI11 reports mistakes by exceptions, so nothing is done while it parses.
using Work = std::function<int()>;

// Adds what the command does to it; its options live as long as that.
template <typename Command, typename Options>
void does(Command* command, const std::shared_ptr<Options>& options, int (*run)(const Options&),
          Work* chosen) {
  command->callback([options, run, chosen] { *chosen = [options, run] { return run(*options); }; });
}

}  // namespace cli
