#pragma once
#include <span>
#include <string_view>

namespace base {

// A file of the sources as it was when this program was built.
struct EmbeddedFile {
  std::string_view path;  // "config/reeve.yaml"; of what the build made, its path there: "openapi/camel.json"
  std::string_view text;
};

// In order of path. Made by data/embed.sh.
std::span<const EmbeddedFile> embedded_files();

}  // namespace base
