#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/config.h"
#include "http/front/certificates.h"

namespace app {

// The certificates that a server serves, and the files that they come from. What changes is logged as
// `certificate`. One thread at a time.
class CertificateKeeper {
 public:
  // What one look at a pair's two files saw of them.
  struct Stamp {
    std::vector<std::int64_t> seen;  // device, file, size and times of both; empty where one is missing
    bool operator==(const Stamp&) const = default;
  };
  struct Kept {
    config::CertificatePair files;
    Stamp stamp;
    std::shared_ptr<const http::front::Certificate> certificate;
    std::string complaint{};  // logged last about its files as they are now
  };
  using Pairs = std::vector<Kept>;

  // No TLS.
  CertificateKeeper() = default;

  // For a start, where nothing else could be served in their place: a pair that can't be read, or isn't one,
  // is an error, and all of them are in the message; one that isn't valid now is taken and complained about.
  static base::Result<CertificateKeeper> load(const config::TlsConfig&, base::Timestamp now);

  // One that comes from no file and never changes.
  static base::Result<CertificateKeeper> of(http::front::PemPair);

  // Null without TLS.
  std::shared_ptr<const http::front::Certificates> certificates() const { return in_force_; }

  // Those in force, in the order of the configuration.
  const Pairs& all() const { return pairs_; }

  // Where the first certificate lies, absolute; "" without TLS.
  const std::string& file() const { return file_; }

  // For a reload: the pairs as the configuration names them now. A pair whose files are as they were is not
  // judged anew. An error, for which nothing may change, where any other is bad or isn't valid now.
  base::Result<Pairs> read(const config::TlsConfig&, base::Timestamp now) const;

  // Puts in force what read() gave.
  void take(Pairs, const config::TlsConfig&, base::Timestamp now);

  // To be called about once a minute: takes up pairs whose files have changed, each by itself. One that is
  // bad, or isn't valid now, leaves the one before in force; that is logged once, and tried again. Once a day
  // it is logged that one ends within two weeks. True where certificates() are others now.
  bool look(base::Timestamp now);

 private:
  void put_in_force();
  void log_all(base::Timestamp now) const;

  Pairs pairs_;
  http::front::TlsVersion least_ = http::front::TlsVersion::k12;
  std::shared_ptr<const http::front::Certificates> in_force_;
  std::string file_;
  std::int64_t warned_on_ = 0;  // a day, counted from 1970
};

// The line that `reeve check-config` prints for each pair; the error has what is wrong with any.
base::Result<std::string> describe_certificates(const config::TlsConfig&, base::Timestamp now);

}  // namespace app
