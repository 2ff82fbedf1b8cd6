#include "api/parts/propose.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "authz/entities.h"

namespace api {
namespace {

std::vector<std::string> without(const std::vector<std::string>& scopes,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::set_difference(scopes.begin(), scopes.end(), others.begin(), others.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

Proposal& Proposal::text(const char* name, std::string_view value) {
  fields_.emplace_back(name, cedar::Value(value));
  return *this;
}

Proposal& Proposal::text_if(const char* name, const std::optional<std::string>& value) {
  return value ? text(name, std::string_view(*value)) : *this;
}

Proposal& Proposal::time(const char* name, const std::optional<base::Timestamp>& value) {
  if (value) fields_.emplace_back(name, cedar::Value(cedar::Datetime{value->ms}));
  return *this;
}

Proposal& Proposal::texts(const char* name, const std::vector<std::string>& value) {
  fields_.emplace_back(name, authz::string_set(value));
  return *this;
}

Proposal& Proposal::flag(const char* name, bool value) {
  fields_.emplace_back(name, cedar::Value(value));
  return *this;
}

Proposal& Proposal::number(const char* name, std::int64_t value) {
  fields_.emplace_back(name, cedar::Value(value));
  return *this;
}

Proposal& Proposal::limits(const char* name, const domain::OwnLimits& value) {
  std::vector<cedar::Record::Field> limits;
  for (const domain::Quota quota : domain::kAllQuotas)
    if (const auto limit = value[quota])
      limits.emplace_back(std::string(name_of(quota)), cedar::Value(static_cast<std::int64_t>(*limit)));
  fields_.emplace_back(name, cedar::Value(cedar::Record(std::move(limits))));
  return *this;
}

Proposal& Proposal::entity(const char* name, cedar::EntityUid value) {
  fields_.emplace_back(name, cedar::Value(std::move(value)));
  return *this;
}

Proposal& Proposal::gives(const domain::Catalogue& catalogue, const std::vector<std::string>& scopes) {
  texts("scopes", catalogue.effective(scopes));
  return text("level", name_of(catalogue.risk(scopes)));
}

cedar::Record Proposal::take() {
  return cedar::Record(std::move(fields_));
}

Proposal& propose_scopes(Proposal& proposal, const domain::Catalogue& catalogue,
                         const std::vector<std::string>& scopes, const std::vector<std::string>& before) {
  const auto now = catalogue.effective(scopes);
  const auto then = catalogue.effective(before);
  proposal.texts("scopes", now).texts("added", without(now, then)).texts("removed", without(then, now));
  return proposal.text("level", name_of(catalogue.risk(scopes)));
}

}  // namespace api
