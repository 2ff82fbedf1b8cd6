// The three YAML files: read, or refused with the file's name in front.
#include "config/config.h"
#include "config/permissions.h"
#include "config/roles.h"
#include "tests/fuzz/fuzz.h"

namespace {

template <typename T>
void read_or_say(const base::Result<T>& result) {
  if (!result.ok())
    fuzz::require(result.error().message.starts_with("f.yaml"), "a mistake names the file",
                  result.error().message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  read_or_say(config::parse_config("f.yaml", text));
  const auto permissions = config::parse_permissions("f.yaml", text);
  read_or_say(permissions);
  if (permissions.ok()) read_or_say(config::parse_roles("f.yaml", text, *permissions));
  read_or_say(config::parse_roles("f.yaml", text, {}));
  return 0;
}
