#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace cedar {

// The JSON pointer (RFC 6901) of a value inside `root`, found by its address; "" for the root itself.
// Recurses as deep as the tree, which readers bound.
std::string json_pointer(const Json& root, const Json& value);

// What readers of JSON forms share: looking at values, and the first mistake found among them. Messages are
// "file: /json/pointer: what".
class JsonReader {
 public:
  // The root must outlive the reader.
  JsonReader(std::string_view file_name, const Json& root) : file_name_(file_name), root_(root) {}

  // Keeps the first mistake only. Always false, so that callers may return it.
  bool fail(const Json& at, std::string_view what);

  bool failed() const { return error_.has_value(); }
  // REQUIRES: failed()
  const Error& error() const { return *error_; }

  // The value if it is of that kind; else null, and a failure: "`what` is an object, but this is a string".
  const Json::Object* object(const Json&, std::string_view what);
  const Json::Array* array(const Json&, std::string_view what);
  const std::string* string(const Json&, std::string_view what);

  // The member of an object; null, and a failure, where there is none.
  const Json* required(const Json& object, std::string_view name);

  // Fails for a member of the object that is not among these, with a guess.
  bool has_only(const Json& object, std::initializer_list<std::string_view> allowed);

 private:
  std::string file_name_;
  const Json& root_;
  std::optional<Error> error_;
};

}  // namespace cedar
