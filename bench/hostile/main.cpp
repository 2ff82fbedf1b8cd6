// What the library takes for ten megabytes of each text that wants it to be slow: to read or refuse it, and
// then to do with it everything that can be done with such a text.
//
//   bench-hostile [BYTES]
//
// Each text is read in a process of its own, so that one's memory is not another's. Time is that of the
// processor, memory that of the process at its peak, the text included.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "tests/support/hostile_reader.h"

namespace {

struct Figure {
  long ms = -1;  // -1 where the process died
  long megabytes = 0;
};

Figure measure(const hostile::Text& text, std::size_t bytes, hostile::Extent extent) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    const std::string made = text.make(bytes);
    const std::clock_t start = std::clock();
    hostile::read(text.kind, made, extent);
    const long ms = (std::clock() - start) * 1000 / CLOCKS_PER_SEC;
    _exit(write(ends[1], &ms, sizeof ms) == sizeof ms ? 0 : 1);
  }
  close(ends[1]);
  Figure figure;
  if (read(ends[0], &figure.ms, sizeof figure.ms) != sizeof figure.ms) figure.ms = -1;
  close(ends[0]);
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  figure.megabytes = used.ru_maxrss / 1024;
  return figure;
}

Figure larger(const Figure& a, const Figure& b) {
  return {std::max(a.ms, b.ms), std::max(a.megabytes, b.megabytes)};
}

void print(const Figure& read, const Figure& used, const std::string& what) {
  std::printf("%6ld ms %5ld MB %6ld ms %5ld MB  %s\n", read.ms, read.megabytes, used.ms, used.megabytes,
              what.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t bytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000'000;
  Figure most_read, most_used;
  std::puts("   to read it          and to use it");
  for (const hostile::Text& text : hostile::texts()) {
    const Figure read = measure(text, bytes, hostile::Extent::kRead);
    const Figure used = measure(text, bytes, hostile::Extent::kUsed);
    print(read, used, std::string(name_of(text.kind)) + ": " + text.what);
    if (read.ms < 0 || used.ms < 0) return 1;
    most_read = larger(most_read, read);
    most_used = larger(most_used, used);
  }
  print(most_read, most_used, "at most, for " + std::to_string(bytes) + " bytes");
  return 0;
}
