#include "domain/catalogue.h"

#include "base/nearest.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

Permission make(const std::string& scope, Risk risk, std::vector<std::string> implies = {}) {
  auto permission = make_permission(names::parse_permission_name(scope).value());
  permission.title = scope;
  permission.risk = risk;
  permission.implies = std::move(implies);
  return permission;
}

std::shared_ptr<const Catalogue> sample() {
  auto made = Catalogue::make({
      make("organization:administer", Risk::kAdmin, {"organization:get", "app_group_administer"}),
      make("organization:get", Risk::kLow),
      make("group:administer", Risk::kHigh, {"group:get", "app.group.update"}),
      make("group:get", Risk::kLow),
      make("group:update", Risk::kMedium, {"group:get"}),
      make("billing/invoice:pay", Risk::kHigh),
  });
  REQUIRE(made.ok());
  return *made;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : " ") + text;
  return out;
}

}  // namespace

TEST_CASE("catalogue: any spelling finds it", "[domain]") {
  const auto catalogue = sample();
  struct Row {
    const char* spelling;
    const char* scope;
  };
  const Row rows[] = {
      {"organization:get", "organization:get"},
      {"app/organization:get", "organization:get"},
      {"app_organization_get", "organization:get"},
      {"app.organization.get", "organization:get"},
      {"billing/invoice:pay", "billing/invoice:pay"},
      {"billing_invoice_pay", "billing/invoice:pay"},
      {"billing.invoice.pay", "billing/invoice:pay"},
      {"invoice:pay", ""},
      {"organization:delete", ""},
      {"Organization:get", ""},
      {"organization:GET", "organization:get"},
      {"app/organization:Get", "organization:get"},
      {"app_organization_gEt", "organization:get"},
      {"app_Organization_get", ""},
      {"APP/organization:get", ""},
      {"billing.invoice.PAY", "billing/invoice:pay"},
      {"billing.Invoice.pay", ""},
      {"Billing/invoice:pay", ""},
      {"app_billing/invoice:pay", ""},
      {"organization:get ", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    INFO(row.spelling);
    const Permission* permission = catalogue->find(row.spelling);
    CHECK((permission ? permission->scope : "") == row.scope);
    if (permission) CHECK(catalogue->find(permission_id(row.scope)) == permission);
  }
  CHECK(catalogue->find(id(1)) == nullptr);
  CHECK(catalogue->find(std::string(names::kMaxPermissionName + 1, 'a')) == nullptr);
  CHECK(catalogue->nearest_scope("organisation:get", base::kMostPairs) == "organization:get");
  CHECK(catalogue->nearest_scope("zzz", base::kMostPairs) == std::nullopt);
}

TEST_CASE("catalogue: a pattern covers whatever there is besides the permission itself", "[domain]") {
  auto all = make("organization:administer", Risk::kAdmin, {"organization:get"});
  all.implied_patterns = {"*"};
  auto invoices = make("billing/invoice:manage", Risk::kHigh);
  invoices.implied_patterns = {"billing/invoice:*", "nothing"};
  const auto made = Catalogue::make({all, invoices, make("organization:get", Risk::kLow),
                                     make("billing/invoice:pay", Risk::kHigh),
                                     make("invoice:pay", Risk::kLow), make("billing/bill:pay", Risk::kLow)});
  REQUIRE(made.ok());
  const Catalogue& catalogue = **made;
  CHECK(joined(catalogue.find("organization:administer")->implies) ==
        "billing/bill:pay billing/invoice:manage billing/invoice:pay invoice:pay organization:get");
  CHECK(joined(catalogue.effective({"billing/invoice:manage"})) ==
        "billing/invoice:manage billing/invoice:pay");
  CHECK(catalogue.effective({"organization:administer"}).size() == catalogue.all().size());
  // Two that cover each other imply themselves.
  invoices.implied_patterns = {"*"};
  CHECK(Catalogue::make({all, invoices, make("organization:get", Risk::kLow)}).error().message ==
        "permission billing/invoice:manage: implies itself through others");
}

TEST_CASE("catalogue: what scopes imply, and their highest risk", "[domain]") {
  const auto catalogue = sample();
  struct Row {
    std::vector<std::string> scopes;
    const char* effective;
    Risk risk;
  };
  const Row rows[] = {
      {{}, "", Risk::kLow},
      {{"group:get"}, "group:get", Risk::kLow},
      {{"group:update"}, "group:get group:update", Risk::kMedium},
      {{"group:update", "billing/invoice:pay"}, "billing/invoice:pay group:get group:update", Risk::kHigh},
      {{"gone:get", "group:get"}, "group:get", Risk::kLow},
      {{"organization:administer"},
       "group:administer group:get group:update organization:administer organization:get",
       Risk::kAdmin},
  };
  for (const Row& row : rows) {
    INFO(row.effective);
    CHECK(joined(catalogue->effective(row.scopes)) == row.effective);
    CHECK(catalogue->risk(row.scopes) == row.risk);
    PermissionSet set;
    for (const auto& scope : row.scopes) catalogue->add_effective(set, scope);
    CHECK(joined(catalogue->scopes_of(set)) == row.effective);
    CHECK(catalogue->risk_of(set) == row.risk);
  }
}

TEST_CASE("catalogue: one that can't be is refused", "[domain]") {
  struct Row {
    std::vector<Permission> permissions;
    const char* message;
  };
  Permission slug = make("group:get", Risk::kLow);
  slug.scope = "app_group_get";
  const Row rows[] = {
      {{}, ""},
      {{make("a:b", Risk::kLow), make("a:b", Risk::kLow)}, "permission a:b: stands twice"},
      {{make("a:b", Risk::kLow), make("a:B", Risk::kLow)}, "permission a:b: stands twice"},
      {{make("a:b", Risk::kLow, {"a:c"})}, "permission a:b: implies a:c, which does not exist"},
      {{make("a:b", Risk::kLow, {"a:b"})}, "permission a:b: implies itself through others"},
      {{make("a:b", Risk::kLow, {"a:c"}), make("a:c", Risk::kLow, {"a:d"}), make("a:d", Risk::kLow, {"a:c"})},
       "permission a:b: implies itself through others"},
      {{slug}, "permission app_group_get: not spelled as group:get"},
  };
  for (const Row& row : rows) {
    const auto made = Catalogue::make(row.permissions);
    CHECK((made.ok() ? "" : made.error().message) == row.message);
  }
}

TEST_CASE("catalogue: sets do what sets do, across words", "[domain]") {
  PermissionSet low, high, both;
  low.add(3);
  high.add(200);
  both.add(3);
  both.add(200);
  both.add(64);
  CHECK(PermissionSet().empty());
  CHECK(both.size() == 3);
  CHECK(both.has(64));
  CHECK_FALSE(both.has(65));
  CHECK_FALSE(both.has(5000));
  CHECK(both.includes(low));
  CHECK_FALSE(low.includes(both));
  CHECK(low.includes(PermissionSet()));
  PermissionSet sum = low;
  sum.add(high);
  CHECK_FALSE(sum == both);
  sum.add(64);
  CHECK(sum == both);
  sum.keep(low);
  CHECK(sum == low);
  sum.remove(both);
  CHECK(sum.empty());
  CHECK(sum == PermissionSet());
  std::vector<std::size_t> places;
  both.each([&](std::size_t place) { places.push_back(place); });
  CHECK(places == std::vector<std::size_t>{3, 64, 200});
}

TEST_CASE("catalogue: a verb is kept in its case and found in any", "[domain]") {
  const auto catalogue = Catalogue::make({make("compute/disk:getAll", Risk::kHigh),
                                          make("compute/disk:stop", Risk::kLow, {"compute/disk:GETALL"})});
  REQUIRE(catalogue.ok());
  for (const char* spelling : {"compute/disk:getAll", "compute/disk:getall", "compute_disk_GETALL",
                               "compute.disk.Getall", "compute_disk_getAll"}) {
    INFO(spelling);
    REQUIRE((*catalogue)->find(spelling));
    CHECK((*catalogue)->find(spelling)->scope == "compute/disk:getAll");
  }
  CHECK((*catalogue)->find("compute/Disk:getAll") == nullptr);
  CHECK((*catalogue)->effective({"compute/disk:STOP"}) ==
        std::vector<std::string>{"compute/disk:getAll", "compute/disk:stop"});
}
