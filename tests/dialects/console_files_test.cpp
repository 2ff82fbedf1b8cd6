// The console's pages as a browser gets them, and whoever else asks for them.
#include <string>
#include <vector>

#include "base/embedded.h"
#include "base/gzip.h"
#include "dialects/routes.h"
#include "tests/support/answers.h"

namespace {

// What the program has of them, packed: their names, and the bytes of one.
std::vector<std::string> names_of_files() {
  std::vector<std::string> all;
  for (const base::EmbeddedFile& file : base::embedded_files())
    if (file.path.starts_with("console/"))
      all.emplace_back(file.path.substr(8, file.path.size() - 8 - std::string_view(".gz").size()));
  return all;
}

std::string packed(const std::string& name) {
  for (const base::EmbeddedFile& file : base::embedded_files())
    if (file.path == "console/" + name + ".gz") return std::string(file.text);
  return {};
}

std::string unpacked(std::string_view bytes) {
  base::Gunzip gunzip;
  std::string text;
  CHECK(gunzip.add(bytes, text).ok());
  CHECK(gunzip.complete());
  return text;
}

}  // namespace

TEST_CASE("console files: each is sent packed or not, with what a browser has to know", "[http][console]") {
  TestServer server;
  REQUIRE(names_of_files().size() >= 4);
  const auto get = [&](const std::string& name, std::vector<std::string> headers) {
    return server.ask({"GET /console/" + (name == "index.html" ? "" : name), "", std::move(headers)}, "");
  };
  for (const std::string& name : names_of_files()) {
    INFO(name);
    const RawResponse small = get(name, {"Accept-Encoding: br, gzip"}), plain = get(name, {});
    CHECK(small.status == 200);
    CHECK(plain.status == 200);
    CHECK(small.header("content-encoding") == "gzip");
    CHECK(plain.header("content-encoding").empty());
    CHECK(small.body == packed(name));
    CHECK(plain.body == unpacked(packed(name)));
    CHECK(get(name, {}).body == plain.body);
    const bool is_page = name == "index.html";
    for (const RawResponse* const answer : {&small, &plain}) {
      CHECK(answer->header("cache-control") ==
            (is_page ? "no-cache" : "public, max-age=31536000, immutable"));
      CHECK(answer->header("vary") == "Accept-Encoding");
      CHECK(answer->header("x-content-type-options") == "nosniff");
      CHECK(answer->header("referrer-policy") == "no-referrer");
      CHECK(answer->header("cross-origin-opener-policy") == "same-origin");
      CHECK(answer->header("cross-origin-resource-policy") == "same-origin");
      CHECK_THAT(answer->header("content-security-policy"),
                 ContainsSubstring("default-src 'none'; script-src 'self';"));
      CHECK(answer->header("set-cookie").empty());
    }
    // The tag of the one form is none of the other, which has other bytes.
    CHECK(small.header("etag") != plain.header("etag"));
    CHECK(get(name, {"If-None-Match: " + small.header("etag"), "Accept-Encoding: gzip"}).status == 304);
    CHECK(get(name, {"If-None-Match: " + plain.header("etag")}).status == 304);
    CHECK(get(name, {"If-None-Match: " + small.header("etag")}).status == 200);
  }
}

TEST_CASE("console files: which codings are taken for one that takes gzip", "[http][console]") {
  TestServer server;
  const std::pair<const char*, bool> rows[] = {{"gzip", true},
                                               {"GZIP", true},
                                               {"deflate, gzip", true},
                                               {"gzip;q=0.5", true},
                                               {"gzip; q=0.001", true},
                                               {"gzip;q=0", false},
                                               {"gzip;q=0.000", false},
                                               {"gzipped", false},
                                               {"identity", false},
                                               {"br", false},
                                               {"", false},
                                               {",,,", false},
                                               {"x-gzip", false},
                                               {"gzip;q=0, gzip", false}};
  for (const auto& [coding, is_packed] : rows) {
    INFO(coding);
    const RawResponse answer =
        server.ask({"GET /console/", "", {"Accept-Encoding: " + std::string(coding)}}, "");
    CHECK(answer.status == 200);
    CHECK((answer.header("content-encoding") == "gzip") == is_packed);
  }
}

TEST_CASE("console files: what isn't one of them", "[http][console]") {
  TestServer server;
  const std::pair<const char*, int> rows[] = {{"GET /console", 308},
                                              {"GET /console/nothing.js", 404},
                                              {"GET /console/index.html.gz", 404},
                                              {"GET /console/..%2Freeve.yaml", 404},
                                              {"GET /console/%2e%2e", 404},
                                              {"GET /console/a/b", 404},
                                              {"POST /console/", 405},
                                              {"DELETE /console/index.html", 405}};
  for (const auto& [line, status] : rows) {
    INFO(line);
    CHECK(server.ask({line, "", {}}, "").status == status);
  }
  CHECK(server.ask({"GET /console", "", {}}, "").header("location") == "/console/");

  // Where it is left out there is none of its paths, and all others.
  std::size_t others = 0;
  for (const dialects::Route& route : dialects::all_routes())
    others += route.path.starts_with("/console") ? 0 : 1;
  CHECK(dialects::routes_without_console().size() == others);
  for (const dialects::Route& route : dialects::routes_without_console())
    CHECK_FALSE(route.path.starts_with("/console"));
}
