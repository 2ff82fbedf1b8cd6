#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/source_text.h"

// What the Cedar commands print: answers on stdout, mistakes on stderr. On a terminal both appear in the
// order in which they were printed.
namespace cli {

// Prints "reeve: message" on stderr, and returns the exit code for that.
int fail(const base::Error&);

// Prints a line on stderr.
void complain(std::string_view line);

void print(std::string_view text);

// The JSON and a new line.
void print(const base::JsonWriter&);

// The members "line" and "column" of an object that is open.
void write_place(base::JsonWriter&, base::Place);

// The code, unless stdout could not be written, as on a full disk.
int finish(int exit_code);

// Replaces the text of a file, or of the one that a symbolic link leads to, and keeps its mode; where there
// is none it is made with mode 0644.
base::Result<void> replace_file(const std::string& path, const std::string& text);

}  // namespace cli
