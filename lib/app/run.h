#pragma once
#include <functional>
#include <string>

#include "app/copy.h"
#include "app/server.h"
#include "app/settings.h"
#include "http/front/certificates.h"

namespace app {

// What a command that serves does besides serving.
struct Serving {
  std::function<base::Result<Settings>()> load;                 // called at start, and again on SIGHUP
  std::function<base::Result<void>(Server&)> before = {};       // before anybody is served
  std::function<void(Server&, const Settings&)> on_ready = {};  // once requests are answered
  bool allow_insecure_permissions = false;                      // Given's
  bool takes_sockets = false;  // listens on what the service manager passed, if it did
  // Where it is set: the store is a copy of that server's.
  std::function<base::Result<Primary>(const Settings&)> primary = {};
  // Where it is set: the pair to serve, whatever the configuration says; its names are paths.
  std::function<base::Result<http::front::PemPair>(const Settings&)> pair = {};
};

// Serves until SIGTERM or SIGINT, reloads on SIGHUP, keeps house and tells the service manager. The address
// is taken before anything is written. On stdout it says which configuration and which store it has, and, at
// the beginning of a line of its own, "listening on http://…"; what on_ready prints follows. Answers the exit
// code. To be called from main's thread before any other is started.
int run(const Serving&);

// Prints "reeve: message" on stderr and answers 1.
int failed(const std::string& message);

// The same; answers 3 where something stored is not what was written, else 1.
int failed_with(const base::Error&);

// What the api says went wrong, each thing once: a line, and one more for each further field and notice.
std::string text_of(const api::Error&);

}  // namespace app
