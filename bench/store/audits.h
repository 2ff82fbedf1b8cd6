#pragma once
#include <string>

// Prints what a filter of the audit log costs over 100,000 entries. Makes a store in the folder and removes
// it.
bool print_audits(const std::string& dir);
