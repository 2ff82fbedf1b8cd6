#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/error.h"

namespace api {

// What is wrong with the rows of one call: of each row, with its place. The first hundred are told, and how
// many more there are.
class RowErrors {
 public:
  static constexpr std::size_t kMostTold = 100;

  void add(const std::string& row, std::string message);

  // Those of one row's own call, whose pointers are within the row; of an error that has none, the row's.
  void add(const std::string& row, const Error&);

  // kInvalidInput with all of them; nothing where there are none.
  std::optional<Error> error() const;

 private:
  std::vector<FieldError> fields_;
  std::size_t untold_ = 0;
};

// kTooLarge: so many rows are more than one change has time for (ChangeTime).
Error takes_too_long(std::size_t rows);

// The error of a row's own call that ends all, with the row's place where it is a refusal.
Error in_row(const std::string& row, Error);

}  // namespace api
