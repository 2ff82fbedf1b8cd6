#include "api/parts/checks.h"

#include <algorithm>

#include "api/limits.h"
#include "base/nearest.h"
#include "base/text.h"
#include "base/utf8.h"
#include "names/characters.h"
#include "names/fold.h"
#include "names/normalization.h"
#include "names/permission_name.h"

namespace api {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool fits(std::string_view text, SlugRule rule) {
  if (rule == SlugRule::kRole) return names::is_slug(text);
  const std::size_t min = rule == SlugRule::kRoleV1beta1 ? 2 : 1;
  if (text.size() < min || text.size() > kMaxSlug) return false;
  const auto alnum = [rule](char c) {
    return base::is_lower(c) || base::is_digit(c) || (base::is_upper(c) && rule == SlugRule::kRoleV1beta1);
  };
  if (rule == SlugRule::kTenant && !alnum(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) { return alnum(c) || c == '_' || c == '-'; });
}

std::string describe(SlugRule rule) {
  const std::string most = std::to_string(kMaxSlug);
  switch (rule) {
    case SlugRule::kRole:
      return "must be 1 to " + most + " letters, digits, `_` and `-`, and begin with a letter or digit";
    case SlugRule::kRoleV1beta1:
      return "must be 2 to " + most + " letters, digits, `_` and `-`";
    case SlugRule::kTenant:
      return "must be 1 to " + most +
             " lower-case letters, digits, `_` and `-`, and begin with a letter or digit";
  }
  return "";
}

}  // namespace

void Checks::name(std::string_view pointer, const std::string& text) {
  const std::size_t mistakes = fields_.size();
  given_name(pointer, text);
  if (fields_.size() > mistakes) return;
  if (const auto character = names::find_refused_in_name(text)) return refused(pointer, character);
  folded(pointer, names::fold(text));
}

// Characters that stand for many would make the comparing of names as slow as they are long.
void Checks::folded(std::string_view pointer, const std::string& text) {
  if (text.empty()) return add(std::string(pointer), "must have a character that can be seen");
  if (const std::size_t length = base::utf8::length(text); length > names::kMaxFolded)
    add(std::string(pointer), "is compared as a text of " + std::to_string(length) +
                                  " characters, and may be one of " + std::to_string(names::kMaxFolded) +
                                  ": write out the characters that stand for several");
}

void Checks::given_name(std::string_view pointer, const std::string& text) {
  const auto is_blank = [](std::string_view name) { return name.find_first_not_of(' ') == name.npos; };
  if (!base::utf8::is_valid(text)) return add(std::string(pointer), "must be UTF-8");
  if (is_blank(text) || base::utf8::length(text) > kMaxName)
    return add(std::string(pointer), "must be 1 to " + std::to_string(kMaxName) + " characters");
  if (std::any_of(text.begin(), text.end(), is_control))
    return refused(pointer, names::find_refused_in_name(text));
}

void Checks::no_controls(std::string_view pointer, const domain::EntityName& name) {
  const std::string text = name.type + name.id;
  if (std::any_of(text.begin(), text.end(), is_control))
    add(std::string(pointer), "must not have control characters");
}

void Checks::refused(std::string_view pointer, const std::optional<names::RefusedCharacter>& character) {
  if (character) add(std::string(pointer), "must not have " + character->to_string());
}

void Checks::description(std::string_view pointer, const std::optional<std::string>& text) {
  this->text(pointer, text, kMaxDescription);
}

void Checks::text(std::string_view pointer, const std::optional<std::string>& text, std::size_t max) {
  if (!text) return;
  if (!base::utf8::is_valid(*text)) return add(std::string(pointer), "must be UTF-8");
  if (base::utf8::length(*text) > max)
    return add(std::string(pointer), "must be at most " + std::to_string(max) + " characters");
  refused(pointer, names::find_refused_in_prose(*text));
}

void Checks::slug(std::string_view pointer, const std::string& text, SlugRule rule) {
  if (!fits(text, rule)) add(std::string(pointer), std::string(describe(rule)));
}

