#include "dialects/openapi_document.h"

#include "tests/support/catch.h"

using dialects::FieldNames;
using dialects::OpenApiPart;

TEST_CASE("openapi document: parts are merged, and what is said twice is a mistake", "[http]") {
  struct Row {
    std::vector<OpenApiPart> parts;
    FieldNames names;
    const char* expected;
  };
  const OpenApiPart first{"1.json", R"({"paths":{"/a":{"get":1}},"info":{"title":"x"}})"};
  const OpenApiPart beta{"2-v1beta1.json",
                         R"({"paths":{"/b":{"operationId":"b","properties":{"orgId":{"maxLength":1}},)"
                         R"("required":["orgId"],"examples":[{"orgId":{"createdAt":1}}]}}})"};
  const Row rows[] = {
      {{first, beta},
       FieldNames::kCamel,
       R"({"paths":{"/a":{"get":1},"/b":{"operationId":"b","properties":{"orgId":{"maxLength":1}},)"
       R"("required":["orgId"],"examples":[{"orgId":{"createdAt":1}}]}},"info":{"title":"x","version":"V"}})"},
      {{first, beta},
       FieldNames::kProto,
       R"({"paths":{"/a":{"get":1},"/b":{"operationId":"b","properties":{"org_id":{"maxLength":1}},)"
       R"("required":["org_id"],"examples":[{"org_id":{"created_at":1}}]}},"info":{"title":"x","version":"V"}})"},
      {{first, {"3.json", R"({"paths":{"/a":{"get":1}}})"}},
       FieldNames::kCamel,
       "3.json: paths//a/get: another part has it too"},
      {{first, {"3.json", "[]"}}, FieldNames::kCamel, "3.json: must be an object"},
      {{{"3.json", "{"}}, FieldNames::kCamel, "3.json: line 1, column 2: not valid JSON"},
  };
  for (const Row& row : rows) {
    const auto whole = dialects::openapi_document(row.parts, row.names);
    std::string text = whole.ok() ? to_text(*whole) : whole.error().message;
    const std::string version = "\"version\":\"";
    if (const std::size_t at = text.find(version); at != std::string::npos)
      text.replace(at + version.size(), text.find('"', at + version.size()) - at - version.size(), "V");
    CHECK(text == row.expected);
  }
}

TEST_CASE("openapi document: reads that need a credential take X-Min-Revision", "[http]") {
  const OpenApiPart part{
      "1.json",
      R"({"paths":{)"
      R"("/v1/a":{"get":{"parameters":[1],"responses":{"200":2}},)"
      R"("post":{"parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"responses":{}}},)"
      R"("/v1beta1/b":{"get":{"parameters":[],"responses":{}}},)"
      R"("/access/v1/c":{"post":{"parameters":[],"responses":{}}},)"
      R"("/livez":{"get":{"security":[],"parameters":[],"responses":{}}}}})"};
  const auto whole = dialects::openapi_document(std::vector<OpenApiPart>{part}, FieldNames::kCamel);
  REQUIRE(whole.ok());
  CHECK(to_text(*whole) ==
        R"({"paths":{)"
        R"("/v1/a":{"get":{"parameters":[1,{"$ref":"#/components/parameters/min_revision"}],)"
        R"("responses":{"200":2,"409":{"$ref":"#/components/responses/Behind"}}},)"
        R"("post":{"parameters":[{"$ref":"#/components/parameters/idempotency_key"}],"responses":{}}},)"
        R"("/v1beta1/b":{"get":{"parameters":[{"$ref":"#/components/parameters/min_revision"}],)"
        R"("responses":{"409":{"$ref":"#/components/responses/BetaBehind"}}}},)"
        R"("/access/v1/c":{"post":{"parameters":[{"$ref":"#/components/parameters/min_revision"}],)"
        R"("responses":{"409":{"$ref":"#/components/responses/AccessBehind"}}}},)"
        R"("/livez":{"get":{"security":[],"parameters":[],"responses":{}}}}})");
}
