#pragma once
#include <string>

// Prints what a look at a role costs, that is its blast radius, by how many people hold it. Makes a store in
// the folder and removes it.
bool print_looks(const std::string& dir);
