#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/name_words.h"
#include "domain/pending_deletion.h"
#include "domain/tenant.h"
#include "store/txn.h"

namespace domain {

// A program that acts. An API key is one with a single credential.
struct ServiceUser {
  ServiceUserId id;
  TenantId tenant;
  std::string title;
  std::string metadata = "{}";
  State state = State::kEnabled;
  bool is_api_key = false;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const ServiceUser&) const = default;
};

// What it is searched by.
SearchedNames names_of(const ServiceUser&);

base::Result<std::optional<ServiceUser>> get_service_user(const store::ReadTxn&, const TenantId& tenant,
                                                          const ServiceUserId& id);

// The tenant that has this service user; nothing where none has.
base::Result<std::optional<TenantId>> find_tenant_of_service_user(const store::ReadTxn&,
                                                                  const ServiceUserId& id);

// Adds or replaces; kInvalid where the metadata is no JSON object.
base::Result<void> put_service_user(store::WriteTxn&, ServiceUser&);

// Deletes mappings and credentials too, as delete_user() does.
base::Result<void> delete_service_user(store::WriteTxn&, const ServiceUser&, const DeletedBy&, GoesWith);
base::Result<void> delete_service_user(store::WriteTxn&, const ServiceUser&);  // tells nobody
base::Result<void> each_service_user(const store::ReadTxn&, const TenantId& tenant,
                                     const ServiceUserId* after, base::FunctionRef<bool(ServiceUser&&)> fn);

}  // namespace domain
