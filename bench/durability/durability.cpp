// Whether the server keeps its word when it is killed, and when its disk is full or fails:
//
//   make bench-durability                      200 rounds of kill -9, 40 of a failing disk, 200 flipped bits
//   ROUNDS=1000 FAULTS=200 FLIPS=1000 make bench-durability
//   build/release/bench-durability KILLS FAULTS PRELOAD FLIPS
//
// Nothing that was acknowledged may be lost, and nothing may be silent. Ends with 1 otherwise.
#include <cstdlib>

#include "bench/durability/rounds.h"

int main(int argc, char** argv) {
  constexpr int kWriters = 8, kOfEach = 2000;
  const int kills = argc > 1 ? std::atoi(argv[1]) : 200;
  const int faults = argc > 3 ? std::atoi(argv[2]) : 0;
  const bool survived = kills == 0 || durability::killed(kills, kWriters);
  const bool honest = faults == 0 || durability::faulty(faults, kWriters, argv[3]);
  const int flips = argc > 4 ? std::atoi(argv[4]) : 0;
  const bool watchful = flips == 0 || durability::flipped(flips, kOfEach);
  return survived && honest && watchful ? 0 : 1;
}
