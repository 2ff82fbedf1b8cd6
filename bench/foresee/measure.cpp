#include "bench/foresee/measure.h"

#include <sys/resource.h>

#include <algorithm>

double processor_ms() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

std::string spread_of(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  char text[96];
  std::snprintf(text, sizeof text, "%.2f [%.2f, %.2f]", samples[samples.size() / 2], samples.front(),
                samples.back());
  return text;
}

void print_heading(const char* of_what) {
  std::printf("\n| what | %s | ms | ms of processors | goal |\n|---|---|---|---|---|\n", of_what);
  std::fflush(stdout);
}

void print_row(const Row& row, const Taken& taken) {
  std::printf("| %s | %zu | %s | %s | %s |\n", row.what, row.size, spread_of(taken.wall).c_str(),
              spread_of(taken.processor).c_str(), row.goal);
  std::fflush(stdout);
}
