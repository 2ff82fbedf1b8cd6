#include "api/explained_question.h"

#include <utility>

#include "api/parts/policy_questions.h"
#include "base/text.h"

namespace api {
namespace {

// What the array has.
std::vector<std::string> names_in(const base::Json& with, const char* member,
                                  std::vector<FieldError>& errors) {
  const base::Json* const given = with.find(member);
  if (!given || given->is_null()) return {};
  const std::string pointer = std::string("/with/") + member;
  const base::Json::Array* const array = given->array();
  std::vector<std::string> names;
  if (!array || array->size() > kMostSupposed) {
    errors.push_back({pointer, "must be an array of up to " + std::to_string(kMostSupposed)});
    return names;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (const std::string* const name = (*array)[i].string())
      names.push_back(*name);
    else
      errors.push_back({pointer + "/" + std::to_string(i), "must be a string"});
  }
  return names;
}

Supposition read_supposition(const base::Json& with, std::vector<FieldError>& errors) {
  Supposition supposed;
  if (with.is_null()) return supposed;
  if (!with.object()) {
    errors.push_back({"/with", "must be an object"});
    return supposed;
  }
  for (const auto& [name, value] : *with.object())
    if (name != "roles" && name != "groups")
      errors.push_back({"/with/" + base::pointer_token(name), "is not a known member"});
  supposed.roles = names_in(with, "roles", errors);
  const std::vector<std::string> groups = names_in(with, "groups", errors);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (const auto id = domain::GroupId::parse(groups[i]))
      supposed.groups.push_back(*id);
    else
      errors.push_back({"/with/groups/" + std::to_string(i), "must be the id of a group, a uuid"});
  }
  return supposed;
}

}  // namespace

Outcome<ExplainedQuestion> explained_question(const base::Json& body) {
  std::vector<FieldError> errors;
  ExplainedQuestion asked;
  base::Json rest = body;
  if (base::Json::Object* const members = rest.object()) {
    if (const base::Json* const with = body.find("with")) asked.with = read_supposition(*with, errors);
    std::erase_if(*members, [](const base::Json::Member& member) { return member.first == "with"; });
  }
  auto question = read_question(rest, "");
  if (!question.ok())
    errors.insert(errors.begin(), question.error().fields.begin(), question.error().fields.end());
  if (!errors.empty()) return invalid(Code::kInvalidInput, std::move(errors));
  asked.question = std::move(question).value();
  return asked;
}

}  // namespace api
