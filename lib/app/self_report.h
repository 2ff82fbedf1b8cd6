#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/config_values.h"
#include "api/status.h"
#include "base/result.h"
#include "base/time.h"
#include "config/config.h"
#include "http/front/certificates.h"
#include "http/front/front.h"
#include "store/store.h"

namespace dialects {
struct CopyOf;
}

namespace app {

// What a server tells callers of itself (GET /v1/status, GET /v1/config): each part is noted by the thread
// that has it, and read by any. Safe for use by several threads.
class SelfReport {
 public:
  SelfReport(const config::Config& running, base::Timestamp started);

  // From now on figures are its own; it outlives what may still ask. Null: none.
  void serve(const http::front::Front*, std::size_t connections_limit);
  // Outlives this.
  void follow(const dialects::CopyOf&);

  void note_certificates(std::vector<api::CertificateEnd>);
  void note_heads(std::optional<base::Timestamp> published, bool is_signed);
  // To be called about once a second: a snapshot that was left behind is as old as that was first seen.
  void note_readers(const store::Statistics&, base::Timestamp now);

  // A reload that has ended; `taken_up` is the configuration, if it was.
  void note_reload(api::Reload, const config::Config* taken_up);

  // Looks at the disk.
  api::ProcessFacts facts() const;

  // Every key. No value is a secret's: of what the environment holds instead of a file only the variable is
  // named, and of files their paths.
  std::vector<api::ConfigValue> config() const;

 private:
  const config::Config running_;

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  config::Config loaded_;  // last
  api::ProcessFacts facts_;
  std::uint64_t oldest_commit_ = 0;  // that a snapshot was last found to see, others having left it behind
  const http::front::Front* front_ = nullptr;
  const dialects::CopyOf* copy_ = nullptr;
};

}  // namespace app
