#pragma once
#include <string>

#include "base/log.h"
#include "tests/support/captured_stderr.h"

// The log from warnings on, while it lives; tests have errors alone.
class Logged {
 public:
  Logged() { base::logging::configure(base::logging::Level::kWarn, base::logging::Format::kText); }
  ~Logged() { base::logging::configure(base::logging::Level::kError, base::logging::Format::kText); }
  Logged(const Logged&) = delete;
  Logged& operator=(const Logged&) = delete;

  std::string text() const { return captured_.text(); }

 private:
  CapturedStderr captured_;
};
