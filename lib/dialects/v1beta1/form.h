#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/tenants.h"
#include "dialects/body.h"
#include "dialects/call.h"

namespace dialects::v1beta1 {

// The fields of a call, which stand in the body itself or, in the other form that callers know, under its
// member `body`.
struct Form {
  const base::Json& object;  // or something else, of which Fields say that it is none
  std::string pointer;       // of the object: "" or "/body"
};
Form form_of(const Call&);

// `metadata` as given, and the description that it may hold, which Reeve keeps apart.
struct Metadata {
  base::Json rest{base::Json::Object{}};
  std::optional<std::string> description;
};
Metadata read_metadata(Fields&, FieldErrors&);

// An error of lib/api in this dialect's words: {"scopes", "permissions"} makes "/permissions/1" of
// "/scopes/1". `pointer` is where the form's object stands.
struct Rename {
  std::string_view theirs, ours;
};
api::Error renamed(const api::Error&, std::span<const Rename>, std::string_view pointer);
std::optional<api::Error> renamed(const std::optional<api::Error>&, std::span<const Rename>,
                                  std::string_view pointer);

// Which organization a call names: in its path, or on older paths in the body's or the query's org_id, of the
// body also beside its other fields. Empty: none, which means the caller's own.
std::string organization_of(const Call&);

// The same; nothing of a call that takes no organization.
std::optional<std::string> named_organization(const Call&);

// Notes an org_id in the body that is no text.
void check_organization(const Call&, FieldErrors&);

// That organization, if the caller may see it, else kNotFound; kInvalidInput where a caller of the platform
// names none.
api::Outcome<domain::Tenant> find_organization(const api::Read&, const std::string& named);

// The same for a call about one service user, which may name none: it is then found by its id.
api::Outcome<domain::Owner> find_organization_of(const api::Read&, const std::string& named,
                                                 const domain::ServiceUserId& service_user);

}  // namespace dialects::v1beta1
