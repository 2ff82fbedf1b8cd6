#include "dialects/router.h"

#include <set>

#include "dialects/all_dialects.h"
#include "dialects/routes.h"
#include "dialects/v1/dialect.h"
#include "tests/support/catch.h"

namespace {

dialects::Reply nothing() {
  return dialects::no_content();
}
dialects::Answer answer(const dialects::Call&, const dialects::ServerState&) {
  return nothing();
}

dialects::Route route(http::Method method, std::string_view pattern) {
  dialects::Route r;
  r.method = method;
  r.path = pattern;
  r.handle = answer;
  return r;
}

using enum http::Method;

}  // namespace

TEST_CASE("router: a path finds its pattern, a literal before a parameter", "[http]") {
  const dialects::Route routes[] = {
      route(kGet, "/v1/roles"),           route(kPost, "/v1/roles"),        route(kGet, "/v1/roles/{slug}"),
      route(kPatch, "/v1/roles/reorder"), route(kGet, "/v1/a/{x}/literal"), route(kGet, "/v1/{y}/b/c"),
  };
  const dialects::Router router(routes);
  struct Row {
    http::Method method;
    std::vector<std::string> path;
    const char* pattern;  // null: none
    const char* allowed;
  };
  const Row rows[] = {
      {kGet, {"v1", "roles"}, "/v1/roles", ""},
      {kHead, {"v1", "roles"}, "/v1/roles", ""},
      {kPost, {"v1", "roles"}, "/v1/roles", ""},
      {kPut, {"v1", "roles"}, nullptr, "GET, HEAD, POST, OPTIONS"},
      {kOptions, {"v1", "roles"}, nullptr, "GET, HEAD, POST, OPTIONS"},
      {kGet, {"v1", "roles", "a/b"}, "/v1/roles/{slug}", ""},
      {kGet, {"v1", "roles", "reorder"}, nullptr, "PATCH, OPTIONS"},
      {kPatch, {"v1", "roles", "reorder"}, "/v1/roles/reorder", ""},
      {kGet, {"v1", "a", "b", "c"}, "/v1/{y}/b/c", ""},
      {kGet, {"v1", "a", "b", "literal"}, "/v1/a/{x}/literal", ""},
      {kGet, {"v1", "roles", ""}, nullptr, ""},
      {kGet, {"v1", "roles", "x", "y"}, nullptr, ""},
      {kGet, {"v1"}, nullptr, ""},
      {kGet, {"V1", "roles"}, nullptr, ""},
      {kGet, {""}, nullptr, ""},
      {kOptions, {}, nullptr, ""},
  };
  for (const Row& row : rows) {
    std::string shown(http::name_of(row.method));
    for (const std::string& segment : row.path) shown += "/" + segment;
    INFO(shown);
    const auto match = router.match(row.method, row.path);
    CHECK((match.route ? std::string(match.route->path) : "none") == (row.pattern ? row.pattern : "none"));
    CHECK(http::join(match.allowed) == row.allowed);
  }
}

TEST_CASE("router: a long path costs no more than its segments, and no stack", "[http]") {
  const dialects::Route routes[] = {route(kGet, "/v1/{a}/{b}")};
  const dialects::Router router(routes);
  const std::vector<std::string> path(8'000, "x");
  CHECK(router.match(kGet, path).route == nullptr);
}

TEST_CASE("routes: every call has a path below its dialect, and an id of its own", "[http]") {
  std::set<std::string_view> ids;
  for (const dialects::Route& r : dialects::all_routes()) {
    INFO(r.path);
    CHECK(ids.insert(r.id).second);
    CHECK(&dialects::dialect_of(r.path) == r.dialect);
    CHECK(r.operation.has_value() == (r.required_access() != dialects::Access::kPublic));
    CHECK(dialects::takes_tenant(r.required_access()) ==
          (r.dialect == &dialects::v1::kDialect && !r.path.starts_with("/v1/tenants") &&
           !r.path.starts_with("/v1/backups") && r.path != "/v1/change-records" && r.path != "/v1/status" &&
           r.path != "/v1/config"));
    // What changes something is no GET, and has a body, unless its path says all. A POST may read, and has
    // one too.
    const bool changes = std::holds_alternative<dialects::ChangeHandler>(r.handle) ||
                         std::holds_alternative<dialects::LongChangeHandler>(r.handle) ||
                         std::holds_alternative<dialects::ImportHandler>(r.handle);
    const bool asks = r.method == kPost && !changes;
    const bool is_switch = r.path.ends_with("/enable") || r.path.ends_with("/disable") ||
                           r.path.ends_with("/undo") || r.path.starts_with("/console/");
    const bool runs = r.path.ends_with("/run") || r.path.ends_with("/audit-log/verify");
    CHECK((changes || asks) == (r.method != kGet));
    CHECK(!r.body.empty() == ((asks && !runs) || (changes && r.method != kDelete &&
                                                  !r.path.starts_with("/v1/backups") && !is_switch)));
    if (r.operation) CHECK((r.operation->kind == api::OperationKind::kWrite) == changes);
  }
}
