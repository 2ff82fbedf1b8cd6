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
#include "domain/tenant.h"
#include "store/txn.h"

namespace domain {

enum class Source { kLocal, kScim };
std::string_view name_of(Source);  // "local", "scim"
std::optional<Source> parse_source(std::string_view name);

struct Group {
  GroupId id;
  TenantId tenant;
  std::string name;  // unique in the tenant as domain/name_index.h compares names
  Source source = Source::kLocal;
  std::optional<std::string> description;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;
  std::string title{}, metadata = "{}";  // of /v1beta1; the metadata is a JSON object's text
  State state = State::kEnabled;         // a disabled one gives nothing to those in it (disabled_groups.h)

  bool operator==(const Group&) const = default;
};

// What it is searched by.
SearchedNames names_of(const Group&);

base::Result<std::optional<Group>> get_group(const store::ReadTxn&, const TenantId& tenant,
                                             const GroupId& id);
base::Result<std::optional<Group>> find_group_by_name(const store::ReadTxn&, const TenantId& tenant,
                                                      std::string_view name);

// Another group of the tenant whose name looks like this one's.
base::Result<std::optional<Group>> find_group_taken_for(const store::ReadTxn&, const Group&);

// Adds or replaces; kConflict where a new name is another's, kInvalid where the metadata is no JSON object.
base::Result<void> put_group(store::WriteTxn&, Group&);

// Deletes its memberships and its mappings too, and the mappings on it; where these are many, in steps that
// come later (deletion.h): then, too, nobody is in the group any more, and its name is free.
base::Result<void> delete_group(store::WriteTxn&, const Group&, const DeletedBy&, GoesWith);
base::Result<void> delete_group(store::WriteTxn&, const Group&);  // tells nobody

base::Result<void> each_group(const store::ReadTxn&, const TenantId& tenant, const GroupId* after,
                              base::FunctionRef<bool(Group&&)> fn);

}  // namespace domain
