#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/tenant_calls.h"
#include "config/config.h"

// What tests of decisions are about, where no server is asked: a folder's tenant.yaml, which may be missing,
// and its *.cedar, each a policy. All of it is optional:
//
//   at: 2026-11-27T20:00:00Z           when it is made and asked; else now
//   user_id: email                     how questions name people (decisions.user_id), or uuid
//   permissions: [shop/order:cancel]   beside those of the configuration
//   roles:                             as POST /v1/roles takes them
//     - {slug: clerk, name: Clerk, scopes: [shop/order:cancel]}
//   users:
//     - {email: ann@example.com, roles: [clerk]}              also name, active, id
//   groups:
//     - {name: Berlin, members: [ann@example.com, Mitte]}     people and other groups; also description, id
//   mappings:
//     - {role: clerk, group: Berlin, resource: 'shop:7'}      or user; also valid_from, expires_at, reason
//   entities:                          as POST /v1/entities takes them
//     - {type: order, id: "12", parents: [{type: shop, id: "7"}], attrs: {total: 20}}
//   policies:                          of files whose priority isn't 0
//     - {file: limits.cedar, priority: 10}                    also name, description, enabled
//   decisions: {on_error: cedar}       as PUT /v1/decisions/settings takes it
//   roles_decide: false                disables the built-in policy
//
// An `id` is what a user or group is called elsewhere: a uuid, which stands for the new one wherever a file
// has it.
namespace cli {

class TrialTenant {
 public:
  // Reads the folder's files. The message has the file's name.
  static base::Result<TrialTenant> read(const std::string& folder);

  config::UserIdForm user_ids() const { return user_ids_; }
  std::optional<base::Timestamp> at() const { return at_; }

  // Makes all of it, as the platform, on a server that has no tenant of that slug. The first thing that is
  // refused ends it, and is named.
  base::Result<TenantCalls> make(const client::Connection& platform);

  // A text with the ids of files in it as the server has it, and back.
  std::string as_made(std::string_view text) const;
  std::string as_given(std::string_view text) const;

 private:
  struct Policy {
    std::string file;  // its path, for messages
    base::Json::Object body;
  };
  class Maker;

  base::Result<void> take(base::Json json);
  base::Result<void> add_policies(const std::string& folder);

  std::string path_;  // of tenant.yaml
  config::UserIdForm user_ids_ = config::UserIdForm::kEmail;
  std::optional<base::Timestamp> at_;
  base::Json json_{base::Json::Object()};  // of tenant.yaml
  std::vector<Policy> policies_;
  std::vector<std::pair<std::string, std::string>> ids_;  // as given, as made
};

}  // namespace cli
