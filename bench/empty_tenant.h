#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "api/service.h"
#include "bench/checked.h"
#include "crypto/random.h"
#include "domain/ids.h"
#include "store/store.h"

// A server's store and service without its HTTP, with one tenant that has nothing yet but a key: its things
// are put into the store as they are, since a million calls would take longer than what is measured.
class EmptyTenant {
 public:
  // In a folder that isn't there yet, which is removed afterwards. Changes aren't synced.
  explicit EmptyTenant(const std::string& dir);
  EmptyTenant(const EmptyTenant&) = delete;
  EmptyTenant& operator=(const EmptyTenant&) = delete;

  const domain::TenantId& id() const { return id_; }
  api::Service& service() { return *service_; }

  // Calls fn on a snapshot, as the tenant's key.
  void read(const std::function<void(const api::Read&)>& fn);

  // One change, by the server itself.
  void change(const api::ChangeFunction& fn);

 protected:
  ~EmptyTenant();

  // Calls fn for each of n things, many in one transaction.
  void write_all(std::size_t n, const std::function<base::Result<void>(store::WriteTxn&, std::size_t)>& fn);

  template <class Id>
  Id make_id() {
    return Id(random_.uuid(clock_.now()));
  }

 private:
  const std::string dir_;
  const base::SystemClock clock_;
  crypto::SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<api::Service> service_;
  std::string key_;
  domain::TenantId id_;
};
