#pragma once
#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

// Why something could not be done. The code decides what the caller does next; the message is for people
// and names the thing first: "role approver: not found".
enum class ErrorCode {
  kInvalid,   // what was given is wrong; the same call will fail again
  kNotFound,  // what was named is not there
  kConflict,  // something else is in the way: a name that is taken, a lock that is held
  kFull,      // a limit of the store or the machine is reached
  kIo,        // the operating system refused
  kCorrupt,   // stored bytes are not what was written
  kNewer,     // stored by a later version of this program
};

struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;
};

// A value, or the error that stands in its place.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : v_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return v_.index() == 0; }

  // REQUIRES: ok()
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&v_);
  }
  T& value() & {
    assert(ok());
    return *std::get_if<0>(&v_);
  }
  T value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&v_));
  }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T operator*() && { return std::move(*this).value(); }

  // REQUIRES: !ok()
  const E& error() const {
    assert(!ok());
    return *std::get_if<1>(&v_);
  }

 private:
  std::variant<T, E> v_;
};

template <typename E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(E error) : error_(std::move(error)) {}
  bool ok() const { return !error_; }

  // REQUIRES: !ok()
  const E& error() const {
    assert(!ok());
    return *error_;
  }

 private:
  std::optional<E> error_;
};
