#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "domain/ids.h"

namespace domain {

// What an id is the id of. The numbers stand in keys on disk: DO NOT CHANGE, only append.
enum class PrincipalKind : std::uint8_t {
  kUser = 1,
  kServiceUser = 2,
  kGroup = 3,     // holds mappings, never acts
  kPlatform = 4,  // a credential of the platform itself: its id is the credential's
};

std::string_view name_of(PrincipalKind);  // "user", "serviceuser", "group", "platform"
std::optional<PrincipalKind> parse_principal_kind(std::string_view name);

// The kind of a number read from a key.
std::optional<PrincipalKind> principal_kind_of(std::uint8_t number);

struct Principal {
  constexpr Principal() = default;
  constexpr Principal(const UserId& user) : kind(PrincipalKind::kUser), id(user) {}
  constexpr Principal(const ServiceUserId& user) : kind(PrincipalKind::kServiceUser), id(user) {}
  constexpr Principal(const GroupId& group) : kind(PrincipalKind::kGroup), id(group) {}

  // The platform, acting by this credential.
  static constexpr Principal platform(const CredentialId& credential) {
    return {PrincipalKind::kPlatform, credential.uuid()};
  }

  // As read, from a key or from outside. What is an id already has its kind.
  constexpr Principal(PrincipalKind what, const base::Uuid& whose) : kind(what), id(whose) {}
  template <class Noun>
  Principal(PrincipalKind, const Id<Noun>&) = delete;

  PrincipalKind kind = PrincipalKind::kUser;
  base::Uuid id;  // a UserId, ServiceUserId, GroupId or CredentialId, as the kind says

  auto operator<=>(const Principal&) const = default;
};

std::string to_string(const Principal&);  // "user:0197…", for messages

// What a mapping gives its role on. Empty: the whole tenant. Otherwise to_string() of an entity's name
// (entity_name.h), "Folder:7"; of what the directory holds, in the spelling of /v1beta1, "app/group:0197…".
// At most kMaxResourceText bytes.
using ResourceText = std::string;
constexpr std::size_t kMaxResourceText = 128 + 1 + 256;

ResourceText group_resource(const GroupId& group);        // "app/group:<uuid>"
ResourceText project_resource(const ProjectId& project);  // "app/project:<uuid>"

}  // namespace domain
