#pragma once

// Each prints what it found in a line, and returns whether the server kept its word.
namespace durability {

// Kills the server in the midst of writes.
bool killed(int rounds, int writers);

// Lets the disk fail in the midst of writes, by the library `preload` (preload/faults.cpp).
bool faulty(int rounds, int writers, const char* preload);

// Flips bits of a store's file, with so many of each noun in it, one at a time.
bool flipped(int flips, int of_each);

}  // namespace durability
