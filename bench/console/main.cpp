// What the console asks of a tenant that many people are in. See README.md.
//
//   bench-console measure DIR PEOPLE MAPPINGS       in a folder that isn't there yet
//   bench-console fill DIR SLUG PEOPLE MAPPINGS     puts them into that tenant of a store that no server
//   serves
#include <cstdlib>
#include <string>

#include "api/access_map.h"
#include "api/name_search.h"
#include "api/overview.h"
#include "api/roles.h"
#include "api/users.h"
#include "base/log.h"
#include "bench/checked.h"
#include "bench/console/crowd.h"
#include "bench/empty_tenant.h"
#include "bench/foresee/measure.h"
#include "domain/tenant.h"

namespace {

constexpr int kRounds = 9;
constexpr std::size_t kTogether = 2'000;  // puts in one transaction

class CrowdedTenant : public EmptyTenant {
 public:
  CrowdedTenant(const std::string& dir, const CrowdSize& size) : EmptyTenant(dir) {
    fill([this](std::size_t n, const auto& fn) { write_all(n, fn); }, id(), base::SystemClock().now(), size);
  }
};

void print_measured(const std::string& dir, const CrowdSize& size) {
  CrowdedTenant tenant(dir, size);
  print_heading("people, and as many mappings as they were given");
  const auto row = [&](const char* what, const char* goal, const auto& ask) {
    print_row({what, size.people, goal}, measure(kRounds, [&] { tenant.read(ask); }));
  };
  // Each part has some milliseconds, in which other programs may have their turn.
  bool is_exact = false;
  row("overview", "25", [&](const api::Read& read) {
    const api::Overview all = value_of(api::get_overview(read, tenant.id()));
    is_exact = is_exact || (all.people == size.people && all.roles.are_all && all.mappings.are_exact);
  });
  if (!is_exact) stop("the overview was never exact");
  for (const char* const typed : {"lovelace", "a", "ada", "lovelace 9"})
    row((std::string("search by name: ") + typed).c_str(), "5", [&](const api::Read& read) {
      if (value_of(api::search_names(read, tenant.id(), typed)).hits.empty()) stop("nobody was found");
    });
  row("people whose name begins with ada", "25", [&](const api::Read& read) {
    value_of(api::search_users(read, tenant.id(), "ada", {250, ""}));
  });
  row("250 people", "25", [&](const api::Read& read) {
    value_of(api::list_users(read, tenant.id(), {250, ""}));
  });
  row("roles, with who holds them", "25", [&](const api::Read& read) {
    value_of(api::list_roles(read, tenant.id(), api::RoleSet::kAll, {250, ""}));
  });
  for (const auto columns : {api::MapColumns::kRoles, api::MapColumns::kScopes})
    row(columns == api::MapColumns::kRoles ? "access map, people by roles"
                                           : "access map, people by permissions",
        "25", [&](const api::Read& read) {
          value_of(api::read_access_map(read, tenant.id(), api::MapRows::kUsers, columns, {250, ""}));
        });
  row("access map, groups by permissions", "25", [&](const api::Read& read) {
    value_of(
        api::read_access_map(read, tenant.id(), api::MapRows::kGroups, api::MapColumns::kScopes, {250, ""}));
  });
}

void fill_store(const std::string& dir, const std::string& slug, const CrowdSize& size) {
  store::StoreOptions options;
  options.dir = dir;
  options.sync = false;
  const auto store = value_of(store::Store::open(options));
  const auto tenant = value_of(domain::find_tenant_by_slug(value_of(store->read()), slug));
  if (!tenant) stop(dir + ": has no tenant " + slug);
  const WriteAll write = [&](std::size_t n, const auto& fn) {
    for (std::size_t begin = 0; begin < n; begin += kTogether)
      check(store->write([&](store::WriteTxn& txn) -> base::Result<void> {
        for (std::size_t i = begin; i < n && i < begin + kTogether; ++i)
          if (auto put = fn(txn, i); !put.ok()) return put;
        return {};
      }));
  };
  fill(write, tenant->id, base::SystemClock().now(), size);
}

}  // namespace

int main(int argc, char** argv) {
  base::logging::configure(base::logging::Level::kWarn, base::logging::Format::kText);
  const std::string mode = argc > 1 ? argv[1] : "";
  const auto number = [&](int at) { return std::strtoul(argv[at], nullptr, 10); };
  if (mode == "measure" && argc == 5)
    print_measured(argv[2], {number(3), number(4)});
  else if (mode == "fill" && argc == 6)
    fill_store(argv[2], argv[3], {number(4), number(5)});
  else
    stop("usage: bench-console measure DIR PEOPLE MAPPINGS | fill DIR SLUG PEOPLE MAPPINGS");
  return 0;
}
