#include "api/parts/taken_names.h"

#include <string>
#include <utility>

#include "api/parts/checks.h"
#include "base/text.h"
#include "base/utf8.h"
#include "names/characters.h"
#include "names/look.h"

namespace api {
namespace {

struct Given {
  std::string_view pointer, noun;
  const std::string& name;
};

// A stored name, which may be from before anything was refused.
std::string shown(const std::string& name) {
  return in_backticks(names::shown(base::utf8::replace_invalid(name)));
}

// `a` is another group's, whose name is `b` where it is written otherwise.
Error taken(const Given& given, const std::string& other) {
  std::string message = in_backticks(given.name) + " is another " + std::string(given.noun) + "'s";
  if (base::to_lower(other) != base::to_lower(given.name)) message += ", written " + shown(other);
  return invalid(Code::kAlreadyExists, {{std::string(given.pointer), std::move(message)}});
}

Error taken_for(const Given& given, const std::string& other) {
  return invalid(Code::kAlreadyExists,
                 {{std::string(given.pointer), in_backticks(given.name) + " mixes scripts and looks like " +
                                                   shown(other) + ", which is another " +
                                                   std::string(given.noun) + "'s"}});
}

}  // namespace

Outcome<void> check_name_is_free(const Read& read, const domain::Group& self) {
  const Given given{"/name", "group", self.name};
  const auto same = stored(domain::find_group_by_name(read.txn, self.tenant, self.name));
  if (!same.ok()) return same.error();
  if (same.value() && same.value()->id != self.id) return taken(given, same.value()->name);
  if (!names::mixes_scripts(self.name)) return {};
  const auto alike = stored(domain::find_group_taken_for(read.txn, self));
  if (!alike.ok()) return alike.error();
  if (alike.value()) return taken_for(given, alike.value()->name);
  return {};
}

Outcome<void> check_email_is_free(const Read& read, const domain::User& self) {
  const Given given{"/email", "user", self.email};
  const auto same = stored(domain::find_user_by_email(read.txn, self.tenant, self.email));
  if (!same.ok()) return same.error();
  if (same.value() && same.value()->id != self.id) return taken(given, same.value()->email);
  if (!names::mixes_scripts(self.email)) return {};
  const auto alike = stored(domain::find_user_taken_for(read.txn, self));
  if (!alike.ok()) return alike.error();
  if (alike.value()) return taken_for(given, alike.value()->email);
  return {};
}

}  // namespace api
