#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "api/service.h"
#include "base/result.h"
#include "base/time.h"
#include "config/bootstrap.h"
#include "config/config.h"

namespace app {

// A whole server: store, service, HTTP, in the order in which they depend; stopping is the reverse.
class Server {
 public:
  // Opens the store and takes up the definitions; serves nobody yet. `bootstrap` as config's function gave it.
  // Without it the first start on an empty store makes a platform credential in the file
  // <store>/bootstrap-credential, and prints its path.
  static Result<std::unique_ptr<Server>> open(const config::Config&,
                                              const std::optional<config::BootstrapCredential>& bootstrap);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens, and serves from threads of its own when it returns.
  Result<void> listen();

  // "http://127.0.0.1:7400"; after listen().
  std::string address() const;

  api::Service& service();

  // Reads the configuration's files again and takes up what can be taken up while running. On an error all
  // stays as it was, and the failure is counted and logged.
  void reload(const std::string& config_path);

  // What has to be done now and then: expired idempotency records, readers left by killed processes. To be
  // called about once a second. An error means that the store no longer takes changes: the process should
  // end, so that its supervisor starts it anew.
  Result<void> housekeep();

  // Stops accepting, finishes what is under way within the configured time, closes the store.
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace app
