#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/name_words.h"
#include "domain/pending_deletion.h"
#include "store/txn.h"

namespace domain {

struct User {
  UserId id;
  TenantId tenant;
  std::string email;  // unique in the tenant as domain/name_index.h compares names; kept as given
  std::string name;
  std::string auth_provider = "local";
  bool active = true;  // a suspended user holds nothing
  bool email_verified = false;
  bool is_owner = false;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const User&) const = default;
};

// What it is searched by.
SearchedNames names_of(const User&);

base::Result<std::optional<User>> get_user(const store::ReadTxn&, const TenantId& tenant, const UserId& id);
base::Result<std::optional<User>> find_user_by_email(const store::ReadTxn&, const TenantId& tenant,
                                                     std::string_view email);

// Another user of the tenant whose e-mail looks like this one's.
base::Result<std::optional<User>> find_user_taken_for(const store::ReadTxn&, const User&);

// Adds or replaces; kConflict where a new e-mail is another's.
base::Result<void> put_user(store::WriteTxn&, User&);

// Deletes memberships, mappings and credentials too, and what an entity adds to it; where these are many, in
// steps that come later (deletion.h). None of them counts any more in either case.
base::Result<void> delete_user(store::WriteTxn&, const User&, const DeletedBy&, GoesWith);
base::Result<void> delete_user(store::WriteTxn&, const User&);  // tells nobody
base::Result<void> each_user(const store::ReadTxn&, const TenantId& tenant, const UserId* after,
                             base::FunctionRef<bool(User&&)> fn);

}  // namespace domain
