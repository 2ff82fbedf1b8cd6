#include "dialects/access/question.h"

#include <utility>

#include "base/text.h"

namespace dialects::access {
namespace {

using Wrong = std::vector<api::FieldError>;

std::string must_be(std::string_view what, const base::Json& is) {
  return "must be " + std::string(what) + ", not " + base::with_article(name_of(is.kind()));
}

void read_text(const base::Json& object, std::string_view name, const std::string& pointer, std::string& into,
               Wrong& wrong) {
  const base::Json* const text = member(object, name);
  if (!text)
    wrong.push_back({pointer + "/" + std::string(name), "is required"});
  else if (!text->string())
    wrong.push_back({pointer + "/" + std::string(name), must_be("a string", *text)});
  else
    into = *text->string();
}

void read_object(const base::Json& object, std::string_view name, const std::string& pointer,
                 base::Json& into, Wrong& wrong) {
  const base::Json* const given = member(object, name);
  if (!given)
    into = base::Json();
  else if (!given->object())
    wrong.push_back({pointer + "/" + std::string(name), must_be("an object", *given)});
  else
    into = *given;
}

}  // namespace

const base::Json* member(const base::Json& object, std::string_view name) {
  const base::Json* const found = object.find(name);
  return found && !found->is_null() ? found : nullptr;
}

void QuestionReader::read_part(std::string_view name, const base::Json& json, const std::string& pointer,
                               Wrong& wrong) {
  if (!json.object()) {
    wrong.push_back({pointer, must_be("an object", json)});
    return;
  }
  if (name == "context") {
    question_.context = json;
  } else if (name == "action") {
    read_text(json, "name", pointer, question_.action, wrong);
    read_object(json, "properties", pointer, question_.action_properties, wrong);
  } else {
    const bool is_subject = name == "subject";
    const bool is_searched_for =
        searched_for_ == (is_subject ? SearchedFor::kSubject : SearchedFor::kResource);
    api::EntityName& entity = is_subject ? question_.subject : question_.resource;
    read_text(json, "type", pointer, entity.type, wrong);
    if (is_searched_for) return;
    read_text(json, "id", pointer, entity.id, wrong);
    read_object(json, "properties", pointer,
                is_subject ? question_.subject_properties : question_.resource_properties, wrong);
  }
}

void QuestionReader::use(std::string_view name, const base::Json* json, const std::string& pointer,
                         Part& part) {
  if (json == part.read) return;
  part.read = json;
  part.wrong.clear();
  if (json)
    read_part(name, *json, pointer + "/" + std::string(name), part.wrong);
  else if (name == "context")
    question_.context = base::Json();
}

std::optional<api::Error> QuestionReader::mistakes(const base::Json* item, const std::string& pointer,
                                                   bool may_lack) {
  Wrong wrong;
  const auto read_one = [&](std::string_view name, Part& part, bool is_required) {
    const base::Json* const own = item ? member(*item, name) : nullptr;
    const base::Json* const json = own ? own : member(body_, name);
    use(name, json, own ? pointer : "", part);
    if (!json && is_required) wrong.push_back({pointer + "/" + std::string(name), "is required"});
    wrong.insert(wrong.end(), part.wrong.begin(), part.wrong.end());
  };
  read_one("subject", subject_, !may_lack);
  if (searched_for_ != SearchedFor::kAction) read_one("action", action_, !may_lack);
  read_one("resource", resource_, !may_lack);
  read_one("context", context_, false);
  if (wrong.empty()) return std::nullopt;
  return api::invalid(api::Code::kInvalidInput, std::move(wrong));
}

std::optional<api::Error> QuestionReader::read_body() {
  return mistakes(nullptr, "", false);
}

std::optional<api::Error> QuestionReader::check_defaults() {
  return mistakes(nullptr, "", true);
}

std::optional<api::Error> QuestionReader::read(const base::Json& item, const std::string& pointer) {
  if (!item.object()) return api::invalid(pointer, must_be("an object", item));
  return mistakes(&item, pointer, false);
}

}  // namespace dialects::access
