#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

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

// Takes such a file apart again, which comes in pieces and has one member. Throws std::bad_alloc where memory
// ends. One thread at a time.
class Gunzip {
 public:
  Gunzip();

  // Appends to `out` what the piece holds: at most some 1,030 times its bytes. kInvalid, which stays, where
  // the file is none of gzip, is damaged, or goes on behind its end.
  Result<void> add(std::string_view piece, std::string& out);

  // Whether the file's end has come, with a length and a checksum that are right.
  bool complete() const { return complete_; }

 private:
  struct State;
  struct Free {
    void operator()(State*) const;
  };
  std::unique_ptr<State, Free> state_;
  bool complete_ = false;
};

}  // namespace base
