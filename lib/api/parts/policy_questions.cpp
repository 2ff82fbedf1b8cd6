#include "api/parts/policy_questions.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace api {
namespace {

// One object of it, whose members are read one by one; what nobody read isn't known.
class Part {
 public:
  Part(const base::Json* object, std::string pointer, std::vector<FieldError>& errors)
      : object_(object), pointer_(std::move(pointer)), errors_(errors) {
    if (object_ && !object_->object()) {
      errors_.push_back({pointer_, "must be an object, not " + base::with_article(name_of(object_->kind()))});
      object_ = nullptr;
    }
  }

  void text(std::string_view name, std::string& into) {
    const base::Json* const json = required(name);
    if (!json) return;
    if (json->string())
      into = *json->string();
    else
      wrong(name, "a string", *json);
  }

  void optional_object(std::string_view name, base::Json& into) {
    const base::Json* const json = find(name);
    if (!json || json->is_null()) return;
    if (json->object())
      into = *json;
    else
      wrong(name, "an object", *json);
  }

  Part part(std::string_view name) { return {required(name), at(name), errors_}; }

  void end() {
    if (!object_) return;
    for (const auto& [name, value] : *object_->object())
      if (std::find(read_.begin(), read_.end(), name) == read_.end())
        errors_.push_back({at(name), "is not a known member"});
  }

 private:
  std::string at(std::string_view name) const { return pointer_ + "/" + base::pointer_token(name); }
  void wrong(std::string_view name, std::string_view must_be, const base::Json& is) {
    errors_.push_back(
        {at(name), "must be " + std::string(must_be) + ", not " + base::with_article(name_of(is.kind()))});
  }
  const base::Json* find(std::string_view name) {
    read_.push_back(name);
    return object_ ? object_->find(name) : nullptr;
  }
  const base::Json* required(std::string_view name) {
    const base::Json* const json = find(name);
    if (!json && object_) errors_.push_back({at(name), "is required"});
    return json;
  }

  const base::Json* object_;
  const std::string pointer_;
  std::vector<FieldError>& errors_;
  std::vector<std::string_view> read_;
};

void read_entity(Part part, EntityName& name, base::Json& properties) {
  part.text("type", name.type);
  part.text("id", name.id);
  part.optional_object("properties", properties);
  part.end();
}

}  // namespace

Outcome<DecisionQuestion> read_question(const base::Json& json, const std::string& pointer) {
  std::vector<FieldError> errors;
  DecisionQuestion question;
  Part request(&json, pointer, errors);
  read_entity(request.part("subject"), question.subject, question.subject_properties);
  Part action = request.part("action");
  action.text("name", question.action);
  action.optional_object("properties", question.action_properties);
  action.end();
  read_entity(request.part("resource"), question.resource, question.resource_properties);
  request.optional_object("context", question.context);
  request.end();
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  return question;
}

}  // namespace api
