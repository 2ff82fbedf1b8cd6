#pragma once
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
#include "store/txn.h"

namespace domain {

enum class Risk : std::uint8_t { kLow, kMedium, kHigh, kAdmin };
std::string_view name_of(Risk);  // "low" …
std::optional<Risk> parse_risk(std::string_view name);

// One right. `scope` is its canonical spelling ("organization:get", "billing/invoice:pay") and its key
// everywhere; the slug and the dotted form are other spellings of the same name.
struct Permission {
  Uuid id;  // for the catalogue's own: made from the scope, so that it is the same after every start
  std::string scope, slug;
  std::string service, resource, verb;
  std::string title;
  std::optional<std::string> description;
  Risk risk = Risk::kLow;
  std::vector<std::string> implies;  // scopes, direct ones
  bool is_builtin = true;            // of the catalogue file; otherwise made through the API
  Timestamp created_at, updated_at;
};


// Every permission there is, and what each implies. Immutable; shared freely between threads.
class Catalogue {
 public:
  // Fails, naming the permission, where one stands twice, implies an unknown one or implies itself.
  static Result<std::shared_ptr<const Catalogue>> make(std::vector<Permission> permissions);

  // Any spelling. Null where there is none. The pointer lives as long as the catalogue.
  const Permission* find(std::string_view spelling) const;
  const Permission* find(const Uuid& id) const;

  const std::vector<Permission>& all() const { return permissions_; }  // sorted by scope

  // The scopes given and everything they imply, sorted, without repeats. Unknown ones are left out: a role
  // may hold a permission that a later catalogue no longer has.
  std::vector<std::string> effective(const std::vector<std::string>& scopes) const;

  // The highest risk among effective(scopes).
  Risk risk(const std::vector<std::string>& scopes) const;

  // Of a word that is no permission: the known scope nearest to it.
  std::optional<std::string> nearest_scope(std::string_view word) const;

 private:
  std::vector<Permission> permissions_;
  std::map<std::string, std::size_t, std::less<>> by_spelling_;
  std::map<Uuid, std::size_t> by_id_;
  std::vector<std::vector<std::size_t>> closure_;  // per permission: itself and all implied, sorted
};

// Those made through the API, in the store.
Result<std::vector<Permission>> list_stored_permissions(const store::ReadTxn&);
Result<void> put_permission(store::WriteTxn&, const Permission&);

}  // namespace domain
