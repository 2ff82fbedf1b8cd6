#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

// A folder with files, and what somebody types there: `reeve`, or `cedar` for `reeve cedar`.
class Shell {
 public:
  // A name may have folders in it.
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(dir_ / name).parent_path());
    std::ofstream(dir_ / name) << text;
  }

  std::string read(const std::string& name) const {
    std::ifstream in(dir_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  Finished type(const std::string& script) const {
    Process process({{"sh", "-c",
                      "cd '" + dir_.path() +
                          "' || exit\nreeve() { \"$REEVE_PATH\" \"$@\"; }\n"
                          "cedar() { reeve cedar \"$@\"; }\n" +
                          script},
                     {{"REEVE_PATH", std::filesystem::absolute(reeve()).string()}}});
    const int code = process.wait();
    return {code, process.out(), process.err()};
  }

 private:
  TempDir dir_;
};

// A line, and all that comes back.
struct Typed {
  const char* line;
  int code;
  const char* out;
  const char* err = "";
};

inline void check(const Shell& shell, std::span<const Typed> rows) {
  for (const Typed& row : rows) {
    INFO("$ " << row.line);
    const Finished done = shell.type(row.line);
    CHECK(done.code == row.code);
    CHECK(done.out == row.out);
    CHECK(done.err == row.err);
  }
}
