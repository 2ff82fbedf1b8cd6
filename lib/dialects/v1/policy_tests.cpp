#include "api/policy_tests.h"

#include <utility>

#include "base/text.h"
#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_test(base::JsonWriter& w, const domain::PolicyTest& test) {
  w.begin_object().member("id", test.id).member("name", test.name).name("request").raw(test.request);
  w.name("expected").begin_object().member("decision", test.decision);
  w.member("matching_policy_ids", test.policies).end_object();
  w.member("created_by", id_of(test.created_by)).member("updated_by", id_of(test.updated_by));
  w.member("created_at", test.created_at).member("updated_at", test.updated_at).end_object();
}

std::string body_of(const domain::PolicyTest& test) {
  base::JsonWriter w;
  write_test(w, test);
  return w.take();
}

domain::PolicyTestId id_in_path(const Call& call) {
  return call.path_id<domain::PolicyTestId>("test_id");
}

// true, false, or an object with `decision` and perhaps `matching_policy_ids`.
std::optional<api::ExpectedAnswer> read_expected(Fields& fields, FieldErrors& errors,
                                                 const base::Json& body) {
  if (!fields.has("expected")) return std::nullopt;
  const base::Json& given = *body.find("expected");
  if (const bool* decision = given.boolean()) return api::ExpectedAnswer{*decision, {}};
  if (!given.object()) {
    errors.add(fields.pointer("expected"), "must be true, false or an object with `decision`, not " +
                                               base::with_article(name_of(given.kind())));
    return std::nullopt;
  }
  FieldErrors own;
  Fields members(given, kDialect, own, fields.pointer("expected"));
  api::ExpectedAnswer expected{members.boolean("decision"), {}};
  const auto ids = members.optional_texts("matching_policy_ids").value_or(std::vector<std::string>());
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (const auto id = domain::PolicyId::parse(ids[i]))
      expected.policies.push_back(*id);
    else
      own.add(members.pointer("matching_policy_ids") + "/" + std::to_string(i), "must be a uuid");
  if (const auto wrong = members.finish()) errors.add_values(*wrong);
  return expected;
}

Answer list_policy_tests(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant()](const api::Read& now, const api::PageRequest& part) {
        return api::list_policy_tests(now, tenant, part);
      },
      write_test);
}

Answer get_policy_test(const Call& call, const api::Read& read) {
  const auto test = api::get_policy_test(read, call.tenant(), id_in_path(call));
  if (!test.ok()) return test.error();
  return ok(body_of(*test), test->revision);
}

api::Outcome<Work> create_policy_test(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewPolicyTest given;
  given.name = fields.text("name");
  if (const base::Json* request = fields.object("request")) given.request = *request;
  const auto expected = read_expected(fields, errors, call.body);
  if (!fields.has("expected")) errors.add(fields.pointer("expected"), "is required");
  given.expected = expected.value_or(api::ExpectedAnswer());
  if (const auto bad = fields.finish([&] { return api::check(given); })) return *bad;
  return Work([tenant = call.tenant(), given = std::move(given)](api::Change& change) -> Answer {
    const auto test = api::create_policy_test(change, tenant, given);
    if (!test.ok()) return test.error();
    return created(body_of(*test), "/v1/policies/tests/" + test->id.to_string(), test->revision);
  });
}

api::Outcome<Work> update_policy_test(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::PolicyTestPatch patch;
  patch.name = fields.patched_text("name");
  if (fields.has("request"))
    if (const base::Json* request = fields.object("request")) patch.request = *request;
  patch.expected = read_expected(fields, errors, call.body);
  if (const auto bad = fields.finish([&] { return api::check(patch); })) return *bad;
  return Work([tenant = call.tenant(), id = id_in_path(call), patch = std::move(patch),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto test = api::update_policy_test(change, tenant, id, patch, if_match);
    if (!test.ok()) return test.error();
    return ok(body_of(*test), test->revision);
  });
}

api::Outcome<Work> delete_policy_test(const Call& call) {
  return Work([tenant = call.tenant(), id = id_in_path(call),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto done = api::delete_policy_test(change, tenant, id, if_match);
    if (!done.ok()) return done.error();
    return no_content();
  });
}

Answer run_policy_tests(const Call& call, const api::Read& read, const ServerState& state) {
  const auto run = api::run_policy_tests(read, call.tenant(), state.user_ids);
  if (!run.ok()) return run.error();
  base::JsonWriter w;
  w.begin_object().member("passed", run->results.size() - run->failed).member("failed", run->failed);
  w.name("data").begin_array();
  for (const api::TestResult& result : run->results) api::write_test_result(w, result);
  return ok(w.end_array().end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/policies/tests",
     .id = "list_policy_tests",
     .operation = op::list_policy_tests,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_policy_tests},
    {.method = kPost,
     .path = "/v1/policies/tests",
     .id = "create_policy_test",
     .operation = op::create_policy_test,
     .success = 201,
     .body = "NewPolicyTest",
     .handle = create_policy_test},
    {.method = kPost,
     .path = "/v1/policies/tests/run",
     .id = "run_policy_tests",
     .operation = op::run_policy_tests,
     .place = Place::kPool,
     .handle = run_policy_tests},
    {.method = kGet,
     .path = "/v1/policies/tests/{test_id}",
     .id = "get_policy_test",
     .operation = op::get_policy_test,
     .handle = get_policy_test},
    {.method = kPatch,
     .path = "/v1/policies/tests/{test_id}",
     .id = "update_policy_test",
     .operation = op::update_policy_test,
     .takes_if_match = true,
     .body = "PolicyTestPatch",
     .handle = update_policy_test},
    {.method = kDelete,
     .path = "/v1/policies/tests/{test_id}",
     .id = "delete_policy_test",
     .operation = op::delete_policy_test,
     .success = 204,
     .takes_if_match = true,
     .handle = delete_policy_test},
};

}  // namespace

std::span<const Route> policy_test_calls() {
  return kCalls;
}

}  // namespace dialects::v1
