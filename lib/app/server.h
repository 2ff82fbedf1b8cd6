#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/service.h"
#include "app/certificate_keeper.h"
#include "app/copy.h"
#include "app/settings.h"
#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "config/bootstrap.h"
#include "config/config.h"

namespace http::front {
struct Listeners;
}

namespace app {

inline const base::SystemClock kSystemClock{};

// What a server goes by; both must outlive it.
struct ServerClocks {
  const base::Clock& day = kSystemClock;
  const base::MonotonicClock& work = api::kSteadyClock;  // ends pages that take too long
};

// A whole server: store, service, HTTP, in the order in which they depend; stopping is the reverse.
class Server {
 public:
  // Opens the store and takes up the definitions; serves nobody yet. With a primary the store is a copy of
  // its, and follows it while this listens; REQUIRES: begin_copy() has succeeded. Fails with kConflict where
  // the store is marked as a copy, and there is none.
  static base::Result<std::unique_ptr<Server>> open(const config::Config&, api::Definitions,
                                                    CertificateKeeper = {}, const ServerClocks& = {},
                                                    const std::optional<Primary>& = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Makes sure that the platform has a credential. If one is given, it is made or gets the secret given.
  // Else, if the store has none, a new one is made and written to <store>/bootstrap-credential, whose path is
  // the result; in all other cases the result is empty.
  base::Result<std::string> keep_bootstrap(const std::optional<config::BootstrapCredential>&);

  // Whether that file is still there, with a credential that is still valid.
  bool bootstrap_is_left() const;

  // Listens on what was bound, and on the unix socket, and serves from threads of its own when it returns.
  base::Result<void> listen(http::front::Listeners);

  // "https://127.0.0.1:7400"; "unix:/run/reeve/http.sock" where there is nothing else. After listen().
  std::string address() const;

  api::Service& service();

  // Reads the configuration's files again and applies what can change while the server runs. `load` gives the
  // settings as at start, with what the command line says. On an error nothing changes. Where the writer has
  // no room or no time for it, it is tried again for as long as `wait`, called in between, answers true. The
  // outcome is logged, and written to the file SERVER. Not at the same time as housekeep().
  base::Result<void> reload(const std::function<base::Result<Settings>()>& load,
                            const std::function<bool()>& wait);

  // Removes what deleted tenants had and what was kept for long enough; keeps what was counted of refusals;
  // publishes heads of audit chains; and, once a minute, removes expired idempotency records and readers left
  // by killed processes, and takes up certificates whose files have changed. To be called about once a
  // second; returns within a few seconds, whatever the writer does. An error means that the store no longer
  // takes changes: the process should end, so that its supervisor starts it anew.
  base::Result<void> housekeep();

  // Stops accepting, finishes what is under way within the configured time, and has the store's writer finish
  // what waits for it, which takes as long as the disk takes. May be called twice, and while another thread
  // is inside reload() or housekeep(), which then end soon.
  void stop();

 private:
  struct Parts;
  base::Result<config::Config> take_up(const std::function<base::Result<Settings>()>& load);
  void take_certificates(CertificateKeeper::Pairs, const config::TlsConfig&, base::Timestamp now);
  static void give_memory_back(Parts&);
  void tell() const;
  void tell_of_certificates();
  explicit Server(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace app
