#include "cli/cedar_output.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "cli/exit_code.h"

namespace cli {

int fail(const base::Error& error) {
  complain("reeve: " + error.message);
  return kFailure;
}

void complain(std::string_view line) {
  std::fflush(stdout);
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print(const base::JsonWriter& json) {
  print(json.text() + "\n");
}

void write_place(base::JsonWriter& json, base::Place place) {
  json.member("line", place.line);
  json.member("column", place.column);
}

int finish(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  return fail({base::ErrorCode::kIo, std::string("standard output: ") + std::strerror(errno)});
}

base::Result<void> replace_file(const std::string& path, const std::string& text) {
  std::error_code absent;
  const std::filesystem::path target = std::filesystem::canonical(path, absent);
  struct stat about = {};
  const bool is_there = !absent && ::stat(path.c_str(), &about) == 0;
  return base::write_file(is_there ? target.string() : path, text, is_there ? about.st_mode & 0777U : 0644U);
}

}  // namespace cli
