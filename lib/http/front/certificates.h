#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX
struct x509_st;     // and X509

namespace http::front {

enum class TlsVersion { k12, k13 };

// A certificate with the chain behind it, and its private key, as texts in PEM.
struct PemPair {
  std::string certificate;
  std::string key;
  // What messages call them: paths.
  std::string certificate_name;
  std::string key_name;
};

// One such pair, ready to be served. Immutable, and safe for use by several threads.
class Certificate {
 public:
  // kInvalid where a text is no PEM of that kind, the key is another's, or one of them is too weak for
  // OpenSSL; the message begins with the name of the one at fault. When it is valid is not looked at.
  static base::Result<std::shared_ptr<const Certificate>> parse(PemPair, TlsVersion least);
  ~Certificate();
  Certificate(const Certificate&) = delete;  // owns a context of OpenSSL
  Certificate& operator=(const Certificate&) = delete;

  base::Timestamp not_before() const { return not_before_; }
  base::Timestamp not_after() const { return not_after_; }

  // Whole days until it ends; negative once it has, 0 on the last day.
  std::int64_t days_left(base::Timestamp now) const;

  // The names and addresses that it is for, in its order: "*.example.com", "127.0.0.1".
  const std::vector<std::string>& names() const { return names_; }

  // Whether it is for this host (RFC 6125, wildcards included).
  bool is_for(std::string_view host) const;

  ssl_ctx_st* context() const { return context_; }

 private:
  Certificate() = default;

  ssl_ctx_st* context_ = nullptr;
  x509_st* leaf_ = nullptr;  // the context's
  base::Timestamp not_before_, not_after_;
  std::vector<std::string> names_;
};

// Those that a front serves: the first that is for the name a client asks for, or the first of all.
class Certificates {
 public:
  static constexpr std::size_t kMost = 64;

  // REQUIRES: there is at least one
  explicit Certificates(std::vector<std::shared_ptr<const Certificate>> all) : all_(std::move(all)) {}

  const std::vector<std::shared_ptr<const Certificate>>& all() const { return all_; }
  const Certificate& first() const { return *all_.front(); }

  // Null where none is for it.
  const Certificate* find(std::string_view host) const;

 private:
  const std::vector<std::shared_ptr<const Certificate>> all_;
};

}  // namespace http::front
