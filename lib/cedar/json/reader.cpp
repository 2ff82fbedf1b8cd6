#include "cedar/json/reader.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/source_text.h"
#include "base/text.h"
#include "base/utf8.h"

namespace cedar {

namespace {

// Appends the JSON pointer (RFC 6901) of a value, found by its address; nothing for the root itself. Recurses
// as deep as the tree, which readers bound.
bool find_pointer(const base::Json& at, const base::Json* wanted, std::string& pointer) {
  if (&at == wanted) return true;
  const std::size_t size = pointer.size();
  if (const base::Json::Object* object = at.object()) {
    for (const auto& [key, value] : *object) {
      pointer.append("/").append(base::pointer_token(key));
      if (find_pointer(value, wanted, pointer)) return true;
      pointer.resize(size);
    }
  } else if (const base::Json::Array* array = at.array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      pointer.append("/").append(std::to_string(i));
      if (find_pointer((*array)[i], wanted, pointer)) return true;
      pointer.resize(size);
    }
  }
  return false;
}

}  // namespace

std::string json_place(std::string_view file_name, const base::Json& root, const base::Json& value) {
  std::string pointer;
  find_pointer(root, &value, pointer);
  return std::string(file_name) + (pointer.empty() ? "" : ": ") + pointer;
}

std::string json_message(std::string_view file_name, const base::Json& root, const base::Json& value,
                         std::string_view what) {
  std::string message;
  if (find_pointer(root, &value, message) && !message.empty()) message += ": ";
  return std::string(file_name) + ": " + base::utf8::shortened(message.append(what), base::kMaxMessage);
}

bool JsonReader::fail(const base::Json& at, std::string_view what) {
  if (!error_) error_ = base::Error{base::ErrorCode::kInvalid, json_message(file_name_, root_, at, what)};
  return false;
}

const base::Json::Object* JsonReader::object(const base::Json& json, std::string_view what) {
  if (!json.object())
    fail(json, std::string(what) + " is an object, but this is " + base::with_article(name_of(json.kind())));
  return json.object();
}

const base::Json::Array* JsonReader::array(const base::Json& json, std::string_view what) {
  if (!json.array())
    fail(json, std::string(what) + " is an array, but this is " + base::with_article(name_of(json.kind())));
  return json.array();
}

const std::string* JsonReader::string(const base::Json& json, std::string_view what) {
  if (!json.string())
    fail(json, std::string(what) + " is a string, but this is " + base::with_article(name_of(json.kind())));
  return json.string();
}

const bool* JsonReader::boolean(const base::Json& json, std::string_view what) {
  if (!json.boolean())
    fail(json, std::string(what) + " is a boolean, but this is " + base::with_article(name_of(json.kind())));
  return json.boolean();
}

const base::Json* JsonReader::required(const base::Json& object, std::string_view name) {
  const base::Json* member = object.find(name);
  if (!member) fail(object, "the member `" + std::string(name) + "` is missing");
  return member;
}

bool JsonReader::has_only(const base::Json& object, Names allowed, Names also_allowed) {
  std::vector<std::string> known(allowed.begin(), allowed.end());
  known.insert(known.end(), also_allowed.begin(), also_allowed.end());
  for (const auto& [name, value] : *object.object())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail(value, "this object has no member `" + name + "`" + base::did_you_mean(name, known));
  return true;
}

}  // namespace cedar
