#include "dialects/errors.h"

#include "dialects/all_dialects.h"
#include "dialects/system/dialect.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/error.h"
#include "tests/support/catch.h"

using dialects::FieldNames;

namespace {

const dialects::Dialect& kV1 = dialects::v1::kDialect;
const dialects::Dialect& kV1beta1 = dialects::v1beta1::kDialect;

}  // namespace

TEST_CASE("errors: each code in each dialect", "[http]") {
  struct Row {
    api::Code code;
    const char* name;
    int status, grpc, v1beta1_status;
  };
  using api::Code;
  const Row rows[] = {
      {Code::kInvalidInput, "invalid_input", 400, 3, 400},
      {Code::kUnauthenticated, "unauthenticated", 401, 16, 401},
      {Code::kForbidden, "forbidden", 403, 7, 403},
      {Code::kTenantMismatch, "tenant_mismatch", 403, 7, 403},
      {Code::kSystemRole, "system_role", 403, 7, 403},
      {Code::kBuiltIn, "built_in", 403, 7, 403},
      {Code::kInsecureTransport, "insecure_transport", 403, 7, 403},
      {Code::kNotFound, "not_found", 404, 5, 404},
      {Code::kMethodNotAllowed, "method_not_allowed", 405, 12, 501},
      {Code::kAlreadyExists, "already_exists", 409, 6, 409},
      {Code::kInUse, "in_use", 409, 9, 400},
      {Code::kBehind, "behind", 409, 10, 409},
      {Code::kTestsFailed, "tests_failed", 409, 9, 400},
      {Code::kBuiltUpon, "built_upon", 409, 9, 400},
      {Code::kPreconditionFailed, "precondition_failed", 412, 9, 412},
      {Code::kGone, "gone", 410, 11, 410},
      {Code::kReadOnly, "read_only", 421, 9, 421},
      {Code::kTooLarge, "too_large", 413, 8, 413},
      {Code::kUnsupportedMediaType, "unsupported_media_type", 415, 3, 415},
      {Code::kInvalidScopes, "invalid_scopes", 422, 3, 400},
      {Code::kSchemaRequired, "schema_required", 422, 9, 422},
      {Code::kNotUndoable, "not_undoable", 422, 9, 422},
      {Code::kIdempotencyConflict, "idempotency_conflict", 422, 3, 422},
      {Code::kRateLimited, "rate_limited", 429, 8, 429},
      {Code::kInternal, "internal", 500, 13, 500},
      {Code::kOverloaded, "overloaded", 503, 14, 503},
      {Code::kStale, "stale", 503, 14, 503},
      {Code::kStorageFull, "storage_full", 507, 8, 507},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto v1 = dialects::error_response(api::error(row.code, "thing: why"), kV1, FieldNames::kCamel);
    CHECK(v1.status == row.status);
    CHECK(v1.body ==
          R"({"code":")" + std::string(row.name) + R"(","message":"thing: why","details":{},"notices":[]})");
    const auto beta =
        dialects::error_response(api::error(row.code, "thing: why"), kV1beta1, FieldNames::kCamel);
    CHECK(beta.status == row.v1beta1_status);
    CHECK(beta.body == R"({"code":)" + std::to_string(row.grpc) + R"(,"message":"thing: why","details":[]})");
  }
}

TEST_CASE("errors: fields, notices and policies, whole", "[http]") {
  api::Error error = api::error(api::Code::kForbidden, "role approver: not allowed");
  error.fields = {{"/scopes/1", "is unknown"}, {"cursor", "is old"}};
  error.notices = {"Ask the \"owners\"."};
  error.policies = {"guard.cedar:3", "freeze"};
  CHECK(
      dialects::error_response(error, kV1, FieldNames::kCamel).body ==
      R"({"code":"forbidden","message":"role approver: not allowed","details":{"errors":[{"pointer":"/scopes/1",)"
      R"("message":"is unknown"},{"pointer":"cursor","message":"is old"}],"policies":["guard.cedar:3","freeze"]},)"
      R"("notices":["Ask the \"owners\"."]})");
  const std::string proto =
      R"({"code":7,"message":"role approver: not allowed","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
      R"("field_violations":[{"field":"scopes[1]","description":"is unknown"},{"field":"cursor","description":"is old"}]},)"
      R"({"@type":"type.googleapis.com/google.rpc.LocalizedMessage","locale":"en-US","message":"Ask the \"owners\"."},)"
      R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"POLICY","domain":"reeve",)"
      R"("metadata":{"policies":"guard.cedar:3,freeze"}}]})";
  CHECK(dialects::error_response(error, kV1beta1, FieldNames::kProto).body == proto);
  CHECK_THAT(dialects::error_response(error, kV1beta1, FieldNames::kCamel).body,
             ContainsSubstring("\"fieldViolations\""));
}

TEST_CASE("errors: 401 says how to authenticate, 503 when to come back", "[http]") {
  const auto header = [](api::Code code, const dialects::Dialect& dialect, std::string_view name) {
    std::string all;
    for (const auto& h : dialects::error_response(api::error(code, ""), dialect, FieldNames::kCamel).headers)
      if (h.name == name) all += h.value + ";";
    return all;
  };
  CHECK(header(api::Code::kUnauthenticated, kV1, "WWW-Authenticate") == "Bearer realm=\"reeve\";");
  CHECK(header(api::Code::kUnauthenticated, kV1beta1, "WWW-Authenticate") ==
        "Bearer realm=\"reeve\";Basic realm=\"reeve\", charset=\"UTF-8\";");
  CHECK(header(api::Code::kOverloaded, kV1, "Retry-After") == "1;");
}

TEST_CASE("errors: the dialect of a target, also of one without a route", "[http]") {
  CHECK(&dialects::dialect_of("/v1/nothing?x=/v1beta1") == &dialects::v1::kDialect);
  CHECK(&dialects::dialect_of("/v1") == &dialects::v1::kDialect);
  CHECK(&dialects::dialect_of("/v1beta1/nothing") == &dialects::v1beta1::kDialect);
  CHECK(&dialects::dialect_of("/ping?x") == &dialects::v1beta1::kDialect);
  CHECK(&dialects::dialect_of("/v10/x") == &dialects::system::kDialect);
  CHECK(&dialects::dialect_of("") == &dialects::system::kDialect);
  CHECK(&dialects::dialect_of("*") == &dialects::system::kDialect);
}

TEST_CASE("errors: a pointer as v1beta1 spells the place of a field", "[http]") {
  CHECK(dialects::v1beta1::field_path("/permissions/1") == "permissions[1]");
  CHECK(dialects::v1beta1::field_path("/bodies/0/key") == "bodies[0].key");
  CHECK(dialects::v1beta1::field_path("/body/title") == "body.title");
  CHECK(dialects::v1beta1::field_path("cursor") == "cursor");
  CHECK(dialects::v1beta1::field_path("") == "");
}
