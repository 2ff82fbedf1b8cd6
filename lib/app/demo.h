#pragma once
#include <string>

#include "api/service.h"
#include "base/result.h"
#include "domain/ids.h"

namespace app {

// What the calls printed by `reeve dev` need.
struct Demo {
  domain::TenantId tenant;
  domain::GroupId group;        // has the tenant's uuid, as in the documented calls
  domain::CredentialId key_id;  // of the API key
  std::string key;              // its secret
};

// Makes the demo tenant, group, role, users and members where they are missing, and puts back what pasted
// calls have changed: the group holds no role, the role `example` is as first made. The key is that of the
// start before, whose secret is in <store>/dev-key, so that browsers stay logged in; where that file is
// missing, isn't closed to other users, or its key isn't valid any more, a new one is made and written there,
// and those before are revoked. Waits for the writer.
base::Result<Demo> put_demo(api::Service&, const std::string& store);

// The documented calls and one that is refused, ready to paste: a line each, beginning with `curl`. The last
// line is the notice that says why. `certificate` is the file of what curl has to trust; empty without TLS.
std::string demo_calls(const Demo&, const std::string& address, const std::string& certificate);

// A link that logs a browser in to the console as the demo key, once, within ten minutes; empty where this
// program has no console. Waits for the writer.
base::Result<std::string> demo_console(api::Service&, const Demo&, const std::string& address);

// What to do next, and where things are.
struct Surroundings {
  std::string address;       // "http://127.0.0.1:7400"
  std::string store;         // its folder
  std::string program;       // as it was called
  bool is_built_in = false;  // its configuration, of which there are no files to edit
};
std::string demo_hints(const Surroundings&);

}  // namespace app
