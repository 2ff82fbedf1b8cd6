#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "base/time.h"
#include "base/uuid.h"
#include "dialects/body.h"
#include "dialects/call.h"

namespace dialects {

// What is said of a cursor that the list hasn't given.
inline constexpr std::string_view kNoCursor = "must be the next_cursor of the page before, of this list";

// Reads the query's parameters into values and notes every one that is wrong. Unless the dialect
// ignores what is unknown, a parameter that the route does not list, or one given twice, is an error: a
// mistyped filter must not pass for no filter.
class Query {
 public:
  // REQUIRES: call outlives this
  explicit Query(const Call& call);

  std::optional<std::string> text(std::string_view name);
  std::optional<base::Uuid> uuid(std::string_view name);
  std::optional<base::Timestamp> time(std::string_view name);
  bool flag(std::string_view name);  // "true" or "false"; absent: false

  // From `limit` and `cursor`. If neither is given the limit is `otherwise`, where 0 means everything.
  api::PageRequest page(std::size_t otherwise);

  void wrong(std::string_view name, std::string message) {
    errors_.add(std::string(name), std::move(message));
  }
  std::optional<api::Error> error() const { return errors_.error(); }

 private:
  const Call& call_;
  FieldErrors errors_;
};

// What is wrong with the parameters of a call whose route has none: handlers read those of their route and
// find what is wrong with them, and nobody else would look.
std::optional<api::Error> wrong_parameters(const Call&);

}  // namespace dialects
