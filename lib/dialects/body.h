#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/error.h"
#include "base/function_ref.h"
#include "base/json.h"
#include "base/time.h"
#include "base/uuid.h"
#include "dialects/dialect.h"

namespace dialects {

// At most this many wrong fields are listed, so that a body of a million wrong elements gets a short answer
// too.
inline constexpr std::size_t kMaxFieldErrors = 100;

// What is wrong with the fields of one request, in the order in which it was found.
class FieldErrors {
 public:
  void add(std::string pointer, std::string message);

  // Adds an error of values that were read, without its fields at, inside or around one that has an error
  // already.
  void add_values(const api::Error&);
  bool empty() const { return errors_.empty(); }

  // Whether further ones are only counted: by add_unlisted(), for which nothing need be put into words.
  bool is_full() const { return errors_.size() >= kMaxFieldErrors; }
  void add_unlisted() { ++unlisted_; }

  // The same for an unknown name, with a guess at the one meant while there are few of them; where it would
  // not be listed it is only counted, and its pointer isn't made.
  void add_unknown(const std::string& outer, std::string_view name, std::string message,
                   const std::vector<std::string>& known);

  // kInvalidInput with all of them; nothing where there are none.
  std::optional<api::Error> error() const;

 private:
  std::vector<api::FieldError> errors_;
  std::size_t unlisted_ = 0, guesses_ = 0;
};

// Reads the members of a JSON object into values, and notes every one that is missing, of a wrong type or
// unknown. A value that could not be read is empty, and must not be used once there is an error.
//
// What the dialect says decides whether a member that nobody asked for is an error, whether each is found
// under both its spellings (names are given here in the first, `org_id`), and whether null and "" mean that
// it isn't given.
class Fields {
 public:
  // `pointer` is where the object stands in the body. If it is no object, that is noted, and no member counts
  // as missing.
  // REQUIRES: object and errors outlive this
  Fields(const base::Json& object, const Dialect& dialect, FieldErrors& errors, std::string pointer = "");

  // Members that must be there.
  std::string text(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  bool boolean(std::string_view name);
  base::Uuid uuid(std::string_view name);
  // More than `most` are an error, which names them with `things`, and none is given.
  std::vector<base::Uuid> uuids(std::string_view name, std::size_t most, std::string_view things);

  const base::Json* value(std::string_view name) {
    return required(name);
  }  // of any type; null where missing

  // Members that may be absent, or null, which is the same.
  std::optional<std::string> optional_text(std::string_view name);
  std::optional<std::vector<std::string>> optional_texts(std::string_view name);
  std::optional<base::Timestamp> optional_time(std::string_view name);
  std::optional<base::Json> optional_object(std::string_view name);
  std::optional<std::uint64_t> optional_count(std::string_view name);  // a whole number from 0 on

  // Members of a change that leaves alone what is absent; null is wrong, or clears.
  std::optional<std::string> patched_text(std::string_view name);
  std::optional<std::vector<std::string>> patched_texts(std::string_view name);
  std::optional<bool> patched_boolean(std::string_view name);
  std::optional<std::int32_t> patched_integer(std::string_view name);  // of 32 bits
  std::optional<std::optional<std::string>> nullable_text(std::string_view name);
  std::optional<std::optional<base::Timestamp>> nullable_time(std::string_view name);

  // An object inside this one, for Fields of its own; null with the error noted where it is missing.
  const base::Json* object(std::string_view name);
  // An array of objects inside this one. Each element is for Fields of its own, which say where it is no
  // object. More than `most` are an error, which names them with `things`, and none is given.
  std::vector<const base::Json*> objects(std::string_view name, std::size_t most, std::string_view things);

  bool has(std::string_view name) { return member(name) != nullptr; }
  std::string pointer(std::string_view name) const;  // as the request spells it

  // To call last: notes the unknown members. What is wrong with the whole request, if anything is.
  //
  // Where it is, `values` is asked what is wrong with the values that could be read, and that is told too. A
  // request that reads well is left to its operation, which looks at the values by itself: not here, since a
  // request that is repeated must be answered as before, however long ago its times have passed.
  using Values = base::FunctionRef<std::optional<api::Error>()>;
  std::optional<api::Error> finish(Values values = [] { return std::optional<api::Error>(); });

 private:
  const base::Json* member(std::string_view name);  // null where absent
  const base::Json* required(std::string_view name);
  void wrong(std::string_view name, std::string_view must_be, const base::Json& is);
  std::vector<std::string> text_elements(std::string_view name, const base::Json& value);

  const base::Json& object_;
  const Dialect& dialect_;
  FieldErrors& errors_;
  const std::string pointer_;
  std::vector<std::string> known_;
};

// "org_id" → "orgId".
std::string camel_case(std::string_view name);

}  // namespace dialects
