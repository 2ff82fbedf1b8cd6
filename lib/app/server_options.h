#pragma once
#include <string>

#include "app/self_report.h"
#include "base/time.h"
#include "config/config.h"
#include "crypto/random.h"
#include "decision_log/log.h"
#include "dialects/dispatcher.h"
#include "http/front/front.h"
#include "store/store.h"

// What the parts of a server are told of its configuration. What is referred to must outlive them.
namespace app {

store::StoreOptions store_options(const config::Config&, const base::Clock&);

decision_log::Log::Options log_options(const config::Config&, const store::Store&, const base::Clock&,
                                       crypto::Random&);

// Where entries go besides: a file, "unix:" and a socket, or "".
std::string log_stream(const config::DecisionsConfig&);

// `copy` is null where the store decides alone.
dialects::DispatcherOptions dispatcher_options(const config::Config&, api::Backups&, const SelfReport&,
                                               const dialects::CopyOf* copy);

http::front::FrontOptions front_options(const config::ServerConfig&);

}  // namespace app
