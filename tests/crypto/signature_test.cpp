#include "crypto/signature.h"

#include "base/encoding.h"
#include "tests/support/catch.h"
#include "tests/support/ed25519_keys.h"
#include "tests/support/process.h"
#include "tests/support/shell.h"

using crypto::PublicKey;
using crypto::SigningKey;

TEST_CASE("signature: Ed25519 as RFC 8032 has it", "[crypto]") {
  struct Row {
    std::string_view secret, open;
    std::string text, signature;
  };
  for (
      const Row& row :
      {Row{kFirstPrivate, kFirstPublic, "",
           "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd2"
           "5bf5f0595bbe24655141438e7a100b"},
       Row{kSecondPrivate, kSecondPublic, "\x72",
           "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c38"
           "7b2eaeb4302aeeb00d291612bb0c00"}}) {
    const auto key = SigningKey::parse(private_pem(row.secret));
    REQUIRE(key.ok());
    const std::string signature = key->sign(row.text).value();
    CHECK(base::to_hex(signature) == row.signature);
    const auto open = PublicKey::parse(public_pem(row.open));
    REQUIRE(open.ok());
    CHECK(open->id() == key->id());
    CHECK(open->verifies(row.text, signature));
  }
}

TEST_CASE("signature: any other text, signature or key is refused", "[crypto]") {
  const std::string text = "reeve audit head platform 7",
                    signature = SigningKey::parse(private_pem(kFirstPrivate))->sign(text).value();
  const auto key = PublicKey::parse(public_pem(kFirstPublic));
  REQUIRE(key->verifies(text, signature));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ (1 << (i % 8)));
    CHECK_FALSE(key->verifies(other, signature));
    CHECK_FALSE(key->verifies(text.substr(0, i), signature));
  }
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string other = signature;
    other[i] = static_cast<char>(other[i] ^ (1 << (i % 8)));
    CHECK_FALSE(key->verifies(text, other));
    CHECK_FALSE(key->verifies(text, signature.substr(0, i)));
  }
  CHECK_FALSE(key->verifies(text, signature + "x"));
  CHECK_FALSE(PublicKey::parse(public_pem(kSecondPublic))->verifies(text, signature));
}

TEST_CASE("signature: what openssl makes and prints is taken, and nothing of another kind", "[crypto]") {
  const Shell shell;
  REQUIRE(
      shell
          .type("openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out "
                "public.pem && openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out closed.pem && "
                "openssl ecparam -name prime256v1 -genkey -noout -out p256.pem && openssl pkey -in p256.pem "
                "-pubout -out p256.pub && openssl genpkey -algorithm ed448 -out ed448.pem")
          .code == 0);
  const auto key = SigningKey::parse(shell.read("key.pem"));
  REQUIRE(key.ok());
  const auto id = shell.type("openssl pkey -in key.pem -pubout -outform DER | sha256sum | cut -c1-16");
  CHECK(key->id() + "\n" == id.out);
  CHECK(PublicKey::parse(shell.read("public.pem"))->verifies("text", key->sign("text").value()));
  CHECK_FALSE(PublicKey::parse(public_pem(kFirstPublic))->verifies("text", key->sign("text").value()));

  const std::string no_private = "holds no private key in PEM that can be read without a passphrase";
  const std::string no_public = "holds no public key in PEM";
  const auto other = [](const std::string& name) {
    return "is a key of " + name + "; it has to be Ed25519 (openssl genpkey -algorithm ed25519)";
  };
  const std::string whole = shell.read("key.pem");
  for (const auto& [pem, wrong] : {std::pair(std::string(), no_private),
                                   {"no key", no_private},
                                   {shell.read("public.pem"), no_private},
                                   {shell.read("closed.pem"), no_private},
                                   {whole.substr(0, whole.size() / 2), no_private},
                                   {std::string("\0", 1) + "x", no_private},
                                   {shell.read("p256.pem"), other("EC")},
                                   {shell.read("ed448.pem"), other("ED448")}}) {
    const auto parsed = SigningKey::parse(pem);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().message == wrong);
  }
  for (const auto& [pem, wrong] :
       {std::pair(std::string(), no_public), {whole, no_public}, {shell.read("p256.pub"), other("EC")}}) {
    const auto parsed = PublicKey::parse(pem);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().message == wrong);
  }
}
