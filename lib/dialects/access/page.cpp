// A token is a JSON text, sealed for one search of one tenant:
//
//   {"q": "3f…", "l": 50, "a": "[\"0197…\",\"\"]", "b": {"subject": …}}
//
// with a hash of the question, the limit, the place where the page ended, and the question itself if it is
// short. That place is of what was tried last, which need not be a result: so nobody reads it, nor has a
// place of their own.
#include "dialects/access/page.h"

#include <algorithm>

#include "api/searches.h"
#include "api/service.h"
#include "base/encoding.h"
#include "base/keyed_hash.h"
#include "base/text.h"
#include "dialects/access/question.h"

namespace dialects::access {
namespace {

struct Token {
  std::string question;              // its hash
  std::optional<std::size_t> limit;  // none: of a page that had to have no results
  std::string after;
  const base::Json* held = nullptr;  // the question
};

api::Error wrong_token(std::string why) {
  return api::invalid("/page/token", std::move(why));
}

base::Json without_page(const base::Json& body) {
  base::Json::Object members;
  for (const auto& [name, value] : *body.object())
    if (name != "page") members.emplace_back(name, value);
  return base::Json(std::move(members));
}

std::string hash_of(const std::string& canonical) {
  const std::uint64_t hash = base::stable_hash(canonical);
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(hash >> shift));
  return base::to_hex(bytes);
}

std::optional<Token> parse_token(const base::Json& json) {
  const std::string* const question = json.find_string("q");
  const std::string* const after = json.find_string("a");
  const base::Json* const limit = json.find("l");
  if (!question || !after || !limit) return std::nullopt;
  Token token{*question, {}, *after, json.find("b")};
  if (token.held && !token.held->object()) return std::nullopt;
  if (limit->is_null()) return token;
  const std::int64_t* const number = limit->integer();
  if (!number || *number < 1 || *number > static_cast<std::int64_t>(api::kMaxSearchPage)) return std::nullopt;
  token.limit = static_cast<std::size_t>(*number);
  return token;
}

// The limit of `page`, capped; none: it isn't given.
api::Outcome<std::optional<std::size_t>> limit_of(const base::Json& page) {
  const base::Json* const given = member(page, "limit");
  if (!given) return std::optional<std::size_t>();
  const std::int64_t* const number = given->integer();
  if (!number || *number < 0) return api::invalid("/page/limit", "must be a whole number from 0 on");
  return std::optional(
      static_cast<std::size_t>(std::min(*number, static_cast<std::int64_t>(api::kMaxSearchPage))));
}

api::Outcome<AskedPage> continued(AskedPage asked, const std::string& text, std::optional<std::size_t> limit,
                                  std::string_view search, const crypto::Sealer& sealer) {
  const auto sealed = base::from_base64url(text);
  const auto place = sealed ? sealer.open(*sealed, search) : std::nullopt;
  const auto json = place ? base::parse_json(*place) : base::Result<base::Json>(base::Error{});
  const auto token = json.ok() ? parse_token(*json) : std::nullopt;
  if (!token) return wrong_token("is not a token that this search has given");
  if (asked.question.object()->empty()) {
    if (!token->held)
      return wrong_token("comes without its question, which is too long to be in it; repeat it");
    asked.question = *token->held;
  }
  if (hash_of(to_canonical_text(asked.question)) != token->question)
    return wrong_token("is that of another question");
  if (limit && token->limit && *limit != *token->limit)
    return api::invalid("/page/limit", "must be that of the token, " + std::to_string(*token->limit));
  asked.limit = limit ? *limit : token->limit.value_or(api::kMaxSearchPage);
  asked.after = token->after;
  return asked;
}

}  // namespace

api::Outcome<AskedPage> asked_page(const base::Json& body, std::string_view search,
                                   const crypto::Sealer& sealer) {
  AskedPage asked{without_page(body)};
  asked.limit = api::kMaxSearchPage;
  const base::Json* const page = member(body, "page");
  if (!page) return asked;
  if (!page->object()) return api::invalid("/page", "must be an object");
  asked.was_asked = true;
  const auto limit = limit_of(*page);
  if (!limit.ok()) return limit.error();
  if (*limit) asked.limit = **limit;
  const base::Json* const text = member(*page, "token");
  if (text && !text->string()) return wrong_token("must be a string");
  if (text && !text->string()->empty()) {
    auto next = continued(std::move(asked), *text->string(), *limit, search, sealer);
    if (!next.ok()) return next.error();
    asked = std::move(next).value();
  }
  asked.is_bound = asked.limit != 0;
  return asked;
}

std::string make_token(std::string_view search, const AskedPage& asked, const std::string& after,
                       const crypto::Sealer& sealer) {
  const std::string question = to_canonical_text(asked.question);
  base::JsonWriter w;
  w.begin_object().member("q", hash_of(question)).name("l");
  if (asked.is_bound)
    w.value(asked.limit);
  else
    w.null();
  w.member("a", after);
  if (question.size() <= kMaxHeldQuestion) w.name("b").raw(question);
  return base::to_base64url(sealer.seal(w.end_object().take(), search));
}

}  // namespace dialects::access
