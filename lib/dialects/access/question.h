#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/decisions.h"
#include "api/error.h"
#include "base/json.h"

namespace dialects::access {

// Which part of a question is searched for: of a subject or a resource the type alone counts, and the action
// isn't looked at.
enum class SearchedFor { kNothing, kSubject, kAction, kResource };

// Reads questions out of a body: one that is the body itself, or several for which the body's own subject,
// action, resource and context stand in where they say nothing, each as a whole.
//
// What was read last is kept, so that a thousand questions about one subject read it once. A member that is
// null isn't there; members that nobody asked for are ignored.
class QuestionReader {
 public:
  // REQUIRES: the body, an object, outlives this
  explicit QuestionReader(const base::Json& body, SearchedFor searched_for = SearchedFor::kNothing)
      : body_(body), searched_for_(searched_for) {}

  // kInvalidInput with every member that is missing or of a wrong type.
  std::optional<api::Error> read_body();

  // The same of one of several; `pointer` is where it stands, "/evaluations/3".
  std::optional<api::Error> read(const base::Json& item, const std::string& pointer);

  // Whether those of the body's own parts that are there are well formed; others may be missing.
  std::optional<api::Error> check_defaults();

  // What was read last.
  const api::DecisionQuestion& question() const { return question_; }

 private:
  struct Part {
    const base::Json* read = nullptr;  // what is in question_ now
    std::vector<api::FieldError> wrong;
  };

  void use(std::string_view name, const base::Json* json, const std::string& pointer, Part&);
  void read_part(std::string_view name, const base::Json& json, const std::string& pointer,
                 std::vector<api::FieldError>& wrong);
  std::optional<api::Error> mistakes(const base::Json* item, const std::string& pointer, bool may_lack);

  const base::Json& body_;
  const SearchedFor searched_for_;
  api::DecisionQuestion question_;
  Part subject_, action_, resource_, context_;
};

// The member; null where there is none, or it is null.
const base::Json* member(const base::Json& object, std::string_view name);

}  // namespace dialects::access
