#include "base/log_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/support/catch.h"

using base::logging::LogOutput;
using std::chrono::milliseconds;

namespace {

std::string tell_lost(std::uint64_t lines) {
  return "(" + std::to_string(lines) + " lost)\n";
}

// A pipe of the least size that the system has, a page.
struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read = ends[0];
    write = ends[1];
    REQUIRE(::fcntl(write, F_SETPIPE_SZ, 4096) == 4096);
  }
  ~Pipe() {
    ::close(read);
    if (write >= 0) ::close(write);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  std::string take() const {
    char buffer[8192];
    const ssize_t n = ::read(read, buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(n > 0 ? n : 0)};
  }
};

}  // namespace

TEST_CASE("log output: lines come whole and in order", "[base]") {
  const Pipe pipe;
  auto started = LogOutput::start(pipe.write, tell_lost);
  REQUIRE(started.ok());
  LogOutput& output = *started.value();
  output.put("one\n", false);
  output.put("two\nthree\n", true);
  CHECK(output.flush(std::chrono::seconds(10)));
  CHECK(pipe.take() == "one\ntwo\nthree\n");
  CHECK(output.flush(milliseconds(0)));
}

TEST_CASE("log output: nobody waits for a reader, and lost lines are counted in their place", "[base]") {
  const Pipe pipe;
  auto started = LogOutput::start(pipe.write, tell_lost, 1000);
  REQUIRE(started.ok());
  LogOutput& output = *started.value();
  output.put(std::string(799, 'x') + "\n", true);
  CHECK(output.flush(std::chrono::seconds(10)));
  // The page is full before the fifth of these is written, which the thread then hangs in.
  int kept = 0;
  for (; kept < 5; ++kept) {
    output.put(std::string(799, 'x') + "\n", true);
    if (!output.flush(milliseconds(kept < 4 ? 10'000 : 50))) break;
  }
  CHECK(kept == 4);
  output.put("waits\n", true);
  output.put(std::string(999, 'y') + "\n", true);  // no room
  output.put("a\nb\n", true);                      // there would be, but the gap is one
  CHECK_FALSE(output.flush(milliseconds(50)));

  std::string read;
  while (read.find("lost)\n") == std::string::npos) read += pipe.take();
  CHECK(read.size() == 6 * 800 + std::string("waits\n(3 lost)\n").size());
  CHECK(read.ends_with("x\nwaits\n(3 lost)\n"));
  output.put("again\n", true);
  CHECK(output.flush(std::chrono::seconds(10)));
  CHECK(pipe.take() == "again\n");
}

TEST_CASE("log output: ends while a write hangs", "[base]") {
  Pipe pipe;
  {
    auto started = LogOutput::start(pipe.write, tell_lost);
    REQUIRE(started.ok());
    started.value()->put(std::string(10'000, 'x'), true);
    CHECK_FALSE(started.value()->flush(milliseconds(50)));
  }
  // The thread lets go of the descriptor once there is a reader.
  std::size_t read = 0;
  while (read < 10'000) read += pipe.take().size();
  CHECK(read == 10'000);
}
