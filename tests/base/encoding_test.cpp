#include "base/encoding.h"

#include "tests/support/catch.h"

TEST_CASE("encoding: all but unreserved characters are said by their bytes", "[base]") {
  const struct {
    const char *text, *encoded;
  } rows[] = {
      {"", ""},
      {"aZ09-._~", "aZ09-._~"},
      {"Folder:7", "Folder%3A7"},
      {"a/b?c=d&e#f%20 g+", "a%2Fb%3Fc%3Dd%26e%23f%2520%20g%2B"},
      {"é\x7f", "%C3%A9%7F"},
  };
  for (const auto& row : rows) CHECK(base::percent_encoded(row.text) == row.encoded);
}
