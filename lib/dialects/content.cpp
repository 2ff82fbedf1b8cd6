// A Content-Type is compared without its blanks and quotes and in lower case, since all of these are one:
//
//   application/json     Application/JSON ; charset="UTF-8"     application/json;x=y
//
// A charset other than UTF-8 is refused, and other parameters mean nothing (RFC 8259, 11). The body is parsed
// whole before any of it is used. Which members it may have is read in dialects/body.h.
#include "dialects/content.h"

#include <string>
#include <string_view>

#include "base/text.h"

namespace dialects {
namespace {

std::string lower(std::string_view text) {
  std::string all;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '"') all.push_back(base::to_lower(c));
  return all;
}

// The type, perhaps with parameters, of which only charset means anything (RFC 8259, 11).
bool is_type(std::string_view content_type, std::string_view wanted) {
  const std::string text = lower(content_type);
  std::size_t at = std::min(text.find(';'), text.size());
  if (text.substr(0, at) != wanted) return false;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(';', at + 1), text.size());
    const std::string parameter = text.substr(at + 1, end - at - 1);
    if (parameter.substr(0, 8) == "charset=" && parameter != "charset=utf-8") return false;
    at = end;
  }
  return true;
}

api::Error wrong(std::string why) {
  api::Error error = api::error(api::Code::kInvalidInput, "body: " + why);
  error.fields.push_back({"", std::move(why)});
  return error;
}

}  // namespace

BodyType body_type(const http::Request& request) {
  const http::HeaderField type = request.header("content-type");
  if (type.count != 1) return BodyType::kOther;
  if (is_type(type.value, "application/json")) return BodyType::kJson;
  return is_type(type.value, "application/x-ndjson") ? BodyType::kLines : BodyType::kOther;
}

api::Outcome<base::Json> json_body(const http::Request& request, const Dialect& dialect, std::size_t most) {
  const http::HeaderField type = request.header("content-type");
  const bool any_type = dialect.takes_any_content_type;
  if (request.body.empty() && (type.count == 0 || any_type))
    return wrong("is missing: this call needs a JSON object");
  if (!any_type && body_type(request) != BodyType::kJson)
    return api::error(api::Code::kUnsupportedMediaType, "Content-Type: must be application/json");
  base::JsonLimits limits;
  limits.depth = kMaxBodyDepth;
  limits.nodes = most;
  auto body = base::parse_json(request.body, limits);
  if (!body.ok()) return wrong(body.error().message);
  if (!body->object()) return wrong("must be an object, not of type " + std::string(name_of(body->kind())));
  return std::move(body).value();
}

api::Error no_room_for_body() {
  return api::error(api::Code::kOverloaded,
                    "too many of your bodies, or of the answers you don't read, are in memory");
}

}  // namespace dialects
