#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/ids.h"
#include "domain/mapping.h"
#include "domain/pending_deletion.h"
#include "domain/principal.h"
#include "domain/record.h"
#include "store/key.h"
#include "store/txn.h"

// How a mapping lies in its tables (mapping.cpp): keys, layouts, and what is read of them. For this folder's
// files of mappings alone.
namespace domain::mapping_rows {

using store::Key;
using store::Table;

// The times come first, so that they can be read without the rest.
inline constexpr auto kTimes = [](auto& codec, auto& mapping) {
  codec.optional("valid_from", mapping.valid_from);
  codec.optional("expires_at", mapping.expires_at);
};
inline constexpr Layout kTimesLayout{1, kTimes};

inline constexpr Layout kLayout{1, [](auto& codec, auto& mapping) {
                                  kTimes(codec, mapping);
                                  codec.member("id", mapping.id);
                                  codec.optional("reason", mapping.reason);
                                  codec.optional("title", mapping.title);
                                  codec.optional_json("metadata", mapping.metadata, "{}");
                                  codec.optional("created_by", mapping.created_by);
                                  codec.member("created_at", mapping.created_at);
                                  codec.member("revision", mapping.revision);
                                }};

Key key_of(const TenantId& tenant, const Principal& who);
Key key_of(const TenantId& tenant, const MappingKey&);
Key key_by_role(const TenantId& tenant, const MappingKey&);
Key key_on(const TenantId& tenant, const MappingKey&);

inline constexpr PrincipalKind kHolders[] = {PrincipalKind::kUser, PrincipalKind::kServiceUser,
                                             PrincipalKind::kGroup};

// Of the mappings of holders of one kind on the resource. Those on resources whose names begin with its name
// are elsewhere, unless the next character is a control character: they have longer keys.
Key keys_on(const TenantId& tenant, std::string_view resource, PrincipalKind kind);

// Whether what follows in the key, behind a resource's name, may be a holder's kind; or else it goes on with
// the name of another resource, as all further keys do.
bool is_kind_at(std::string_view key, std::size_t at);
bool is_on(std::string_view key, std::string_view resource);

// What a key of kMapping, kMappingByRole or kMappingOn says; the resource is a view into the key.
struct Parts {
  TenantId tenant;
  Principal principal;
  RoleId role;
  std::string_view resource;
};
std::optional<Parts> parts_of(Table table, std::string_view key);
MappingKey mapping_key(const Parts&);
base::Error wrong_key(Table table, std::string_view key);

base::Result<Mapping> decode(std::string_view key, std::string_view value);

// The record whose key an entry of kMappingById holds.
base::Result<Mapping> follow(const store::ReadTxn&, const Entry& by_id);

// A key and its two times, without the rest of the record.
base::Result<Holding> decode_holding(Table table, const Entry&);

}  // namespace domain::mapping_rows
