#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api_keys.h"
#include "api/group_roles.h"
#include "api/groups.h"
#include "api/members.h"
#include "api/roles.h"
#include "api/service.h"
#include "api/tenants.h"
#include "api/users.h"
#include "tests/support/manual_clock.h"
#include "tests/support/open_store.h"
#include "tests/support/seeded_random.h"
#include "tests/support/stopped_ticks.h"
#include "tests/support/temp_dir.h"

// Reeve without HTTP: a real store, the shipped catalogue, system roles and guard policies, a clock that
// stands still, and two tenants, Acme and Globex.
class ApiWorld {
 public:
  // `ticks` outlive it: those by which work takes its time, which is none unless a test says so.
  explicit ApiWorld(const base::MonotonicClock& ticks = kStoppedTicks);
  ApiWorld(const ApiWorld&) = delete;
  ApiWorld& operator=(const ApiWorld&) = delete;

  api::Service& service() { return *service_; }
  ManualClock& clock() { return clock_; }
  base::Timestamp now() const { return clock_.now(); }

  const domain::TenantId& acme() const { return acme_; }
  const domain::TenantId& globex() const { return globex_; }

  // Other guard policies from now on: the shipped ones and these.
  void add_policies(const std::string& text);

  // What every tenant may have, from now on.
  void set_quotas(const domain::QuotaLimits&);

  // Closes the store and opens it again.
  void reopen();

  // Runs an operation as the caller, on a snapshot or as a change that is committed.
  template <typename Fn>
  auto read(const api::Caller& caller, const Fn& fn) -> decltype(fn(std::declval<const api::Read&>())) {
    std::optional<decltype(fn(std::declval<const api::Read&>()))> result;
    const auto done =
        service_->read_as(caller, origin(), [&](const api::Read& read) { result.emplace(fn(read)); });
    if (!done.ok()) return done.error();
    return std::move(*result);
  }
  template <typename Fn>
  auto change(const api::Caller& caller, const Fn& fn) -> decltype(fn(std::declval<api::Change&>())) {
    std::optional<decltype(fn(std::declval<api::Change&>()))> result;
    const auto done = service_->change(caller, origin(), [&](api::Change& change) -> api::Outcome<void> {
      result.emplace(fn(change));
      if (!result->ok()) return result->error();
      return {};
    });
    if (!done.ok()) return done.error();
    return std::move(*result);
  }

  // The value of an outcome that must not be an error.
  template <typename T>
  static T must(api::Outcome<T> outcome) {
    INFO((outcome.ok() ? "" : outcome.error().message));
    REQUIRE(outcome.ok());
    return std::move(outcome).value();
  }
  static void must(api::Outcome<void> outcome) {
    INFO((outcome.ok() ? "" : outcome.error().message));
    REQUIRE(outcome.ok());
  }

  // Who calls. The scopes are those of an API key; the platform has its own.
  api::Caller platform() const { return api::Service::itself(); }
  api::Caller caller(const domain::TenantId& tenant, std::vector<std::string> scopes);
  api::Caller admin(const domain::TenantId& tenant) { return caller(tenant, {"organization:administer"}); }

  // Whoever has this token, now.
  api::Outcome<api::Caller> authenticate(std::string_view token, api::Scheme scheme = api::Scheme::kBearer,
                                         std::string_view id = {});

  // A user's credential, made in the store, since no call makes one.
  api::Caller login(const domain::TenantId& tenant, const domain::UserId& user);

  // Made as the platform.
  domain::UserId add_user(const domain::TenantId& tenant, const std::string& name);
  domain::GroupId add_group(const domain::TenantId& tenant, const std::string& name);
  void add_member(const domain::TenantId& tenant, const domain::GroupId& group,
                  const domain::Principal& member);
  void add_role(const domain::Owner& tenant, const std::string& slug, std::vector<std::string> scopes);
  void map_group(const domain::TenantId& tenant, const domain::GroupId& group, const std::string& role,
                 std::optional<base::Timestamp> valid_from = {},
                 std::optional<base::Timestamp> expires_at = {});
  void map_user(const domain::TenantId& tenant, const domain::UserId& user, std::vector<std::string> roles);

  // A mapping on one resource, made in the store.
  void map_on(const domain::TenantId& tenant, const domain::Principal&, const std::string& role,
              const std::string& resource);

 private:
  static api::Origin origin() { return {"192.0.2.1", "test"}; }
  void start(const std::string& policies);

  TempDir dir_;
  ManualClock clock_;
  SeededRandom random_;
  std::string more_policies_;
  domain::QuotaLimits quotas_ = domain::kNoLimits;
  std::unique_ptr<store::Store> store_;
  const base::MonotonicClock& ticks_;
  std::unique_ptr<api::Service> service_;
  domain::TenantId acme_, globex_;
};

// "forbidden: <message> | <pointer>: <message> | <notice>", of success "ok"; what rows of tests compare.
std::string to_text(const api::Error&);
template <typename T>
std::string to_text(const api::Outcome<T>& outcome) {
  return outcome.ok() ? "ok" : to_text(outcome.error());
}

std::string_view name_of(api::Code);
