#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/service.h"
#include "crypto/random.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "store/store.h"

// A server's store and service without its HTTP, with one tenant, whose things are put into the store as they
// are: a million calls would take longer than what is measured.
class Tenant {
 public:
  // In a folder that isn't there yet, which is removed afterwards. Changes aren't synced.
  explicit Tenant(const std::string& dir);
  ~Tenant();
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  // n people, each of whom has the role `staff` by a mapping of their own, is in a group of ten and in the
  // group of all. Each tenth group of ten has the role `editor`; that of all has `everyone`. And a document.
  void fill(std::size_t n);

  // In policies of 1,000 rules at most, of which ten are about reading, and the others about something else.
  void add_rules(std::size_t n);

  domain::EntityName person(std::size_t i) const { return {"user", people_[i].to_string()}; }
  const domain::UserId& user(std::size_t i) const { return people_[i]; }
  std::size_t size() const { return people_.size(); }
  const domain::GroupId& first_group() const { return groups_.front(); }
  const domain::TenantId& id() const { return id_; }

  // Calls fn on a snapshot, as the tenant's key.
  void read(const std::function<void(const api::Read&)>& fn);

  // One change, by the server itself.
  void change(const api::ChangeFunction& fn);

  // The changes first to last, many in one commit, and waits for them.
  void change_all(std::size_t first, std::size_t last,
                  const std::function<api::ChangeFunction(std::size_t)>& make);

  api::Service& service() { return *service_; }

 private:
  template <typename Fn>
  void write_all(std::size_t n, const Fn& fn);
  void make_role(const std::string& slug, const std::vector<std::string>& scopes);
  base::Result<void> put_group(store::WriteTxn&, const std::string& name);
  base::Result<void> map(store::WriteTxn&, const domain::Principal&, std::string_view role);
  domain::RoleId role(std::string_view slug);
  template <class Id>
  Id make_id() {
    return Id(random_.uuid(clock_.now()));
  }

  const std::string dir_;
  const base::SystemClock clock_;
  crypto::SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<api::Service> service_;
  std::string key_;
  domain::TenantId id_;
  std::vector<std::pair<std::string, domain::RoleId>> roles_;
  std::vector<domain::UserId> people_;
  std::vector<domain::GroupId> groups_;
};
