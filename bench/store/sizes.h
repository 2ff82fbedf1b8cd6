#pragma once
#include <string>

#include "store/store.h"

// Prints the bytes that a mapping, a role patch and a group take. Makes a store in the folder and removes it.
bool print_sizes(const std::string& dir);
