#pragma once
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

// What something took in each of several rounds, in milliseconds: by the clock, and of the processors, which
// says more on a machine that others use as well.
struct Taken {
  std::vector<double> wall, processor;
};

// Of all threads of the process, user and system.
double processor_ms();

// Calls fn once unmeasured, then `rounds` times.
template <typename Fn>
Taken measure(int rounds, const Fn& fn) {
  Taken taken;
  fn();
  for (int round = 0; round < rounds; ++round) {
    const double processor = processor_ms();
    const auto begin = std::chrono::steady_clock::now();
    fn();
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
    taken.wall.push_back(wall.count());
    taken.processor.push_back(processor_ms() - processor);
  }
  return taken;
}

// "median [least, greatest]"
std::string spread_of(std::vector<double> samples);

// Prints a row: what, by how much of what, wall and processor time, and what is wanted where that is said.
struct Row {
  const char* what;
  std::size_t size;
  const char* goal = "";
};
void print_heading(const char* of_what);
void print_row(const Row&, const Taken&);
