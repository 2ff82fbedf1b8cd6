#pragma once
#include <functional>
#include <string>
#include <vector>

#include "api/config_values.h"
#include "api/decisions.h"
#include "api/status.h"
#include "dialects/dialect.h"

namespace api {
class AuditVerifier;
class Service;
}  // namespace api

namespace dialects {

struct CopyOf;

// What calls answer from that are about the server itself.
struct ServerState {
  const api::Service& service;  // outlives this
  FieldNames v1beta1_names;
  api::Backups& backups;         // outlives this
  api::AuditVerifier& verifier;  // outlives this
  std::string public_url{};      // under which clients reach the server; empty: not known
  api::UserIds user_ids = api::UserIds::kUuid;
  const CopyOf* copy = nullptr;                             // outlives this; null: the store decides alone
  std::function<api::ProcessFacts()> facts{};               // any thread; empty: none are known
  std::function<std::vector<api::ConfigValue>()> config{};  // likewise
};

}  // namespace dialects
