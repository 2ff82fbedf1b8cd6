#include "cedar/json_reader.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/source_text.h"
#include "base/utf8.h"

namespace cedar {

namespace {

std::string escape_pointer(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out.append("~0");
    } else if (c == '/') {
      out.append("~1");
    } else {
      out.push_back(c);
    }
  }
  return out;
}

bool find_pointer(const Json& at, const Json* wanted, std::string& pointer) {
  if (&at == wanted) return true;
  const std::size_t size = pointer.size();
  if (const Json::Object* object = at.object()) {
    for (const auto& [key, value] : *object) {
      pointer.append("/").append(escape_pointer(key));
      if (find_pointer(value, wanted, pointer)) return true;
      pointer.resize(size);
    }
  } else if (const Json::Array* array = at.array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      pointer.append("/").append(std::to_string(i));
      if (find_pointer((*array)[i], wanted, pointer)) return true;
      pointer.resize(size);
    }
  }
  return false;
}

std::string with_article(const Json& json) {
  const std::string name(name_of(json.kind()));
  if (json.is_null()) return name;
  return (std::string_view("aeiou").find(name.front()) != std::string_view::npos ? "an " : "a ") + name;
}

}  // namespace

std::string json_pointer(const Json& root, const Json& value) {
  std::string pointer;
  find_pointer(root, &value, pointer);
  return pointer;
}

bool JsonReader::fail(const Json& at, std::string_view what) {
  if (error_) return false;
  const std::string pointer = json_pointer(root_, at);
  const std::string message = pointer + (pointer.empty() ? "" : ": ") + std::string(what);
  error_ = Error{ErrorCode::kInvalid, file_name_ + ": " + utf8::shortened(message, kMaxMessage)};
  return false;
}

const Json::Object* JsonReader::object(const Json& json, std::string_view what) {
  if (!json.object()) fail(json, std::string(what) + " is an object, but this is " + with_article(json));
  return json.object();
}

const Json::Array* JsonReader::array(const Json& json, std::string_view what) {
  if (!json.array()) fail(json, std::string(what) + " is an array, but this is " + with_article(json));
  return json.array();
}

const std::string* JsonReader::string(const Json& json, std::string_view what) {
  if (!json.string()) fail(json, std::string(what) + " is a string, but this is " + with_article(json));
  return json.string();
}

const Json* JsonReader::required(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  if (!member) fail(object, "the member `" + std::string(name) + "` is missing");
  return member;
}

bool JsonReader::has_only(const Json& object, std::initializer_list<std::string_view> allowed) {
  for (const auto& [name, value] : *object.object()) {
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    return fail(value, "this object has no member `" + name + "`" +
                           did_you_mean(name, std::vector<std::string>(allowed.begin(), allowed.end())));
  }
  return true;
}

}  // namespace cedar
