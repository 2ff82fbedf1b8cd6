#include "app/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/catch.h"

TEST_CASE("descriptors: connections take what is left", "[app]") {
  struct {
    const char* name;
    std::size_t wanted, limit, open, fit;
  } const rows[] = {
      {"room for all", 100, 1000, 20, 100}, {"exactly", 900, 1000, 20, 900},
      {"one too many", 901, 1000, 20, 900}, {"the usual soft limit", 10'000, 1024, 24, 920},
      {"nothing left", 10'000, 80, 24, 1},  {"one left", 10'000, 105, 24, 1},
      {"two left", 10'000, 106, 24, 2},
  };
  for (const auto& row : rows) {
    INFO(row.name);
    CHECK(app::connections_that_fit(row.wanted, row.limit, row.open) == row.fit);
  }
}

TEST_CASE("descriptors: those that are open are counted", "[app]") {
  const std::size_t before = app::open_descriptors();
  CHECK(before >= 3);
  const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(app::open_descriptors() == before + 1);
  ::close(fd);
}
