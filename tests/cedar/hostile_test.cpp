// Texts that want to be slow to read, or to take memory without end. What is quadratic would not end in any
// bearable time; `make bench-hostile` measures time and memory at ten times the length.
#include "base/source_text.h"
#include "tests/cedar/support.h"
#include "tests/support/hostile_reader.h"

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kBytes = 100'000;
#else
constexpr std::size_t kBytes = 1'000'000;
#endif

// A message quotes at most a line and what it is about, both cut.
constexpr std::size_t kLongestMessage = 2 * base::kMaxMessage;

}  // namespace

TEST_CASE("hostile: texts of every kind are read or refused, with a short message", "[cedar]") {
  for (const hostile::Text& text : hostile::texts()) {
    INFO(name_of(text.kind) << ": " << text.what);
    const hostile::Answer answer = hostile::read(text.kind, text.make(kBytes), hostile::Extent::kUsed);
    CHECK(answer.message_bytes < kLongestMessage);
    // JSON says in some forty bytes what text says in three.
    CHECK(answer.printed_bytes < 40 * kBytes);
  }
}

TEST_CASE("hostile: many policies with one id", "[cedar]") {
  const cedar::IdFunction same = [](const cedar::Template&, std::size_t) { return "x"; };
  const std::string policies = cedar_test::repeated("permit(principal, action, resource);", kBytes / 36);
  const auto set = cedar::PolicySet::parse(policies, "p", same);
  REQUIRE_FALSE(set.ok());
  CHECK(set.error().message.starts_with("p:1:37: another policy has the id `x` already"));
}
