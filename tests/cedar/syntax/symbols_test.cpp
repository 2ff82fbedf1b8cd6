#include "cedar/symbols.h"

#include "tests/cedar/support.h"

namespace {

std::string text_of(const cedar::PolicySet& set) {
  std::string out;
  for (const cedar::Symbol& symbol : cedar::symbols_of(set)) {
    out += std::string(name_of(symbol.kind)) + " " + symbol.name + " " + std::to_string(symbol.uses);
    if (symbol.place)
      out += " " + symbol.file + ":" + std::to_string(symbol.place->line) + ":" +
             std::to_string(symbol.place->column);
    out += "\n";
  }
  return out;
}

std::string symbols(const std::string& text) {
  const auto set = cedar::PolicySet::parse(text, "p");
  return set.ok() ? text_of(*set) : set.error().message;
}

}  // namespace

TEST_CASE("symbols: every place that names something", "[cedar]") {
  struct Row {
    const char* policy;
    const char* symbols;
  };
  const Row rows[] = {
      {"", ""},
      {"permit(principal, action, resource);", ""},
      {R"(permit(principal == A::"1", action, resource);)",
       "entity type A 1 p:1:8\nentity A::\"1\" 1 p:1:8\n"},
      {R"(permit(principal is A in B::"1", action, resource);)",
       "entity type A 1 p:1:8\nentity type B 1 p:1:8\nentity B::\"1\" 1 p:1:8\n"},
      {R"(permit(principal in ?principal, action, resource == ?resource);)", ""},
      {R"(permit(principal, action in [Action::"a", N::Action::"b"], resource);)",
       "action Action::\"a\" 1 p:1:19\naction N::Action::\"b\" 1 p:1:19\n"},
      {"permit(principal, action, resource)\nwhen { principal.a.b == resource.a };",
       "attribute a 2 p:2:8\nattribute b 1 p:2:8\n"},
      {"permit(principal, action, resource) when { principal has a.b };",
       "attribute a 1 p:1:44\nattribute b 1 p:1:44\n"},
      {R"(permit(principal, action, resource) when { {"k": principal["a b"]} == context };)",
       "attribute a b 1 p:1:50\n"},
      {R"(permit(principal, action, resource) when { principal.hasTag("t") && principal.getTag(context.k) };)",
       "attribute k 1 p:1:86\ntag t 1 p:1:44\n"},
      {R"(permit(principal, action, resource) when { [ip("::1")].contains(context.i) && context.i.isLoopback() };)",
       "attribute i 2 p:1:65\nfunction ip 1 p:1:45\nfunction isLoopback 1 p:1:79\n"},
      {R"(permit(principal, action, resource) when { principal is N::T && action == Action::"a" };)",
       "entity type N::T 1 p:1:44\naction Action::\"a\" 1 p:1:75\n"},
  };
  for (const Row& row : rows) {
    INFO(row.policy);
    CHECK(symbols(row.policy) == row.symbols);
  }
}

TEST_CASE("symbols: the values of links are used without a place in the text", "[cedar]") {
  auto set = cedar::PolicySet::parse("permit(principal == ?principal, action, resource in ?resource);", "p");
  REQUIRE(set.ok());
  for (const char* id : {"one", "two"})
    REQUIRE(set->link("policy0", id, {cedar_test::uid(R"(User::"a")"), cedar_test::uid(R"(Doc::"d")")}).ok());
  CHECK(text_of(*set) ==
        "entity type Doc 2\nentity type User 2\nentity Doc::\"d\" 2\nentity User::\"a\" 2\n");
}
