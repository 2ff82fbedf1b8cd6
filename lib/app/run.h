#pragma once
#include <functional>
#include <string>

#include "app/server.h"
#include "config/config.h"

namespace app {

// Serves until SIGTERM or SIGINT, reloads from `config_path` on SIGHUP, keeps house and tells the service
// manager. `on_ready` is called once, when requests are answered; what it prints follows the line
// "listening on http://…". Answers the exit code. To be called from main's thread before any other is started.
int run(const config::Config&, const std::string& config_path, const std::function<Result<void>(Server&)>& before,
        const std::function<void(Server&)>& on_ready);

// The configuration of a file, with what the command line says instead. Prints the mistakes.
std::optional<config::Config> configuration(const std::string& path, const std::optional<std::string>& listen,
                                            const std::optional<std::string>& data);

// Prints "reeve: message" on stderr and answers 1.
int failed(const std::string& message);

}  // namespace app
