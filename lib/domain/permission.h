#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
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
  base::Uuid id;  // permission_id(scope)
  std::string scope, slug;
  std::string service, resource, verb;
  std::string title;
  std::optional<std::string> description;
  names::Risk risk = names::Risk::kLow;
  std::vector<std::string> implies;  // scopes, direct ones
  bool is_builtin = true;            // of the catalogue file; otherwise made through the API
  std::string metadata = "{}";       // a JSON object's text; of those made through the API
  base::Timestamp created_at, updated_at;

  bool operator==(const Permission&) const = default;
};

// A permission of that name, with its id and every spelling; the rest is the caller's to fill in.
Permission make_permission(const names::PermissionName&);

// Made from the scope, so that it is the same after every start: a version 8 uuid (RFC 9562) of the first
// bits of SHA-256 of "permission:" and the scope.
base::Uuid permission_id(std::string_view scope);

// A set of permissions of one catalogue: a bit for each, by its place in all(). Sets of different catalogues
// don't mix.
class PermissionSet {
 public:
  bool has(std::size_t place) const {
    return place / 64 < words_.size() && (words_[place / 64] >> place % 64 & 1U) != 0;
  }
  bool empty() const;
  std::size_t size() const;
  bool includes(const PermissionSet& other) const;  // every one of the other's

  void add(std::size_t place);
  void add(const PermissionSet& other);
  void keep(const PermissionSet& other);    // those that are also the other's
  void remove(const PermissionSet& other);  // those that are the other's

  // Calls fn(place) in ascending order.
  template <typename Fn>
  void each(const Fn& fn) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t rest = words_[i]; rest != 0; rest &= rest - 1)
        fn(64 * i + static_cast<std::size_t>(std::countr_zero(rest)));
  }

  bool operator==(const PermissionSet& other) const { return includes(other) && other.includes(*this); }

 private:
  std::vector<std::uint64_t> words_;
};

// Every permission there is, and what each implies. Immutable; shared freely between threads.
class Catalogue {
 public:
  // Fails, naming the permission, where a scope is malformed or given twice (case ignored), where a
  // permission implies an unknown one, or itself through others.
  static base::Result<std::shared_ptr<const Catalogue>> make(std::vector<Permission> permissions);

  // Any spelling, whatever its verb's case. Null where there is none. The pointer lives as long as the
  // catalogue.
  const Permission* find(std::string_view spelling) const;
  const Permission* find(const base::Uuid& id) const;

  const std::vector<Permission>& all() const { return permissions_; }  // sorted by scope

  // The scopes given and everything they imply, sorted, without repeats. Unknown ones are left out: a role
  // may hold a permission that a later catalogue no longer has.
  std::vector<std::string> effective(const std::vector<std::string>& scopes) const;

  // The highest risk among effective(scopes); kLow where there are none.
  names::Risk risk(const std::vector<std::string>& scopes) const;

  // The known scope nearest to a word that is no permission, if one is near (base::nearest).
  std::optional<std::string> nearest_scope(std::string_view word, std::size_t most_pairs) const;

  // For decisions, which make no texts: places in all(), and sets of them.
  std::optional<std::size_t> place_of(std::string_view spelling) const;

  // Adds the scope and everything it implies, unless it is unknown.
  void add_effective(PermissionSet& set, std::string_view scope) const;

  // The place's permission and everything it implies. REQUIRES: place < all().size()
  const PermissionSet& closure(std::size_t place) const { return closure_[place]; }

  std::vector<std::string> scopes_of(const PermissionSet&) const;  // sorted
  names::Risk risk_of(const PermissionSet&) const;

 private:
  base::Result<void> close();

  std::vector<Permission> permissions_;
  std::map<std::string, std::size_t, std::less<>> by_spelling_;  // and by the scope in lower case
  std::map<base::Uuid, std::size_t> by_id_;
  std::vector<PermissionSet> closure_;
};

// Those made through the API, in the store, in order of slug. `is_builtin` is false.
base::Result<std::vector<Permission>> list_stored_permissions(const store::ReadTxn&);

// Adds or replaces. kInvalid where the metadata is no JSON object.
base::Result<void> put_permission(store::WriteTxn&, const Permission&);

}  // namespace domain
