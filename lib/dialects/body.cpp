// Fields are asked for one by one, by name and type, and each that is wrong is noted with its JSON pointer;
// the handler goes on with an empty value and looks only at the end whether anything was noted. So one answer
// tells all that is wrong:
//
//   {"nmae": "x", "scopes": [7]}      /nmae is not a known field; did you mean `name`?
//                                     /name is required
//                                     /scopes/0 must be a string, not an integer
//
// Whether values are sensible is not known here; finish() lets the operation's own check add what it finds,
// but for places that are wrong already.
#include "dialects/body.h"

#include <algorithm>
#include <utility>

#include "base/nearest.h"
#include "base/text.h"

namespace dialects {
namespace {

bool is_at_or_in(std::string_view pointer, std::string_view outer) {
  return pointer.starts_with(outer) && (pointer.size() == outer.size() || pointer[outer.size()] == '/');
}

}  // namespace

std::string camel_case(std::string_view name) {
  std::string text;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      text.push_back(upper && base::is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c);
      upper = false;
    }
  }
  return text;
}

void FieldErrors::add(std::string pointer, std::string message) {
  if (errors_.size() < kMaxFieldErrors) {
    errors_.push_back({std::move(pointer), std::move(message)});
  } else {
    ++unlisted_;
  }
}

void FieldErrors::add_unknown(const std::string& outer, std::string_view name, std::string message,
                              const std::vector<std::string>& known) {
  if (is_full()) return add_unlisted();
  if (guesses_++ < base::kGuessesOfRequest) message += base::did_you_mean(name, known, base::kPairsOfRequest);
  errors_.push_back(
      {outer.empty() ? std::string(name) : outer + base::pointer_token(name), std::move(message)});
}

void FieldErrors::add_values(const api::Error& error) {
  if (unlisted_ > 0) return;  // where those are, nobody knows any more
  const std::size_t before = errors_.size();
  for (const api::FieldError& field : error.fields) {
    const bool known = std::any_of(errors_.begin(), errors_.begin() + before, [&](const auto& other) {
      return is_at_or_in(field.pointer, other.pointer) || is_at_or_in(other.pointer, field.pointer);
    });
    if (!known) add(field.pointer, field.message);
  }
}

std::optional<api::Error> FieldErrors::error() const {
  if (errors_.empty()) return std::nullopt;
  std::vector<api::FieldError> fields = errors_;
  if (unlisted_ > 0)
    fields.push_back({"", "and " + std::to_string(unlisted_) + " more mistakes, which are not listed"});
  return api::invalid(api::Code::kInvalidInput, std::move(fields));
}

Fields::Fields(const base::Json& object, const Dialect& dialect, FieldErrors& errors, std::string pointer)
    : object_(object), dialect_(dialect), errors_(errors), pointer_(std::move(pointer)) {
  if (!object.object())
    errors.add(pointer_, "must be an object, not " + base::with_article(name_of(object.kind())));
}

std::string Fields::pointer(std::string_view name) const {
  if (dialect_.takes_camel_case && !object_.find(name)) return pointer_ + "/" + camel_case(name);
  return pointer_ + "/" + base::pointer_token(name);
}

const base::Json* Fields::member(std::string_view name) {
  if (std::find(known_.begin(), known_.end(), name) == known_.end()) known_.emplace_back(name);
  const auto given = [this](const base::Json* member) {
    const bool blank = member && (member->is_null() || (member->string() && member->string()->empty()));
    return blank && dialect_.blank_is_absent ? nullptr : member;
  };
  const base::Json* value = given(object_.find(name));
  if (!dialect_.takes_camel_case) return value;
  const std::string camel = camel_case(name);
  if (camel == name) return value;
  const base::Json* other = given(object_.find(camel));
  if (value && other)
    errors_.add(pointer_ + "/" + camel, "is given twice, also as `" + std::string(name) + "`");
  return value ? value : other;
}

const base::Json* Fields::required(std::string_view name) {
  const base::Json* value = member(name);
  if (!value && object_.object()) errors_.add(pointer(name), "is required");
  return value;
}

void Fields::wrong(std::string_view name, std::string_view must_be, const base::Json& is) {
  errors_.add(pointer(name),
              "must be " + std::string(must_be) + ", not " + base::with_article(name_of(is.kind())));
}

std::string Fields::text(std::string_view name) {
  const base::Json* value = required(name);
  if (!value) return {};
  if (const std::string* text = value->string()) return *text;
  wrong(name, "a string", *value);
  return {};
}

std::optional<std::string> Fields::optional_text(std::string_view name) {
  const base::Json* value = member(name);
  if (!value || value->is_null()) return std::nullopt;
  if (const std::string* text = value->string()) return *text;
  wrong(name, "a string", *value);
  return std::nullopt;
}

std::optional<std::string> Fields::patched_text(std::string_view name) {
  if (!member(name)) return std::nullopt;
  return text(name);
}

std::optional<std::vector<std::string>> Fields::patched_texts(std::string_view name) {
  if (!member(name)) return std::nullopt;
  return texts(name);
}

std::optional<bool> Fields::patched_boolean(std::string_view name) {
  if (!member(name)) return std::nullopt;
  return boolean(name);
}

std::optional<std::int32_t> Fields::patched_integer(std::string_view name) {
  const base::Json* value = member(name);
  if (!value) return std::nullopt;
  const std::int64_t* const number = value->integer();
  if (number && std::in_range<std::int32_t>(*number)) return static_cast<std::int32_t>(*number);
  if (number)
    errors_.add(pointer(name), "must be within 32 bits, -2147483648 to 2147483647");
  else
    wrong(name, "a whole number", *value);
  return std::nullopt;
}

