#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace cedar {

// "file: /json/pointer"; the name alone for the root.
std::string json_place(std::string_view file_name, const base::Json& root, const base::Json& value);

// "file: /json/pointer: what" about a value inside `root`, cut where it is long.
std::string json_message(std::string_view file_name, const base::Json& root, const base::Json& value,
                         std::string_view what);

// What readers of JSON forms share: looking at values, and the first mistake found among them. Messages are
// "file: /json/pointer: what".
class JsonReader {
 public:
  // The root must outlive the reader.
  JsonReader(std::string_view file_name, const base::Json& root) : file_name_(file_name), root_(root) {}

  // Keeps the first mistake only. Always false, so that callers may return it.
  bool fail(const base::Json& at, std::string_view what);

  bool failed() const { return error_.has_value(); }
  // REQUIRES: failed()
  const base::Error& error() const { return *error_; }

  // The value if it is of that kind; else null, and a failure: "`what` is an object, but this is a string".
  const base::Json::Object* object(const base::Json&, std::string_view what);
  const base::Json::Array* array(const base::Json&, std::string_view what);
  const std::string* string(const base::Json&, std::string_view what);
  const bool* boolean(const base::Json&, std::string_view what);

  // The member of an object; null, and a failure, where there is none.
  const base::Json* required(const base::Json& object, std::string_view name);

  // Fails for a member of the object that is in neither list, with a guess.
  using Names = std::initializer_list<std::string_view>;
  bool has_only(const base::Json& object, Names allowed, Names also_allowed = {});

 private:
  std::string file_name_;
  const base::Json& root_;
  std::optional<base::Error> error_;
};

}  // namespace cedar
