#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/random.h"

namespace crypto {

// What a caller presents: a prefix that says what it is, then 256 random bits in base64url (RFC 4648
// section 5, 43 characters): "rvk_…" an API key, "rvs_…" the secret of a client id, "rvb_…" a browser's
// session, "rvc_…" a code that begins one.
enum class TokenKind { kApiKey, kSecret, kSession, kSessionCode };
inline constexpr std::size_t kTokenLength = 47;

std::string make_token(TokenKind, Random&);

// The kind of a well-formed token. Others exist too: a bootstrap secret is any text.
std::optional<TokenKind> token_kind(std::string_view text);

// What is stored instead of the token. A fast hash does, since the token is random.
inline Sha256 token_hash(std::string_view token) {
  return sha256(token);
}

}  // namespace crypto
