#include "base/log.h"

#include "tests/support/catch.h"

using base::logging::Format;
using base::logging::Level;

TEST_CASE("log: a line for people, and for machines", "[base]") {
  const auto line = [](Format format, base::logging::Fields fields) {
    return base::logging::render(Level::kInfo, format, "2026-04-15T12:00:00.000Z", "request", fields);
  };
  CHECK(line(Format::kText, {{"method", "GET"}, {"status", 200}, {"cached", true}}) ==
        "2026-04-15T12:00:00.000Z info  request method=GET status=200 cached=true");
  CHECK(
      line(Format::kJson, {{"method", "GET"}, {"status", 200}}) ==
      R"({"time":"2026-04-15T12:00:00.000Z","level":"info","event":"request","method":"GET","status":200})");
}

TEST_CASE("log: no value breaks a line or hides another", "[base]") {
  const auto text = [](std::string_view value) {
    return base::logging::render(Level::kWarn, Format::kText, "T", "e", {{"v", value}, {"w", 1}});
  };
  CHECK(text("a b") == R"(T warn  e v="a b" w=1)");
  CHECK(text("a\nb") == R"(T warn  e v="a\nb" w=1)");
  CHECK(text("x w=2") == R"(T warn  e v="x w=2" w=1)");
  CHECK(text("") == R"(T warn  e v="" w=1)");
  CHECK(text(std::string(600, 'x')) == "T warn  e v=" + std::string(512, 'x') + " w=1");
}

TEST_CASE("log: a mistake of several lines can be read", "[base]") {
  const auto line = [](Format format, std::string_view mistake) {
    return base::logging::render(Level::kError, format, "T", "reload", {{"outcome", "refused"}}, mistake);
  };
  const std::string mistake = "roles.yaml:3:5: no such key\n  3 |     nmae: x\n    |     ^";
  CHECK(line(Format::kText, mistake) ==
        "T error reload outcome=refused\n  roles.yaml:3:5: no such key\n    3 |     nmae: x\n      |     ^");
  CHECK(
      line(Format::kJson, mistake) ==
      R"({"time":"T","level":"error","event":"reload","outcome":"refused","error":"roles.yaml:3:5: no such key\n  3 |     nmae: x\n    |     ^"})");
  CHECK(line(Format::kText, "a\x1b[2J\r\nT error forged") ==
        "T error reload outcome=refused\n  a.[2J.\n  T error forged");
  CHECK(line(Format::kText, std::string(20'000, 'x')) ==
        "T error reload outcome=refused\n  " + std::string(std::size_t{16} * 1024, 'x'));
}

TEST_CASE("log: levels by name", "[base]") {
  CHECK(base::logging::parse_level("warn") == Level::kWarn);
  CHECK_FALSE(base::logging::parse_level("loud"));
  CHECK(base::logging::name_of(Level::kError) == "error");
}
