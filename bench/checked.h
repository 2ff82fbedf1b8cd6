#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

// Ends the benchmark: what it needs doesn't work.
[[noreturn]] inline void stop(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

template <typename R>
void check(const R& result) {
  if (!result.ok()) stop(result.error().message);
}
template <typename R>
auto value_of(R result) {
  check(result);
  return std::move(result).value();
}
