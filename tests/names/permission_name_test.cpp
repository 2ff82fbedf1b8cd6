#include "names/permission_name.h"

#include "names/permission_pattern.h"
#include "names/risk.h"
#include "tests/support/catch.h"

TEST_CASE("permission name: every spelling reads to the same name", "[base]") {
  struct Row {
    const char* text;
    const char* scope;
    const char* slug;
    const char* dotted;
  };
  const Row rows[] = {
      {"organization:get", "organization:get", "app_organization_get", "app.organization.get"},
      {"app/organization:get", "organization:get", "app_organization_get", "app.organization.get"},
      {"app_organization_get", "organization:get", "app_organization_get", "app.organization.get"},
      {"app.organization.get", "organization:get", "app_organization_get", "app.organization.get"},
      {"billing/invoice2:pay", "billing/invoice2:pay", "billing_invoice2_pay", "billing.invoice2.pay"},
      {"billing_invoice2_pay", "billing/invoice2:pay", "billing_invoice2_pay", "billing.invoice2.pay"},
      {"billing.invoice2.payAll", "billing/invoice2:payAll", "billing_invoice2_payAll",
       "billing.invoice2.payAll"},
      {"organization:Get", "organization:Get", "app_organization_Get", "app.organization.Get"},
      {"billing.invoice2.pay", "billing/invoice2:pay", "billing_invoice2_pay", "billing.invoice2.pay"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto name = names::parse_permission_name(row.text);
    REQUIRE(name.ok());
    CHECK(name->to_scope() == row.scope);
    CHECK(name->to_slug() == row.slug);
    CHECK(name->to_dotted() == row.dotted);
  }
}

TEST_CASE("permission name: whatever is not one is refused", "[base]") {
  const char* const rows[] = {"",
                              "get",
                              "organization_get",
                              "organization.get",
                              ":get",
                              "a:",
                              "a/b",
                              "a/b:c:d",
                              "a/b/c:d",
                              "A:b",
                              "Billing/invoice:pay",
                              "billing/Invoice:pay",
                              "billing/invoice:1pay",
                              "billing/invoice:p\xc3\x84y",
                              "a:b-c",
                              "a:b c",
                              "1a:b",
                              "a_b_c_d",
                              "a.b.c.d",
                              "a__c",
                              "a.b_c",
                              "a/b_c",
                              "a:b_c",
                              "a/b.c:d",
                              "\xc3\xa9:get",
                              "a:\xff",
                              "a:b\n",
                              "*"};
  for (const char* row : rows) {
    INFO(row);
    CHECK_FALSE(names::parse_permission_name(row).ok());
  }
  CHECK(
      names::parse_permission_name("Role:get").error().message ==
      "permission `Role:get`: must be spelled resource:verb, service/resource:verb, service_resource_verb or "
      "service.resource.verb, each part of lower-case letters and digits; a verb may have capital letters");
}

TEST_CASE("permission name: a part has at most 64 bytes, and a message never more than a name's", "[base]") {
  const std::string longest(names::kMaxPermissionPart, 'x');
  CHECK(names::parse_permission_name(longest + "/" + longest + ":" + longest).ok());
  CHECK_FALSE(names::parse_permission_name(longest + "x:get").ok());
  CHECK_FALSE(names::parse_permission_name("a:" + longest + "x").ok());
  std::string hostile;
  for (int i = 0; i < 5000; ++i) hostile += "\xe2\x82\xac";
  CHECK(names::parse_permission_name(hostile).error().message.size() < 2 * names::kMaxPermissionName);
}

TEST_CASE("risk: names go both ways", "[base]") {
  for (const auto name : names::kRiskNames) CHECK(name_of(*names::parse_risk(name)) == name);
  CHECK_FALSE(names::parse_risk("severe"));
  CHECK(names::Risk::kAdmin > names::Risk::kHigh);
}

TEST_CASE("permission pattern: all, or those of a resource", "[base]") {
  struct Row {
    const char* text;
    const char* covered;  // of the three below, by number
  };
  const names::PermissionName all[] = {
      {"app", "organization", "get"}, {"billing", "invoice", "pay"}, {"app", "invoice", "pay"}};
  const Row rows[] = {{"*", "123"},
                      {"organization:*", "1"},
                      {"app/organization:*", "1"},
                      {"billing/invoice:*", "2"},
                      {"invoice:*", "3"},
                      {"nothing:*", ""},
                      {"a/b/invoice:*", ""},
                      {":*", ""},
                      {"organization:get", "none"},
                      {"", "none"},
                      {"**", "none"},
                      {"organization.*", "none"}};
  for (const Row& row : rows) {
    INFO(row.text);
    const auto pattern = names::parse_permission_pattern(row.text);
    std::string covered;
    for (int i = 0; pattern && i < 3; ++i)
      if (pattern->covers(all[i])) covered += std::to_string(i + 1);
    CHECK((pattern ? covered : "none") == row.covered);
  }
}
