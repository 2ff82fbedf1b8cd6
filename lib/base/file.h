#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"

namespace base {

// The whole text of a file, at most `limit` bytes. On failure the message has the path and the reason.
Result<std::string> read_file(const std::string& path, std::size_t limit);

// Gives fn the file in pieces, from its beginning, until all was read or fn fails. Views live during the
// call.
Result<void> read_pieces(const std::string& path, FunctionRef<Result<void>(std::string_view)> fn);

// Replaces the file whole: at any moment, also after a power cut, it holds either the old text or the new
// one. `mode` as in chmod, such as 0600.
Result<void> write_file(const std::string& path, std::string_view text, unsigned mode);

// A file that comes into being whole: it is written beside its place, and renamed once all of it is on disk.
// What isn't committed is removed. Not safe for use by several threads.
class NewFile {
 public:
  // Makes `beside` anew, in place of what a crash left. One at a time in one place. kIo, with path and
  // reason, as below.
  static Result<NewFile> create(std::string beside, unsigned mode);
  NewFile(NewFile&&) noexcept;
  NewFile& operator=(NewFile&&) = delete;  // there is no need for it
  ~NewFile();

  Result<void> write(std::string_view bytes);

  // Flushes it to disk and gives it its name, in the same folder, replacing what has it; then flushes that
  // folder. Nothing may be written after this.
  Result<void> commit(const std::string& path);

 private:
  NewFile(std::string beside, int fd) : beside_(std::move(beside)), fd_(fd) {}
  std::string beside_;  // empty once it has its name
  int fd_;
};

}  // namespace base
