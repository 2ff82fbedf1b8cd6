#pragma once
#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"

namespace domain {

// The id of one noun: a uuid that can't be taken for another noun's. It may stand where any uuid may, in a
// key or a text; a uuid becomes an id only by name, UserId(uuid), where it is known what it names. A default
// one is nil, which no object has.
template <class Noun>
class Id {
 public:
  constexpr Id() = default;
  explicit constexpr Id(const base::Uuid& uuid) : uuid_(uuid) {}
  template <class Other>
  explicit Id(const Id<Other>&) = delete;

  // As base::Uuid's.
  static std::optional<Id> parse(std::string_view text) {
    const auto uuid = base::Uuid::parse(text);
    return uuid ? std::optional(Id(*uuid)) : std::nullopt;
  }
  static Id from_raw(std::string_view raw) { return Id(base::Uuid::from_raw(raw)); }

  constexpr const base::Uuid& uuid() const { return uuid_; }
  constexpr operator const base::Uuid&() const { return uuid_; }

  bool is_nil() const { return uuid_.is_nil(); }
  std::string to_string() const { return uuid_.to_string(); }
  std::string_view raw() const { return uuid_.raw(); }

  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  base::Uuid uuid_;
};

using TenantId = Id<struct TenantNoun>;
using PermissionId = Id<struct PermissionNoun>;
using RoleId = Id<struct RoleNoun>;
using GroupId = Id<struct GroupNoun>;
using UserId = Id<struct UserNoun>;
using ServiceUserId = Id<struct ServiceUserNoun>;
using MappingId = Id<struct MappingNoun>;
using CredentialId = Id<struct CredentialNoun>;
using AuditEntryId = Id<struct AuditEntryNoun>;
using PolicyId = Id<struct PolicyNoun>;
using RuleId = Id<struct RuleNoun>;
using ProjectId = Id<struct ProjectNoun>;
using GrantId = Id<struct GrantNoun>;
using PolicyTestId = Id<struct PolicyTestNoun>;
using SessionId = Id<struct SessionNoun>;

}  // namespace domain

template <class Noun>
struct std::hash<domain::Id<Noun>> {
  std::size_t operator()(const domain::Id<Noun>& id) const noexcept {
    return std::hash<base::Uuid>()(id.uuid());
  }
};
