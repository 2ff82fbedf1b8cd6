#include "api/parts/row_errors.h"

#include <utility>

namespace api {

void RowErrors::add(const std::string& row, std::string message) {
  if (fields_.size() == kMostTold)
    ++untold_;
  else
    fields_.push_back({row, std::move(message)});
}

void RowErrors::add(const std::string& row, const Error& error) {
  for (const FieldError& field : error.fields) add(row + field.pointer, field.message);
  if (error.fields.empty()) add(row, error.message);
}

std::optional<Error> RowErrors::error() const {
  if (fields_.empty()) return std::nullopt;
  std::vector<FieldError> fields = fields_;
  if (untold_ > 0)
    fields.push_back({"", "and " + std::to_string(untold_) + " more mistakes, which are not listed"});
  return invalid(Code::kInvalidInput, std::move(fields));
}

Error takes_too_long(std::size_t rows) {
  return error(Code::kTooLarge, std::to_string(rows) + " rows take too long at once; send fewer in one call");
}

Error in_row(const std::string& row, Error error) {
  if (error.code != Code::kForbidden && error.code != Code::kSystemRole) return error;
  if (error.fields.empty())
    error.fields.push_back({row, error.message});
  else
    for (FieldError& field : error.fields) field.pointer.insert(0, row);
  return error;
}

}  // namespace api
