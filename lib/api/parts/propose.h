#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "cedar/value.h"
#include "domain/catalogue.h"
#include "domain/quota.h"
#include "domain/role.h"

// Builds context.proposed, what guard policies see of a change; docs/guard.md lists the fields.
namespace api {

// What a change gives to others: effective scopes, and the highest risk among them. Made once, it goes into
// any number of proposals; copies share it.
struct Gift {
  cedar::Value scopes, level;
};
Gift gift_of(const domain::Catalogue&, const std::vector<std::string>& scopes);

class Proposal {
 public:
  Proposal& text(const char* name, std::string_view value);
  Proposal& text_if(const char* name, const std::optional<std::string>& value);   // absent: no field
  Proposal& time(const char* name, const std::optional<base::Timestamp>& value);  // absent: no field
  Proposal& texts(const char* name, const std::vector<std::string>& value);
  Proposal& flag(const char* name, bool value);
  Proposal& number(const char* name, std::int64_t value);
  Proposal& limits(const char* name, const domain::OwnLimits&);  // a record of those that are set
  Proposal& entity(const char* name, cedar::EntityUid value);

  // What the change would give to others, as `scopes` and `level`.
  Proposal& gives(const Gift&);
  Proposal& gives(const domain::Catalogue& catalogue, const std::vector<std::string>& scopes) {
    return gives(gift_of(catalogue, scopes));
  }

  cedar::Record take();

 private:
  std::vector<cedar::Record::Field> fields_;
};

// Of a role that is to have these scopes and had those before: `scopes`, `added`, `removed`, all effective,
// and `level`.
Proposal& propose_scopes(Proposal&, const domain::Catalogue&, const std::vector<std::string>& scopes,
                         const std::vector<std::string>& before);

}  // namespace api
