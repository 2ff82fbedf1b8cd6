// What all Cedar commands share: files that cannot be read, and command lines that make no sense.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar: a file that cannot be read is named with the reason", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar authorize -p absent -l 'User::"a"' -a 'Action::"a"' -r 'User::"a"')", 1, "",
       "reeve: absent: No such file or directory\n"},
      {R"(cedar authorize -p . -l 'User::"a"' -a 'Action::"a"' -r 'User::"a"')", 1, "",
       "reeve: .: Is a directory\n"},
      {R"(cedar authorize -p latin1 -l 'User::"a"' -a 'Action::"a"' -r 'User::"a"')", 1, "",
       R"(reeve: latin1:1:44: not valid UTF-8
  1 | permit(principal, action, resource); // caf�
    |                                            ^
)"},
      {"cedar evaluate --entities latin1 1", 1, "",
       R"(reeve: latin1:1:44: not valid UTF-8
  1 | permit(principal, action, resource); // caf�
    |                                            ^
)"},
      {"cedar evaluate -s latin1 1", 1, "",
       R"(reeve: latin1:1:44: not valid UTF-8
  1 | permit(principal, action, resource); // caf�
    |                                            ^
)"},
      {"cedar validate -p photos.cedar -s absent", 1, "", "reeve: absent: No such file or directory\n"},
      {"cedar validate -p - -s - < photos.cedar", 1, "",
       "reeve: <stdin>: can be read only once; name a file for the other input\n"},
      {"cedar check-parse -p . -s absent --entities .", 1, "",
       R"(reeve: .: Is a directory
reeve: absent: No such file or directory
reeve: .: Is a directory
)"},
      {"cedar format -p .", 1, "", "reeve: .: Is a directory\n"},
      {"cedar translate-policy --direction cedar-to-json -p absent", 1, "",
       "reeve: absent: No such file or directory\n"},
      {"cedar translate-policy --direction json-to-cedar -p latin1", 1, "",
       R"(reeve: latin1:1:44: not valid UTF-8
  1 | permit(principal, action, resource); // caf�
    |                                            ^
)"},
      {"cedar translate-schema --direction json-to-cedar -s latin1", 1, "",
       R"(reeve: latin1:1:44: not valid UTF-8
  1 | permit(principal, action, resource); // caf�
    |                                            ^
)"},
      {"cedar link -p absent --template-id t -n l -a '{}'", 1, "",
       "reeve: absent: No such file or directory\n"},
      {"cedar symbols -p .", 1, "", "reeve: .: Is a directory\n"},
      {"cedar test .", 1,
       R"(.
0 passed, 1 failed
)",
       "reeve: .: Is a directory\n"},
      {"cedar format -p photos.cedar > /dev/full", 1, "",
       "reeve: standard output: No space left on device\n"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve: a command line that makes no sense is 64, with a guess and the help to read", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {"reeve", 64, "",
       R"(reeve: a command is required
Try `reeve --help`.
)"},
      {"reeve sevre", 64, "",
       R"(reeve: sevre: there is no such command; did you mean `serve`?
Try `reeve --help`.
)"},
      {"reeve serve --config", 64, "",
       R"(reeve: --config: needs a value, FILE
Try `reeve serve --help`.
)"},
      {"reeve credential create --name x", 64, "",
       R"(reeve: --tenant or --platform is required
Try `reeve credential create --help`.
)"},
      {"reeve cedar", 64, "",
       R"(reeve: a command is required
Try `reeve cedar --help`.
)"},
      {"cedar authorise", 64, "",
       R"(reeve: authorise: there is no such command; did you mean `authorize`?
Try `reeve cedar --help`.
)"},
      {"cedar authorize --polices photos.cedar", 64, "",
       R"(reeve: --polices: there is no such flag; did you mean `--policies`?
Try `reeve cedar authorize --help`.
)"},
      {"cedar authorize --entites=entities.json", 64, "",
       R"(reeve: --entites: there is no such flag; did you mean `--entities`?
Try `reeve cedar authorize --help`.
)"},
      {"cedar authorize -x", 64, "",
       R"(reeve: -x: there is no such flag
Try `reeve cedar authorize --help`.
)"},
      {"cedar authorize photos.cedar", 64, "",
       R"(reeve: photos.cedar: unexpected word
Try `reeve cedar authorize --help`.
)"},
      {"cedar authorize -p", 64, "",
       R"(reeve: --policies: needs a value, FILE
Try `reeve cedar authorize --help`.
)"},
      {"cedar authorize -p photos.cedar -p photos.cedar", 64, "",
       R"(reeve: --policies: may be given only once
Try `reeve cedar authorize --help`.
)"},
      {R"(cedar authorize --request-json a.json -l 'User::"a"')", 64, "",
       R"(reeve: --principal: cannot be given together with --request-json
Try `reeve cedar authorize --help`.
)"},
      {"cedar authorize --policy-format jsn", 64, "",
       R"(reeve: --policy-format: must be cedar or json, not `jsn`; did you mean `json`?
Try `reeve cedar authorize --help`.
)"},
      {"cedar authorize --request-validation maybe", 64, "",
       R"(reeve: --request-validation: must be true or false, not `maybe`
Try `reeve cedar authorize --help`.
)"},
      {"cedar evaluate", 64, "",
       R"(reeve: EXPRESSION: is required
Try `reeve cedar evaluate --help`.
)"},
      {"cedar evaluate 1 2", 64, "",
       R"(reeve: 2: unexpected word
Try `reeve cedar evaluate --help`.
)"},
      {"cedar validate -p photos.cedar", 64, "",
       R"(reeve: --schema: is required
Try `reeve cedar validate --help`.
)"},
      {"cedar validate -s photos.cedarschema --level -1", 64, "",
       R"(reeve: --level: must be a whole number from 0 to 1000, not `-1`
Try `reeve cedar validate --help`.
)"},
      {"cedar validate -s photos.cedarschema --level deep", 64, "",
       R"(reeve: --level: must be a whole number from 0 to 1000, not `deep`
Try `reeve cedar validate --help`.
)"},
      {"cedar format --line-width 19", 64, "",
       R"(reeve: --line-width: must be a whole number from 20 to 1000, not `19`
Try `reeve cedar format --help`.
)"},
      {"cedar format --line-width 1001", 64, "",
       R"(reeve: --line-width: must be a whole number from 20 to 1000, not `1001`
Try `reeve cedar format --help`.
)"},
      {"cedar format --indent-width 17", 64, "",
       R"(reeve: --indent-width: must be a whole number from 0 to 16, not `17`
Try `reeve cedar format --help`.
)"},
      {"cedar translate-policy", 64, "",
       R"(reeve: --direction: is required
Try `reeve cedar translate-policy --help`.
)"},
      {"cedar translate-policy --direction json", 64, "",
       R"(reeve: --direction: must be cedar-to-json or json-to-cedar, not `json`
Try `reeve cedar translate-policy --help`.
)"},
      {"cedar translate-schema --direction cedar-to-jsn", 64, "",
       R"(reeve: --direction: must be cedar-to-json or json-to-cedar, not `cedar-to-jsn`; did you mean `cedar-to-json`?
Try `reeve cedar translate-schema --help`.
)"},
      {"cedar link --template-id t", 64, "",
       R"(reeve: --new-id: is required
Try `reeve cedar link --help`.
)"},
      {"cedar link-schemas", 64, "",
       R"(reeve: FILE: is required
Try `reeve cedar link-schemas --help`.
)"},
      {"cedar test", 64, "",
       R"(reeve: FILE: is required
Try `reeve cedar test --help`.
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve: every command has a help, and the examples in it work", "[e2e]") {
  const Photos photos;
  photos.write("photos_test.yaml", "policies: [photos.cedar]\ntests: []\n");
  photos.write("base.cedarschema", "entity user;\n");
  photos.write("tenant.cedarschema", "external entity user;\n");
  for (const char* command : {"reeve",
                              "reeve serve",
                              "reeve dev",
                              "reeve check-config",
                              "reeve reload",
                              "reeve init",
                              "reeve credential create",
                              "reeve audit verify",
                              "reeve store dump",
                              "reeve version",
                              "reeve cedar",
                              "reeve cedar authorize",
                              "reeve cedar evaluate",
                              "reeve cedar validate",
                              "reeve cedar check-parse",
                              "reeve cedar format",
                              "reeve cedar translate-policy",
                              "reeve cedar translate-schema",
                              "reeve cedar link",
                              "reeve cedar link-schemas",
                              "reeve cedar symbols",
                              "reeve cedar test"}) {
    const Finished help = photos.type(std::string(command) + " --help");
    INFO(command << "\n" << help.out);
    CHECK(help.code == 0);
    CHECK(help.err == "");
    CHECK_THAT(help.out, ContainsSubstring(std::string("Usage: ") + command));
    const std::size_t codes = help.out.find("\nExit codes: 0 ");
    const bool is_of_others =
        std::string_view(command) == "reeve" || std::string_view(command) == "reeve cedar";
    CHECK((codes == std::string::npos) == is_of_others);
    if (!std::string_view(command).starts_with("reeve cedar ")) continue;
    const std::size_t example = help.out.find("Example:\n");
    REQUIRE(example < codes);
    CHECK(photos.type(help.out.substr(example + 9, codes - example - 9)).code == 0);
  }
  CHECK(photos.type("reeve version").out.starts_with("reeve "));
}