// Mail itself is the only judge of an address; this is what can't be one.
void Checks::email(std::string_view pointer, const std::string& text) {
  if (base::utf8::is_valid(text))
    if (const auto character = names::find_refused_in_name(text)) return refused(pointer, character);
  // Its spaces, too, which fold() takes away at the ends.
  const std::string compared =
      base::utf8::is_valid(text) ? base::utf8::encode(names::nfkc_casefold(base::utf8::decode(text))) : "";
  const std::size_t at = text.rfind('@');
  const bool shaped = at != std::string::npos && at > 0 && at + 1 < text.size() && text.find('@') == at;
  const bool clean = base::utf8::is_valid(text) && std::none_of(compared.begin(), compared.end(), [](char c) {
                       return c == ' ' || c == '<' || c == '>' || c == ',' || c == ';';
                     });
  if (!shaped || !clean || text.size() > kMaxEmail)
    return add(std::string(pointer), "must be an e-mail address of at most " + std::to_string(kMaxEmail) +
                                         " bytes, like `ann@example.org`");
  folded(pointer, compared);
}

void Checks::metadata(std::string_view pointer, const base::Json& json) {
  if (json.is_null()) return;
  if (!json.object())
    return add(std::string(pointer), "must be an object, not " + std::string(name_of(json.kind())));
  if (to_text(json).size() > kMaxMetadata)
    add(std::string(pointer), "must be at most " + std::to_string(kMaxMetadata) + " bytes of JSON");
}

void Checks::scopes(std::string_view pointer, const std::vector<std::string>& given, std::size_t max) {
  if (given.size() > max)
    add(std::string(pointer), "must be at most " + std::to_string(max) + " permissions");
}

void Checks::period(const std::optional<base::Timestamp>& valid_from,
                    const std::optional<base::Timestamp>& expires_at, base::Timestamp now) {
  if (!expires_at) return;
  if (*expires_at <= now) return add("/expires_at", "must lie in the future");
  if (valid_from && *valid_from >= *expires_at) add("/expires_at", "must be later than valid_from");
}

std::optional<Error> check_new_name(std::string_view pointer, const std::string& before,
                                    const std::string& after) {
  if (after == before) return std::nullopt;
  Checks checks;
  checks.name(pointer, after);
  return checks.error();
}

KnownScopes look_up(const domain::Catalogue& catalogue, const std::vector<std::string>& given) {
  KnownScopes known;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (const domain::Permission* permission = catalogue.find(given[i])) {
      known.scopes.push_back(permission->scope);
      continue;
    }
    known.unknown.push_back(i);
  }
  std::sort(known.scopes.begin(), known.scopes.end());
  known.scopes.erase(std::unique(known.scopes.begin(), known.scopes.end()), known.scopes.end());
  return known;
}

Error unknown_scopes(const Change& change, Code code, const KnownScopes& known,
                     const std::vector<std::string>& given) {
  std::vector<FieldError> errors;
  for (const std::size_t i : known.unknown) {
    std::string message = in_backticks(given[i]) + " is no permission";
    const bool guess = change.is_rehearsal() && errors.size() < base::kGuessesOfRequest &&
                       given[i].size() <= names::kMaxPermissionName;
    if (const auto near =
            guess ? change.catalogue->nearest_scope(given[i], base::kPairsOfRequest) : std::nullopt)
      message += "; did you mean `" + *near + "`?";
    errors.push_back({"/scopes/" + std::to_string(i), std::move(message)});
  }
  return invalid(code, std::move(errors));
}

std::string metadata_text(const base::Json& json) {
  return json.is_null() ? "{}" : to_text(json);
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char c : name) {
    if (base::is_letter_or_digit(c)) {
      slug += base::to_lower(c);
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  slug.resize(std::min(slug.size(), kMaxSlug));
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

std::string in_backticks(std::string_view text) {
  std::string_view cut = text.substr(0, kMaxQuoted);
  std::string clean = base::utf8::replace_invalid(cut.substr(0, base::utf8::valid_prefix(cut)));
  std::replace_if(clean.begin(), clean.end(), is_control, '.');
  return "`" + clean + (clean.size() < text.size() ? "…" : "") + "`";
}

}  // namespace api
