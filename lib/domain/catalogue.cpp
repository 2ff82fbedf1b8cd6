// A set of permissions is a bit for each, by its place in the sorted catalogue; what a permission gives is
// such a set, itself and all that it implies, worked out once: each permission whose implied ones are all
// done takes their sets together. Round by round that does every one that stands in no circle.
//
//   administer > manage > get      round 1: get; 2: manage = {manage, get}; 3: administer = all three
//
// Deciding then costs an `or` of a few words. Sets of two catalogues have nothing to do with each other, and
// a name that the catalogue doesn't have gives nothing.
#include "domain/catalogue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/nearest.h"
#include "base/text.h"
#include "domain/index.h"
#include "names/permission_name.h"
#include "names/permission_pattern.h"

namespace domain {
namespace {

base::Error refuse(const Permission& permission, const std::string& what) {
  return {base::ErrorCode::kInvalid, "permission " + permission.scope + ": " + what};
}

}  // namespace

bool PermissionSet::empty() const {
  return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
}

std::size_t PermissionSet::size() const {
  std::size_t count = 0;
  for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

bool PermissionSet::includes(const PermissionSet& other) const {
  for (std::size_t i = 0; i < other.words_.size(); ++i)
    if ((other.words_[i] & ~(i < words_.size() ? words_[i] : 0)) != 0) return false;
  return true;
}

void PermissionSet::add(std::size_t place) {
  if (words_.size() <= place / 64) words_.resize(place / 64 + 1);
  words_[place / 64] |= std::uint64_t{1} << place % 64;
}

void PermissionSet::add(const PermissionSet& other) {
  if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
  for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
}

void PermissionSet::keep(const PermissionSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= i < other.words_.size() ? other.words_[i] : 0;
}

void PermissionSet::remove(const PermissionSet& other) {
  for (std::size_t i = 0; i < std::min(words_.size(), other.words_.size()); ++i)
    words_[i] &= ~other.words_[i];
}

base::Result<std::shared_ptr<const Catalogue>> Catalogue::make(std::vector<Permission> permissions) {
  const auto made = std::make_shared<Catalogue>();
  std::sort(permissions.begin(), permissions.end(),
            [](const Permission& left, const Permission& right) { return left.scope < right.scope; });
  made->permissions_ = std::move(permissions);
  for (std::size_t place = 0; place < made->permissions_.size(); ++place) {
    const Permission& permission = made->permissions_[place];
    const auto name = names::parse_permission_name(permission.scope);
    if (!name.ok()) return name.error();
    if (name->to_scope() != permission.scope) return refuse(permission, "not spelled as " + name->to_scope());
    if (!made->by_spelling_.emplace(fold_case(permission.scope), place).second)
      return refuse(permission, "stands twice");
    made->by_spelling_.emplace(fold_case(name->service + "/" + name->resource + ":" + name->verb), place);
    made->by_spelling_.emplace(fold_case(name->to_slug()), place);
    made->by_spelling_.emplace(fold_case(name->to_dotted()), place);
    made->by_id_.emplace(permission.id, place);
  }
  for (std::size_t place = 0; place < made->permissions_.size(); ++place) made->expand(place);
  if (auto closed = made->close(); !closed.ok()) return closed.error();
  return std::shared_ptr<const Catalogue>(made);
}

// A pattern stands for the others that it covers.
void Catalogue::expand(std::size_t place) {
  Permission& permission = permissions_[place];
  for (const std::string& text : permission.implied_patterns) {
    const auto pattern = names::parse_permission_pattern(text);
    if (!pattern) continue;
    std::vector<bool> there(permissions_.size());
    there[place] = true;
    for (const std::string& spelling : permission.implies)
      if (const auto other = place_of(spelling)) there[*other] = true;
    for (std::size_t other = 0; other < permissions_.size(); ++other) {
      const Permission& p = permissions_[other];
      if (!there[other] && pattern->covers({p.service, p.resource, p.verb}))
        permission.implies.push_back(p.scope);
    }
  }
  if (!permission.implied_patterns.empty()) std::sort(permission.implies.begin(), permission.implies.end());
}

// Works out closure_: repeatedly takes those permissions whose implied ones are all done. What is never done
// stands in a circle, or implies one that does.
base::Result<void> Catalogue::close() {
  std::vector<std::vector<std::size_t>> implied(permissions_.size());
  for (std::size_t place = 0; place < permissions_.size(); ++place) {
    for (const std::string& spelling : permissions_[place].implies) {
      const auto other = place_of(spelling);
      if (!other) return refuse(permissions_[place], "implies " + spelling + ", which does not exist");
      implied[place].push_back(*other);
    }
  }
  closure_.resize(permissions_.size());
  std::vector<bool> done(permissions_.size());
  for (bool progress = true; progress;) {
    progress = false;
    for (std::size_t place = 0; place < permissions_.size(); ++place) {
      const auto& others = implied[place];
      if (done[place] ||
          !std::all_of(others.begin(), others.end(), [&](std::size_t other) { return done[other]; }))
        continue;
      closure_[place].add(place);
      for (const std::size_t other : others) closure_[place].add(closure_[other]);
      done[place] = progress = true;
    }
  }
  const auto stuck = std::find(done.begin(), done.end(), false);
  if (stuck == done.end()) return {};
  return refuse(permissions_[static_cast<std::size_t>(stuck - done.begin())],
                "implies itself through others");
}

// Every spelling ends with the verb, which alone may have capital letters; so what is found in lower case is
// it if what stands before the verb is in lower case already. Texts that are no permission cost no more: who
// makes requests may send a thousand of them.
std::optional<std::size_t> Catalogue::place_of(std::string_view spelling) const {
  std::array<char, names::kMaxPermissionName> lower;
  if (spelling.size() > lower.size()) return std::nullopt;
  std::transform(spelling.begin(), spelling.end(), lower.begin(), [](char c) { return base::to_lower(c); });
  const std::string_view folded(lower.data(), spelling.size());
  const auto found = by_spelling_.find(folded);
  if (found == by_spelling_.end()) return std::nullopt;
  const std::string& scope = permissions_[found->second].scope;
  const std::size_t before_verb = spelling.size() - (scope.size() - scope.rfind(':') - 1);
  if (spelling.substr(0, before_verb) != folded.substr(0, before_verb)) return std::nullopt;
  return found->second;
}

const Permission* Catalogue::find(std::string_view spelling) const {
  const auto place = place_of(spelling);
  return place ? &permissions_[*place] : nullptr;
}

const Permission* Catalogue::find(const PermissionId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &permissions_[found->second];
}

void Catalogue::add_effective(PermissionSet& set, std::string_view scope) const {
  if (const auto place = place_of(scope)) set.add(closure_[*place]);
}

PermissionSet Catalogue::effective_set(const std::vector<std::string>& scopes) const {
  PermissionSet set;
  for (const std::string& scope : scopes) add_effective(set, scope);
  return set;
}

std::vector<std::string> Catalogue::scopes_of(const PermissionSet& set) const {
  std::vector<std::string> scopes;
  scopes.reserve(set.size());
  set.each([&](std::size_t place) { scopes.push_back(permissions_[place].scope); });
  return scopes;
}

names::Risk Catalogue::risk_of(const PermissionSet& set) const {
  names::Risk highest = names::Risk::kLow;
  set.each([&](std::size_t place) { highest = std::max(highest, permissions_[place].risk); });
  return highest;
}

std::vector<std::string> Catalogue::effective(const std::vector<std::string>& scopes) const {
  return scopes_of(effective_set(scopes));
}

names::Risk Catalogue::risk(const std::vector<std::string>& scopes) const {
  return risk_of(effective_set(scopes));
}

std::optional<std::string> Catalogue::nearest_scope(std::string_view word, std::size_t most_pairs) const {
  std::vector<std::string> known;
  known.reserve(permissions_.size());
  for (const Permission& permission : permissions_) known.push_back(permission.scope);
  return base::nearest(word, known, most_pairs);
}

}  // namespace domain
