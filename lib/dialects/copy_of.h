#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "api/error.h"

namespace dialects {

// What calls have to know on a server whose store is a copy of another's. Functions: any thread, quick.
struct CopyOf {
  std::string primary;  // where changes are made, for whoever is known
  std::chrono::milliseconds max_stale{};

  // How long ago the copy had everything; nothing where it isn't known that it ever had.
  std::function<std::optional<std::chrono::milliseconds>()> age;

  // Why it doesn't follow and won't until somebody acts, for whoever looks from outside; "" where it does.
  std::function<std::string()> hindrance;
};

// That the copy is too old to be asked, if it is.
std::optional<api::Error> refuse_stale(const CopyOf&);

// That a change has to be made elsewhere.
api::Error refuse_change(const CopyOf&);

// Why the copy isn't ready; "" where it is.
std::string not_ready(const CopyOf&);

}  // namespace dialects
