#pragma once
#include <cstddef>
#include <string>

// Explanations, pages and dry runs, by how many people there are: 1,000, ten times as many, and so on.
void print_growth(const std::string& dir, std::size_t most);

// Plans, by how many rules there are.
void print_plans(const std::string& dir);

// The store as it was, by how many changes have been made since.
void print_past(const std::string& dir, std::size_t most);

// Undoing a change, by how many objects it made: how long others' changes wait for that.
void print_undone(const std::string& dir);

// Decisions a second with the decision log off and on.
void print_logged(const std::string& dir);
