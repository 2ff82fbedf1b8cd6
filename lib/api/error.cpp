#include "api/error.h"

#include <cassert>

#include "base/log.h"

namespace api {

std::string message_of(const std::vector<FieldError>& fields) {
  assert(!fields.empty());
  const FieldError& first = fields.front();
  const std::string field = first.pointer.substr(first.pointer.starts_with('/') ? 1 : 0);
  std::string text = (first.pointer.empty() ? "body" : field) + ": " + first.message;
  if (fields.size() > 1) text += " (and " + std::to_string(fields.size() - 1) + " more)";
  return text;
}

Error invalid(Code code, std::vector<FieldError> fields) {
  std::string message = message_of(fields);
  return {code, std::move(message), std::move(fields), {}, {}};
}

Error invalid(std::string pointer, std::string message) {
  return invalid(Code::kInvalidInput, {{std::move(pointer), std::move(message)}});
}

Error from_store(const base::Error& failure) {
  base::logging::error("store", {{"reason", failure.message}});
  if (failure.code == base::ErrorCode::kFull)
    return error(Code::kStorageFull, "storage: full; nothing can be changed until there is room");
  return error(Code::kInternal, "internal error; the server's log says more");
}

}  // namespace api
