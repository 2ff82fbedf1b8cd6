#pragma once
#include <span>
#include <string_view>

namespace http {

// A file of data/ as it was when this program was built.
struct EmbeddedFile {
  std::string_view path;  // below data/: "openapi/v1.json"
  std::string_view text;
};

// In order of path. Made by data/embed.sh.
std::span<const EmbeddedFile> embedded_files();

}  // namespace http
