#include "domain/name_clashes.h"

#include <optional>
#include <string>

#include "base/utf8.h"
#include "domain/group.h"
#include "domain/name_index.h"
#include "domain/tenant.h"
#include "domain/user.h"
#include "names/characters.h"
#include "names/look.h"

namespace domain {
namespace {

constexpr std::size_t kMaxShown = 100;  // bytes of a name

const std::string& name_of(const Group& group) {
  return group.name;
}
const std::string& name_of(const User& user) {
  return user.email;
}

template <class Noun>
std::string described(const Noun& noun) {
  return noun.id.to_string() + " `" +
         names::shown(base::utf8::shortened(base::utf8::replace_invalid(name_of(noun)), kMaxShown)) + "`";
}

// What the name of one group or user clashes with, and how; nothing where it doesn't.
template <class Noun>
base::Result<std::optional<std::string>> clash_of(const store::ReadTxn& txn, const NameIndex& index,
                                                  const Noun& noun, auto find_same, auto find_alike) {
  const std::string kind(domain::name_of(index.kind));
  const auto clashing = is_clashing(txn, index, noun.tenant, name_of(noun), noun.id);
  if (!clashing.ok()) return clashing.error();
  if (!*clashing && !names::mixes_scripts(name_of(noun))) return {std::nullopt};
  const auto other = *clashing ? find_same(txn, noun.tenant, name_of(noun)) : find_alike(txn, noun);
  if (!other.ok()) return other.error();
  if (!*other) return {std::nullopt};
  return {kind + " " + described(noun) +
          (*clashing ? " has the name of " : " mixes scripts and looks like ") + kind + " " +
          described(**other) + ", in tenant " + noun.tenant.to_string()};
}

class Teller {
 public:
  explicit Teller(base::FunctionRef<bool(std::string_view)> tell) : tell_(tell) {}

  std::uint64_t count() const { return count_; }
  const base::Result<void>& outcome() const { return outcome_; }

  // False where it can't go on.
  bool take(const base::Result<std::optional<std::string>>& clash) {
    if (!clash.ok()) {
      outcome_ = clash.error();
    } else if (*clash) {
      ++count_;
      if (more_) more_ = tell_(**clash);
    }
    return outcome_.ok();
  }

 private:
  const base::FunctionRef<bool(std::string_view)> tell_;
  std::uint64_t count_ = 0;
  bool more_ = true;
  base::Result<void> outcome_;
};

base::Result<void> clashes_in(const store::ReadTxn& txn, const TenantId& tenant, Teller& teller) {
  const auto groups = each_group(txn, tenant, nullptr, [&](Group&& group) {
    return teller.take(clash_of(txn, kGroupNames, group, find_group_by_name, find_group_taken_for));
  });
  if (!groups.ok() || !teller.outcome().ok()) return groups.ok() ? teller.outcome() : groups;
  const auto users = each_user(txn, tenant, nullptr, [&](User&& user) {
    return teller.take(clash_of(txn, kUserEmails, user, find_user_by_email, find_user_taken_for));
  });
  return users.ok() ? teller.outcome() : users;
}

}  // namespace

base::Result<std::uint64_t> name_clashes(const store::ReadTxn& txn,
                                         base::FunctionRef<bool(std::string_view)> tell) {
  Teller teller(tell);
  base::Result<void> outcome;
  const auto tenants = each_tenant(txn, nullptr, [&](Tenant&& tenant) {
    outcome = clashes_in(txn, tenant.id, teller);
    return outcome.ok();
  });
  if (!tenants.ok()) return tenants.error();
  if (!outcome.ok()) return outcome.error();
  return teller.count();
}

}  // namespace domain
