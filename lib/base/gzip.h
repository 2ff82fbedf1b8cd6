#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace base {

// Compresses a text that comes in pieces into a gzip file (RFC 1952) without a name and a time, so that the
// same text makes the same bytes. Throws std::bad_alloc where memory ends. One thread at a time.
class Gzip {
 public:
  Gzip();

  // Appends to `out` what is ready of the file so far; finish() the rest. Nothing may be added after that.
  void add(std::string_view text, std::string& out);
  void finish(std::string& out);

 private:
  struct State;
  struct Free {
    void operator()(State*) const;
  };
  void run(std::string_view text, int flush, std::string& out);
  std::unique_ptr<State, Free> state_;
};

}  // namespace base
