// Validation: a policy that the strict validator passes cannot fail, but for overflow and entities that are
// not there. Input is policy text.
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::World world;
  const auto policies = cedar::PolicySet::parse(fuzz::text_of(data, size), "fuzz");
  if (!policies.ok()) return 0;
  if (!cedar::Validator(world.schema).validate(*policies).is_valid()) return 0;
  const auto response = cedar::Authorizer().is_authorized(world.request, *policies, world.entities);
  for (const cedar::PolicyError& error : response.diagnostics.errors) {
    // Of a long id the end of the message is cut off.
    const bool may_be = error.message.find("overflow") != std::string::npos ||
                        error.message.find("is not there") != std::string::npos ||
                        error.message.ends_with("…");
    fuzz::require(may_be, "valid policies do not fail", to_text(error));
  }
  return 0;
}
