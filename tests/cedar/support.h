#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "cedar/cedar.h"
#include "tests/support/catch.h"

// Short ways to the things that tests of the language need.
namespace cedar_test {

inline cedar::EntityUid uid(std::string_view text) {
  return cedar::EntityUid::parse(text).value();
}

inline cedar::SourcePtr source(std::string text) {
  return std::make_shared<const cedar::Source>("e", std::move(text));
}

inline cedar::Request request(cedar::Record context = {}) {
  return {uid("User::\"alice\""), uid("Action::\"view\""), uid("Doc::\"d\""), std::move(context)};
}

// The set that was compiled, each policy read again from its text, as for the message of an error.
inline cedar::PolicySet read_again(const cedar::CompiledPolicies& compiled) {
  cedar::PolicySet set;
  for (std::uint32_t i = 0; i < compiled.size(); ++i) {
    cedar::Policy policy = compiled.policy(i);
    REQUIRE(set.add(std::move(policy.id), std::move(policy.body)).ok());
  }
  return set;
}

// The message of a failure, "" where there is none.
template <typename T>
std::string message(const base::Result<T>& result) {
  return result.ok() ? std::string() : result.error().message;
}

// `unit` so many times; made by doubling, since some are long.
inline std::string repeated(std::string_view unit, std::size_t times) {
  const std::size_t size = unit.size() * times;
  std::string out;
  out.reserve(size);
  if (size > 0) out.append(unit);
  while (out.size() < size) out.append(out.data(), std::min(out.size(), size - out.size()));
  return out;
}

}  // namespace cedar_test
