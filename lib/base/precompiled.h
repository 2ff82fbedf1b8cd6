#pragma once
// The headers of the standard library that most files include, parsed once for all of them: it saves a third
// of a build. Nothing relies on it: `make tidy` and `make BUILD=debug` do without, so that no file forgets
// its own includes.
#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
