#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/service.h"
#include "authz/decision.h"
#include "crypto/random.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "store/store.h"

// Ends the benchmark: what it needs doesn't work.
[[noreturn]] inline void stop(const std::string& why) {
  std::fprintf(stderr, "bench-decide: %s\n", why.c_str());
  std::exit(1);
}

template <typename R>
void check(const R& result) {
  if (!result.ok()) stop(result.error().message);
}
template <typename R>
auto value_of(R result) {
  check(result);
  return std::move(result).value();
}

// A server's store and service without its HTTP, with one tenant, whose things are put into the store as they
// are: a million calls would take longer than what is measured.
class Tenant {
 public:
  // In a folder that isn't there yet, which is removed afterwards. Changes aren't synced.
  explicit Tenant(const std::string& dir);
  ~Tenant();
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  // n people, of whom each tenth is in a group of ten; n documents, ten to a folder; and n mappings: each
  // person is viewer of the folder that has the same number as their group.
  void fill(std::size_t n);

  // A policy whose rules permit what nobody does, each another action; the ten last of them are about
  // reading.
  domain::PolicyId add_policy(std::size_t rules);

  domain::EntityName person(std::size_t i) const { return {"user", people_[i].to_string()}; }
  static domain::EntityName document(std::size_t i) { return {"Document", "d" + std::to_string(i)}; }

  // Calls fn on a snapshot, as the tenant's key.
  void read(const std::function<void(const api::Read&)>& fn);

  // One change, by the server itself.
  void change(const std::function<api::Outcome<void>(api::Change&)>& fn);

  const domain::TenantId& id() const { return id_; }

 private:
  template <typename Fn>
  void write_all(std::size_t n, const Fn& fn);
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
  domain::RoleId viewer_;
  std::vector<domain::UserId> people_;
};

// The median, the tenth and the ninetieth percentile of these microseconds, as "12.3 [11.9, 14.0]".
std::string spread_of(std::vector<double> samples);
