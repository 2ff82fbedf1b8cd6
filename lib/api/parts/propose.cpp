#include "api/parts/propose.h"

#include <utility>

#include "authz/entities.h"

namespace api {
namespace {

constexpr std::size_t kUsual = 10;  // fields; saves four steps of growing to it

// The fields, with room for as many as a proposal usually has.
std::vector<cedar::Record::Field>& with_room(std::vector<cedar::Record::Field>& fields) {
  if (fields.empty()) fields.reserve(kUsual);
  return fields;
}

}  // namespace

Gift gift_of(const domain::Catalogue& catalogue, const std::vector<std::string>& scopes) {
  const domain::PermissionSet given = catalogue.effective_set(scopes);
  return {authz::string_set(catalogue.scopes_of(given)), cedar::Value(name_of(catalogue.risk_of(given)))};
}

Proposal& Proposal::text(const char* name, std::string_view value) {
  with_room(fields_).emplace_back(name, cedar::Value(value));
  return *this;
}

Proposal& Proposal::text_if(const char* name, const std::optional<std::string>& value) {
  return value ? text(name, std::string_view(*value)) : *this;
}

Proposal& Proposal::time(const char* name, const std::optional<base::Timestamp>& value) {
  if (value) with_room(fields_).emplace_back(name, cedar::Value(cedar::Datetime{value->ms}));
  return *this;
}

Proposal& Proposal::texts(const char* name, const std::vector<std::string>& value) {
  with_room(fields_).emplace_back(name, authz::string_set(value));
  return *this;
}

Proposal& Proposal::flag(const char* name, bool value) {
  with_room(fields_).emplace_back(name, cedar::Value(value));
  return *this;
}

Proposal& Proposal::number(const char* name, std::int64_t value) {
  with_room(fields_).emplace_back(name, cedar::Value(value));
  return *this;
}

Proposal& Proposal::limits(const char* name, const domain::OwnLimits& value) {
  std::vector<cedar::Record::Field> limits;
  for (const domain::Quota quota : domain::kAllQuotas)
    if (const auto limit = value[quota])
      limits.emplace_back(std::string(name_of(quota)), cedar::Value(static_cast<std::int64_t>(*limit)));
  with_room(fields_).emplace_back(name, cedar::Value(cedar::Record(std::move(limits))));
  return *this;
}

Proposal& Proposal::entity(const char* name, cedar::EntityUid value) {
  with_room(fields_).emplace_back(name, cedar::Value(std::move(value)));
  return *this;
}

Proposal& Proposal::gives(const Gift& gift) {
  with_room(fields_).emplace_back("scopes", gift.scopes);
  fields_.emplace_back("level", gift.level);
  return *this;
}

cedar::Record Proposal::take() {
  return cedar::Record(std::move(fields_));
}

Proposal& propose_scopes(Proposal& proposal, const domain::Catalogue& catalogue,
                         const std::vector<std::string>& scopes, const std::vector<std::string>& before) {
  const domain::PermissionSet now = catalogue.effective_set(scopes), then = catalogue.effective_set(before);
  domain::PermissionSet added = now, removed = then;
  added.remove(then);
  removed.remove(now);
  proposal.texts("scopes", catalogue.scopes_of(now))
      .texts("added", catalogue.scopes_of(added))
      .texts("removed", catalogue.scopes_of(removed));
  return proposal.text("level", name_of(catalogue.risk_of(now)));
}

}  // namespace api
