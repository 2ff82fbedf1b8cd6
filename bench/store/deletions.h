#pragma once
#include <string>

// Prints how long the writer is held by deleting what much belongs to, in steps and in one change. Makes
// stores in the folder and removes them.
bool print_deletions(const std::string& dir);
