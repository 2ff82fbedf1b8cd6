#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/error.h"
#include "base/json.h"

namespace crypto {
class Sealer;
}

namespace dialects::access {

// A search as its body asks for it: the question, and which page of its results.
struct AskedPage {
  base::Json question;  // the body, or what the token holds of it; without `page`
  bool was_asked = false;
  std::size_t limit = 0;
  bool is_bound = true;  // the next page has to have the same limit
  std::string after{};
};

// From the body's `page`. A token is bound to its search and question, which are repeated with it, and to the
// limit of its page; alone it is enough where it holds the question, which it does up to kMaxHeldQuestion
// bytes. kInvalidInput at "/page", "/page/limit" or "/page/token" where it is not so. `search` names the
// call, and whose it is.
api::Outcome<AskedPage> asked_page(const base::Json& body, std::string_view search, const crypto::Sealer&);

inline constexpr std::size_t kMaxHeldQuestion = 2'048;

// The token of the page behind one that ended at `after`.
std::string make_token(std::string_view search, const AskedPage&, const std::string& after,
                       const crypto::Sealer&);

}  // namespace dialects::access
