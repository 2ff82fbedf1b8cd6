#pragma once
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace names {

// The name of one permission: what may be done (verb) to what (resource) of which service.
//
// It has three spellings, and each is accepted wherever one is read:
//
//   scope    organization:get      billing/invoice:pay     the service `app` is left out, or written
//   slug     app_organization_get  billing_invoice_pay     always three parts
//   dotted   app.organization.get  billing.invoice.pay     always three parts
//
// A part is a lower-case letter followed by lower-case letters and digits. A verb may have capital letters
// too, but no two permissions differ in case alone. No part can hold a separator, so a text has at most one
// meaning.
struct PermissionName {
  std::string service;
  std::string resource;
  std::string verb;

  std::string to_scope() const;
  std::string to_slug() const;
  std::string to_dotted() const;

  auto operator<=>(const PermissionName&) const = default;
};

inline constexpr std::string_view kDefaultService = "app";
inline constexpr std::size_t kMaxPermissionPart = 64;  // bytes of a service, resource or verb
inline constexpr std::size_t kMaxPermissionName = 3 * kMaxPermissionPart + 2;

// Reads any spelling, of a permission that need not exist. The error says what is wrong and is safe to show:
// what it quotes of the text is cut to kMaxPermissionName bytes of valid UTF-8.
base::Result<PermissionName> parse_permission_name(std::string_view text);

// Whether the text may be a service or a resource, or a verb without capital letters.
bool is_permission_part(std::string_view text);
bool is_permission_verb(std::string_view text);

}  // namespace names
