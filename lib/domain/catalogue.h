#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/keyed_hash.h"
#include "base/result.h"
#include "domain/ids.h"
#include "domain/permission.h"
#include "names/risk.h"

namespace domain {

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

// Every permission there is, wherever it came from, and what each implies. Immutable; shared freely between
// threads.
class Catalogue : public std::enable_shared_from_this<Catalogue> {
 public:
  // Fails, naming the permission, where a scope is malformed or given twice (case ignored), where a
  // permission implies an unknown one, or itself through others.
  static base::Result<std::shared_ptr<const Catalogue>> make(std::vector<Permission> permissions);

  // Any spelling, whatever its verb's case. Null where there is none. The pointer lives as long as the
  // catalogue.
  const Permission* find(std::string_view spelling) const;
  const Permission* find(const PermissionId& id) const;

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
  PermissionSet effective_set(const std::vector<std::string>& scopes) const;  // of all of them

  // The place's permission and everything it implies. REQUIRES: place < all().size()
  const PermissionSet& closure(std::size_t place) const { return closure_[place]; }

  std::vector<std::string> scopes_of(const PermissionSet&) const;  // sorted
  names::Risk risk_of(const PermissionSet&) const;

 private:
  void expand(std::size_t place);
  base::Result<void> close();

  std::vector<Permission> permissions_;
  std::unordered_map<std::string, std::size_t, base::KeyedHash, std::equal_to<>>
      by_spelling_;  // in lower case
  std::map<PermissionId, std::size_t> by_id_;
  std::vector<PermissionSet> closure_;
};

}  // namespace domain
