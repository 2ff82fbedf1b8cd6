#pragma once
#include <mutex>
#include <string>
#include <string_view>

namespace base {

// A file of the program that was packed by gzip when it was built. It keeps the place of the packed bytes,
// which must outlive it, and unpacks them when that is first asked for.
class PackedFile {
 public:
  PackedFile(std::string_view name, std::string_view packed) : name_(name), packed_(packed) {}

  std::string_view name() const { return name_; }
  std::string_view packed() const { return packed_; }

  // Lives as long as the file; empty where it is damaged. Throws std::bad_alloc where memory ends, and can be
  // asked again then. Any thread.
  std::string_view unpacked() const;

 private:
  const std::string_view name_, packed_;
  mutable std::once_flag once_;
  mutable std::string unpacked_;  // written once
};

}  // namespace base
