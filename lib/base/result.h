#pragma once
#include <cassert>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace base {

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
//
// A union by hand: instantiating std::variant for each of some hundred types took a fifth of the build.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : ok_(true), value_(std::move(value)) {}
  Result(E error) : ok_(false), error_(std::move(error)) {}
  Result(const Result& other) : ok_(other.ok_) {
    if (ok_)
      std::construct_at(&value_, other.value_);
    else
      std::construct_at(&error_, other.error_);
  }
  Result(Result&& other) noexcept : ok_(other.ok_) {
    if (ok_)
      std::construct_at(&value_, std::move(other.value_));
    else
      std::construct_at(&error_, std::move(other.error_));
  }
  Result& operator=(Result other) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
  }
  ~Result() {
    if (ok_)
      std::destroy_at(&value_);
    else
      std::destroy_at(&error_);
  }

  bool ok() const { return ok_; }

  // REQUIRES: ok()
  const T& value() const& {
    assert(ok());
    return value_;
  }
  T& value() & {
    assert(ok());
    return value_;
  }
  T value() && {
    assert(ok());
    return std::move(value_);
  }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T operator*() && { return std::move(*this).value(); }

  // REQUIRES: !ok()
  const E& error() const {
    assert(!ok());
    return error_;
  }

 private:
  bool ok_;
  union {
    T value_;
    E error_;
  };
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

}  // namespace base
