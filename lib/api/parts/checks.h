#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/error.h"
#include "base/json.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/entity_name.h"
#include "names/characters.h"

// Checks of values that need no store.
namespace api {

enum class SlugRule {
  kRole,         // ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$
  kRoleV1beta1,  // ^[A-Za-z0-9_-]{2,64}$
  kTenant,       // ^[a-z0-9][a-z0-9_-]{0,63}$
};

// Collects every bad field of a body.
class Checks {
 public:
  void add(std::string pointer, std::string message) {
    fields_.push_back({std::move(pointer), std::move(message)});
  }

  // A name that is new: 1-200 characters on one line, not blank, nothing that names::find_refused_in_name
  // finds, and not longer than names::kMaxFolded as it is compared. One that may be what is stored already,
  // from before that was looked at, is a given_name, and check_new_name() sees to the rest.
  void name(std::string_view pointer, const std::string& text);
  void given_name(std::string_view pointer, const std::string& text);
  void description(std::string_view pointer,
                   const std::optional<std::string>& text);  // up to 2,000 characters
  void text(std::string_view pointer, const std::optional<std::string>& text, std::size_t max);

  // The name of a thing that roles are held on. Keys of the store put what isn't printed behind it, so that
  // names which go on like that would lie among another's mappings.
  void no_controls(std::string_view pointer, const domain::EntityName& name);
  void slug(std::string_view pointer, const std::string& text, SlugRule);
  void email(std::string_view pointer, const std::string& text);
  void metadata(std::string_view pointer,
                const base::Json&);  // an object of up to kMaxMetadata bytes, or null

  void scopes(std::string_view pointer, const std::vector<std::string>& given, std::size_t max);

  // valid_from < expires_at, and expires_at > now.
  void period(const std::optional<base::Timestamp>& valid_from,
              const std::optional<base::Timestamp>& expires_at, base::Timestamp now);

  // kInvalidInput with all of them; nothing where there are none.
  std::optional<Error> error() const {
    return fields_.empty() ? std::nullopt : std::optional(invalid(Code::kInvalidInput, fields_));
  }

 private:
  void folded(std::string_view pointer, const std::string& text);
  void refused(std::string_view pointer, const std::optional<names::RefusedCharacter>&);

  std::vector<FieldError> fields_;
};

// kInvalidInput where the name `after` is none that may be given anew, and isn't `before`.
std::optional<Error> check_new_name(std::string_view pointer, const std::string& before,
                                    const std::string& after);

// Scopes in any spelling, looked up: the known ones in canonical spelling, sorted, without repeats, and the
// places of the others. Call Checks::scopes first, which bounds their number.
struct KnownScopes {
  std::vector<std::string> scopes;
  std::vector<std::size_t> unknown;
};
KnownScopes look_up(const domain::Catalogue&, const std::vector<std::string>& given);

// What to say of the unknown ones, once the guard has said yes. Guesses are made in a rehearsal alone, where
// nobody else waits for them (Change).
Error unknown_scopes(const Change&, Code, const KnownScopes&, const std::vector<std::string>& given);

// Metadata as it is stored: null is an empty object. REQUIRES: Checks::metadata found nothing
std::string metadata_text(const base::Json&);

// A slug of the words of a name: "Team Lead (EU)" gives "team-lead-eu". "" where it has no letter or digit.
std::string slug_of(std::string_view name);

// The text of bad input as messages quote it: valid UTF-8, cut to 100 bytes, in backquotes.
std::string in_backticks(std::string_view text);

}  // namespace api
