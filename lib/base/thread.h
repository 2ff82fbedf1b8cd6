#pragma once
#include <functional>
#include <string>
#include <thread>

#include "base/result.h"

namespace base {

// Starts a thread that blocks all signals, since they are for the thread that waits for them. `name` is what
// `ps -L` shows: at most 15 bytes. kFull where the system gives no thread; the message says which limits to
// look at.
Result<std::thread> start_thread(const std::string& name, std::function<void()> run);

}  // namespace base
