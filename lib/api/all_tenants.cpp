// A list goes from tenant to tenant, and a place in it is a tenant's id and an object's:
//
//   cursor "0197a…:0197b…"     the rest of tenant 0197a…, behind 0197b…; then the tenants behind 0197a…
//
// Each tenant that is come to counts as a row that is looked at, so that many without anything to show cost
// no page more than it may. Tenants that are being deleted are none any more.
#include "api/all_tenants.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/paging.h"

namespace api {
namespace {

struct Place {
  domain::TenantId tenant;
  base::Uuid id;  // nil: before all that the tenant has
};

Outcome<std::optional<Place>> place_of(const PageRequest& page) {
  if (page.after.empty()) return std::optional<Place>();
  const std::string_view text = page.after;
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto tenant = domain::TenantId::parse(text.substr(0, colon));
  const auto id = base::Uuid::parse(text.substr(std::min(colon + 1, text.size())));
  if (!tenant || !id) return invalid("cursor", "is not a cursor that this list has given");
  return std::optional(Place{*tenant, *id});
}

std::string cursor_of(const domain::TenantId& tenant, const base::Uuid& id) {
  return tenant.to_string() + ":" + id.to_string();
}

template <typename Noun>
using Each = base::Result<void> (*)(const store::ReadTxn&, const domain::TenantId&, const decltype(Noun::id)*,
                                    base::FunctionRef<bool(Noun&&)>);

template <typename Noun>
class AllOf {
 public:
  AllOf(const Read& read, const AllFilter& filter, const PageRequest& page, Each<Noun> each)
      : read_(read), filter_(filter), each_(each), pager_(read, page) {}

  Outcome<Page<Noun>> run(const std::optional<Place>& from) {
    Outcome<void> done;
    if (from) {
      const auto tenant = stored(domain::get_tenant(read_.txn, from->tenant));
      if (!tenant.ok()) return tenant.error();
      if (tenant.value()) done = of_tenant(from->tenant, from->id);
    } else if (filter_.tenant) {
      done = of_tenant(*filter_.tenant, base::Uuid());
    }
    if (done.ok() && !filter_.tenant) done = of_tenants_behind(from ? &from->tenant : nullptr);
    if (!done.ok()) return done.error();
    return pager_.finish();
  }

 private:
  Outcome<void> of_tenants_behind(const domain::TenantId* after) {
    Outcome<void> outcome;
    const auto done = stored(domain::each_tenant(read_.txn, after, [&](domain::Tenant&& tenant) {
      if (pager_.has_ended() || !pager_.look()) return false;
      pager_.pass(cursor_of(tenant.id, base::Uuid()));
      outcome = of_tenant(tenant.id, base::Uuid());
      return outcome.ok() && !pager_.has_ended();
    }));
    return done.ok() ? outcome : done;
  }

  Outcome<void> of_tenant(const domain::TenantId& tenant, const base::Uuid& behind) {
    if (pager_.has_ended()) return {};
    const decltype(Noun::id) after(behind);
    return stored(each_(read_.txn, tenant, behind.is_nil() ? nullptr : &after, [&](Noun&& noun) {
      if (!pager_.look()) return false;
      const std::string place = cursor_of(tenant, noun.id);
      if (filter_.state && noun.state != *filter_.state) return pager_.pass(place);
      return pager_.take(place, [&] { return Outcome<Noun>(std::move(noun)); });
    }));
  }

  const Read& read_;
  const AllFilter& filter_;
  const Each<Noun> each_;
  Pager<Noun, std::string> pager_;
};

template <typename Noun>
Outcome<Page<Noun>> list_all(const Read& read, const Operation& operation, const AllFilter& filter,
                             const PageRequest& page, Each<Noun> each) {
  const auto authorized = authorize(read, on_tenant(operation, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  const auto from = place_of(page);
  if (!from.ok()) return from.error();
  return AllOf<Noun>(read, filter, page, each).run(from.value());
}

}  // namespace

Outcome<Page<domain::Project>> list_all_projects(const Read& read, const AllFilter& filter,
                                                 const PageRequest& page) {
  return list_all<domain::Project>(read, op::list_all_projects, filter, page, domain::each_project);
}

Outcome<Page<domain::Group>> list_all_groups(const Read& read, const AllFilter& filter,
                                             const PageRequest& page) {
  return list_all<domain::Group>(read, op::list_all_groups, filter, page, domain::each_group);
}

Outcome<Page<domain::ServiceUser>> list_all_service_users(const Read& read, const AllFilter& filter,
                                                          const PageRequest& page) {
  return list_all<domain::ServiceUser>(read, op::list_all_service_users, filter, page,
                                       domain::each_service_user);
}

}  // namespace api