std::optional<std::optional<std::string>> Fields::nullable_text(std::string_view name) {
  const base::Json* value = member(name);
  if (!value) return std::nullopt;
  if (value->is_null()) return std::optional<std::string>();
  if (const std::string* text = value->string()) return std::optional<std::string>(*text);
  wrong(name, "a string or null", *value);
  return std::nullopt;
}

std::optional<std::optional<base::Timestamp>> Fields::nullable_time(std::string_view name) {
  if (!member(name)) return std::nullopt;
  return optional_time(name);
}

std::vector<std::string> Fields::text_elements(std::string_view name, const base::Json& value) {
  std::vector<std::string> texts;
  const base::Json::Array* array = value.array();
  if (!array) {
    wrong(name, "an array of strings", value);
    return texts;
  }
  texts.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (const std::string* text = (*array)[i].string()) {
      texts.push_back(*text);
    } else {
      texts.emplace_back();
      if (errors_.is_full()) {
        errors_.add_unlisted();
        continue;
      }
      errors_.add(pointer(name) + "/" + std::to_string(i),
                  "must be a string, not " + base::with_article(name_of((*array)[i].kind())));
    }
  }
  return texts;
}

std::vector<std::string> Fields::texts(std::string_view name) {
  const base::Json* value = required(name);
  return value ? text_elements(name, *value) : std::vector<std::string>();
}

std::optional<std::vector<std::string>> Fields::optional_texts(std::string_view name) {
  const base::Json* value = member(name);
  if (!value || value->is_null()) return std::nullopt;
  return text_elements(name, *value);
}

bool Fields::boolean(std::string_view name) {
  const base::Json* value = required(name);
  if (!value) return false;
  if (const bool* b = value->boolean()) return *b;
  wrong(name, "true or false", *value);
  return false;
}

base::Uuid Fields::uuid(std::string_view name) {
  const base::Json* value = required(name);
  if (!value) return {};
  const std::string* text = value->string();
  if (!text) {
    wrong(name, "a uuid", *value);
    return {};
  }
  const auto id = base::Uuid::parse(*text);
  if (!id) errors_.add(pointer(name), "must be a uuid, such as 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
  return id.value_or(base::Uuid());
}

std::vector<base::Uuid> Fields::uuids(std::string_view name, std::size_t most, std::string_view things) {
  const base::Json* value = required(name);
  if (!value) return {};
  const base::Json::Array* array = value->array();
  if (!array) {
    wrong(name, "an array of strings", *value);
    return {};
  }
  if (array->size() > most) {
    errors_.add(pointer(name), "must be at most " + std::to_string(most) + " " + std::string(things));
    return {};
  }
  std::vector<base::Uuid> ids;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const std::string* text = (*array)[i].string();
    const auto id = text ? base::Uuid::parse(*text) : std::nullopt;
    ids.push_back(id.value_or(base::Uuid()));
    if (id) continue;
    if (errors_.is_full())
      errors_.add_unlisted();
    else
      errors_.add(pointer(name) + "/" + std::to_string(i),
                  text ? "must be a uuid"
                       : "must be a string, not " + base::with_article(name_of((*array)[i].kind())));
  }
  return ids;
}

std::optional<base::Timestamp> Fields::optional_time(std::string_view name) {
  const base::Json* value = member(name);
  if (!value || value->is_null()) return std::nullopt;
  const std::string* text = value->string();
  if (!text) {
    wrong(name, "an RFC 3339 time", *value);
    return std::nullopt;
  }
  const auto time = base::parse_timestamp(*text);
  if (!time) errors_.add(pointer(name), "must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z");
  return time;
}

std::optional<base::Json> Fields::optional_object(std::string_view name) {
  const base::Json* value = member(name);
  if (!value || value->is_null()) return std::nullopt;
  if (value->object()) return *value;
  wrong(name, "an object", *value);
  return std::nullopt;
}

std::optional<std::uint64_t> Fields::optional_count(std::string_view name) {
  const base::Json* value = member(name);
  if (!value || value->is_null()) return std::nullopt;
  const std::int64_t* const number = value->integer();
  if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
  if (number)
    errors_.add(pointer(name), "must not be less than 0");
  else
    wrong(name, "a whole number", *value);
  return std::nullopt;
}

const base::Json* Fields::object(std::string_view name) {
  const base::Json* value = required(name);
  if (!value) return nullptr;
  if (value->object()) return value;
  wrong(name, "an object", *value);
  return nullptr;
}

std::vector<const base::Json*> Fields::objects(std::string_view name, std::size_t most,
                                               std::string_view things) {
  std::vector<const base::Json*> found;
  const base::Json* value = required(name);
  if (!value) return found;
  const base::Json::Array* array = value->array();
  if (!array) {
    wrong(name, "an array of objects", *value);
    return found;
  }
  if (array->size() > most) {
    errors_.add(pointer(name), "must be at most " + std::to_string(most) + " " + std::string(things));
    return found;
  }
  for (const base::Json& element : *array) found.push_back(&element);
  return found;
}

std::optional<api::Error> Fields::finish(Values values) {
  if (!dialect_.ignores_unknown && object_.object())
    for (const auto& [name, value] : *object_.object())
      if (std::find(known_.begin(), known_.end(), name) == known_.end())
        errors_.add_unknown(pointer_ + "/", name, "is not a known field", known_);
  if (errors_.empty()) return std::nullopt;
  if (const auto wrong = values()) errors_.add_values(*wrong);
  return errors_.error();
}

}  // namespace dialects
