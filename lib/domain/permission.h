#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "names/permission_name.h"
#include "names/risk.h"
#include "store/txn.h"

namespace domain {

using names::name_of;
using names::parse_risk;
using names::Risk;

// One right. `scope` is its canonical spelling ("organization:get", "billing/invoice:pay") and its key
// everywhere; the slug and the dotted form are other spellings of the same name.
struct Permission {
  PermissionId id;  // permission_id(scope)
  std::string scope, slug;
  std::string service, resource, verb;
  std::string title;
  std::optional<std::string> description;
  names::Risk risk = names::Risk::kLow;
  std::vector<std::string> implies;  // scopes, direct ones
  // Of the catalogue file: "*", "billing/invoice:*". A catalogue adds to `implies` whatever it has of these.
  std::vector<std::string> implied_patterns;
  bool is_builtin = true;       // of the catalogue file; otherwise made through the API
  std::string metadata = "{}";  // a JSON object's text; of those made through the API
  base::Timestamp created_at, updated_at;

  bool operator==(const Permission&) const = default;
};

// A permission of that name, with its id and every spelling; the rest is the caller's to fill in.
Permission make_permission(const names::PermissionName&);

// Made from the scope, so that it is the same after every start: a version 8 uuid (RFC 9562) of the first
// bits of SHA-256 of "permission:" and the scope.
PermissionId permission_id(std::string_view scope);

// Those made through the API, in the store, in order of slug. `is_builtin` is false.
base::Result<std::vector<Permission>> list_stored_permissions(const store::ReadTxn&);

// Adds or replaces. kInvalid where the metadata is no JSON object.
base::Result<void> put_permission(store::WriteTxn&, const Permission&);

// Roles that name it keep its name, which then gives nothing.
base::Result<void> delete_permission(store::WriteTxn&, const Permission&);

}  // namespace domain
