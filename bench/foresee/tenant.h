#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/service.h"
#include "bench/empty_tenant.h"
#include "domain/entity_name.h"
#include "domain/ids.h"

// A tenant with people who hold roles by themselves and through groups, and policies.
class Tenant : public EmptyTenant {
 public:
  explicit Tenant(const std::string& dir);

  // n people, each of whom has the role `staff` by a mapping of their own, is in a group of ten and in the
  // group of all. Each tenth group of ten has the role `editor`; that of all has `everyone`. And a document.
  void fill(std::size_t n);

  // In policies of 1,000 rules at most, of which ten are about reading, and the others about something else.
  void add_rules(std::size_t n);

  domain::EntityName person(std::size_t i) const { return {"user", people_[i].to_string()}; }
  const domain::UserId& user(std::size_t i) const { return people_[i]; }
  std::size_t size() const { return people_.size(); }
  const domain::GroupId& first_group() const { return groups_.front(); }

  // The changes first to last, many in one commit, and waits for them.
  void change_all(std::size_t first, std::size_t last,
                  const std::function<api::ChangeFunction(std::size_t)>& make);

 private:
  void make_role(const std::string& slug, const std::vector<std::string>& scopes);
  base::Result<void> put_group(store::WriteTxn&, const std::string& name);
  base::Result<void> map(store::WriteTxn&, const domain::Principal&, std::string_view role);
  domain::RoleId role(std::string_view slug);

  std::vector<std::pair<std::string, domain::RoleId>> roles_;
  std::vector<domain::UserId> people_;
  std::vector<domain::GroupId> groups_;
};
