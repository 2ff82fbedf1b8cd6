// A token is its kind and 256 random bits: "rvk_", say, then 43 characters of base64url. The prefix lets
// people and secret scanners see what leaked; it takes no part in deciding whose the token is.
//
//   rvk_Zm9vYmFy…  ->  stored: SHA-256 of the whole text
//
// There is no salt and no slow hash: they protect guessable passwords, and nobody guesses 256 bits.
#include "crypto/token.h"

#include "base/encoding.h"

namespace crypto {
namespace {

std::string_view prefix_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::kApiKey:
      return "rvk_";
    case TokenKind::kSecret:
      return "rvs_";
    case TokenKind::kSession:
      return "rvb_";
    case TokenKind::kSessionCode:
      return "rvc_";
  }
  return {};
}

}  // namespace

std::string make_token(TokenKind kind, Random& random) {
  const Sha256 bits = random.bytes<32>();
  return std::string(prefix_of(kind)) + base::to_base64url(raw(bits));
}

std::optional<TokenKind> token_kind(std::string_view text) {
  if (text.size() != kTokenLength) return std::nullopt;
  for (const auto kind :
       {TokenKind::kApiKey, TokenKind::kSecret, TokenKind::kSession, TokenKind::kSessionCode})
    if (text.substr(0, 4) == prefix_of(kind) && base::from_base64url(text.substr(4))) return kind;
  return std::nullopt;
}

}  // namespace crypto
