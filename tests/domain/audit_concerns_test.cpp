// Whom and what audit entries concern.
#include "domain/audit_concerns.h"

#include "tests/domain/support.h"

using namespace domain;

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : " ").append(name);
  return text;
}

struct Row {
  const char* type;
  const char* id;
  const char* before;
  const char* after;
  const char* expected;
};

AuditEntry make_entry(const Owner& tenant, const Row& row) {
  AuditEntry entry(tenant);
  entry.action = std::string(row.type) + ":change";
  entry.resource_type = row.type;
  entry.resource_id = row.id;
  entry.before = row.before;
  entry.after = row.after;
  entry.created_at = kNow;
  return entry;
}

const Row kRows[] = {
    {"role", "on-call", "null", R"({"slug":"on-call"})", "role:on-call"},
    {"mapping", "group:7/on-call", "null", "null", "group:7 role:on-call"},
    {"mapping", "7", R"({"principal_type":"user","principal_id":"8","role":"on-call"})", "null",
     "role:on-call user:8"},
    {"mapping", "x:7/on-call", R"({"principal_type":"nobody","principal_id":"8"})", "null", "role:on-call"},
    {"member", "7", "null", R"({"group":"7","user":"8"})", "group:7 user:8"},
    {"member", "7", "null", R"({"group":"7","member_group":"9"})", "group:7 group:9"},
    {"user", "8", R"({"roles":["a","b"]})", R"({"roles":["b","c"]})", "role:a role:c user:8"},
    {"user", "8", "null", R"({"roles":["a"]})", "role:a user:8"},
    {"api_key", "1", "null", R"({"owner_type":"service_user","owner_id":"5"})", "service_user:5"},
    {"grant", "user:8", "null", R"({"policy":"3","principal":"user:8"})", "policy:3 user:8"},
    {"grant", "4", R"({"policy":"3","principal":"Device:12"})", "null", "policy:3"},
    {"rule", "2", "null", R"({"policy":"3"})", "policy:3"},
    {"entity", "user:8", "null", R"({"user":"8"})", ""},
    {"mapping", "", "7", "null", ""},
    {"member", "", R"({"user":7})", "null", ""},
};

}  // namespace

TEST_CASE("audit concerns: of each kind of entry", "[domain]") {
  for (const Row& row : kRows) {
    CAPTURE(row.type, row.id);
    CHECK(joined(concerned_by(make_entry(kTenant, row))) == row.expected);
  }
}
