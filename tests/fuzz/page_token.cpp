// Tokens of pages, of searches and of lists: what was given is taken back as it was, by the same search and
// no other; and whatever somebody makes up is a token or is refused.
#include "dialects/access/page.h"

#include "base/encoding.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "dialects/cursor.h"
#include "tests/fuzz/fuzz.h"

namespace {

using dialects::access::AskedPage;
using fuzz::require;

constexpr const char* kSearch = "0 acme";

const crypto::Sealer& sealer() {
  static crypto::SystemRandom random;
  static const crypto::Sealer made(random);
  return made;
}

base::Json with_token(const base::Json& question, const std::string& token) {
  base::Json::Object members = *question.object();
  members.emplace_back("page", base::Json(base::Json::Object{{"token", base::Json(token)}}));
  return base::Json(std::move(members));
}

void go_on(const AskedPage& asked, const std::string& after) {
  const std::string token = dialects::access::make_token(kSearch, asked, after, sealer());
  const auto next = dialects::access::asked_page(with_token(asked.question, token), kSearch, sealer());
  require(next.ok(), "a token is taken back", to_text(asked.question));
  require(next->after == after && next->question == asked.question &&
              (!asked.is_bound || next->limit == asked.limit),
          "as it was", to_text(asked.question));
  require(!dialects::access::asked_page(with_token(asked.question, token), "1 acme", sealer()).ok(),
          "another search refuses it", token);
  const auto alone =
      dialects::access::asked_page(with_token(base::Json(base::Json::Object()), token), kSearch, sealer());
  if (alone.ok())
    require(alone->question == asked.question && alone->after == after, "alone it is of its question", token);
  else
    require(to_canonical_text(asked.question).size() > dialects::access::kMaxHeldQuestion ||
                asked.question.object()->empty(),
            "a short question is in it", token);
}

void look_at(const base::Json& body) {
  const auto asked = dialects::access::asked_page(body, kSearch, sealer());
  if (!asked.ok()) {
    require(!asked.error().fields.empty() && asked.error().fields.front().pointer.starts_with("/page"),
            "a mistake has its place", asked.error().message);
    return;
  }
  go_on(*asked, asked->after);
  go_on(*asked, "[\"x\",\"\"]");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  if (const auto place = dialects::read_cursor("list_groups", text))
    require(!dialects::read_cursor("list_users", text), "another list refuses it", text);
  if (!text.empty()) {
    const auto place = dialects::read_cursor("list_groups", dialects::make_cursor("list_groups", text));
    require(place == text, "a cursor is taken back", text);
  }
  if (const auto body = base::parse_json(text); body.ok() && body->object()) look_at(*body);
  // What somebody makes up, as a token and inside of one.
  const base::Json nothing{base::Json::Object()};
  for (const std::string& token : {text, base::to_base64url(sealer().seal(text, kSearch))})
    (void)dialects::access::asked_page(with_token(nothing, token), kSearch, sealer());
  return 0;
}
