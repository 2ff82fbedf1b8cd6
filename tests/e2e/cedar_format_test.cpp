// `reeve cedar format`: the canonical layout, printed, checked or written.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar format: prints the layout, comments kept", "[e2e]") {
  const Photos photos;
  photos.write("loose.cedar",
               R"(permit(principal,action==Action::"view",resource)when{resource.public}; // all
)");
  photos.write("torn.cedar", "permit (principal, action, resource\n");
  constexpr Typed kRows[] = {
      {"cedar format -p loose.cedar", 0,
       R"(permit (
  principal,
  action == Action::"view",
  resource
)
when { resource.public }; // all
)"},
      {"cedar format < loose.cedar", 0,
       R"(permit (
  principal,
  action == Action::"view",
  resource
)
when { resource.public }; // all
)"},
      {"cedar format -p photos.cedar | diff photos.cedar -", 0, ""},
      {"cedar format -p empty", 0, ""},
      {"cedar format -l 40 -i 4 -p loose.cedar", 0,
       R"(permit (
    principal,
    action == Action::"view",
    resource
)
when { resource.public }; // all
)"},
      {"cedar format --line-width 120 --indent-width 0 -p loose.cedar", 0,
       R"(permit (
principal,
action == Action::"view",
resource
)
when { resource.public }; // all
)"},
      {"cedar format --json -p loose.cedar", 0,
       R"({"formatted":false,"text":"permit (\n  principal,\n  action == Action::\"view\",\n  resource\n)\nwhen { resource.public }; // all\n"}
)"},
      {"cedar format -p torn.cedar", 1, "",
       R"(reeve: torn.cedar:2:1: expected `)`, found the end of the text
  2 | 
    | ^
)"},
      {"cedar format -p latin1", 1, "",
       R"(reeve: latin1:1:44: not valid UTF-8
  1 | permit(principal, action, resource); // caf�
    |                                            ^
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar format --check and --write: whether it is so, and making it so", "[e2e]") {
  const Photos photos;
  photos.write("loose.cedar", "permit(principal,action,resource);\n");
  photos.write("torn.cedar", "permit (principal, action, resource\n");
  constexpr Typed kRows[] = {
      {"cedar format --check -p photos.cedar", 0, ""},
      {"cedar format -c -p loose.cedar", 1, "",
       "reeve: loose.cedar: is not formatted as `reeve cedar format` would\n"},
      {"cedar format --check < loose.cedar", 1, "",
       "reeve: <stdin>: is not formatted as `reeve cedar format` would\n"},
      {"cedar format --check --json -p loose.cedar", 1,
       R"({"formatted":false,"text":"permit (principal, action, resource);\n"}
)"},
      {"cedar format --check -p torn.cedar", 1, "",
       R"(reeve: torn.cedar:2:1: expected `)`, found the end of the text
  2 | 
    | ^
)"},
      {"cedar format -w -p torn.cedar; cat torn.cedar", 0, "permit (principal, action, resource\n",
       R"(reeve: torn.cedar:2:1: expected `)`, found the end of the text
  2 | 
    | ^
)"},
      {R"(chmod 640 loose.cedar; ln -s loose.cedar link.cedar; cedar format --write -p link.cedar; cat loose.cedar; stat -c '%A %n' loose.cedar; test -h link.cedar)",
       0,
       R"(permit (principal, action, resource);
-rw-r----- loose.cedar
)"},
      {"cedar format --check -p loose.cedar", 0, ""},
      {"cedar format --write --check -p loose.cedar", 64, "",
       R"(reeve: --check: cannot be given together with --write
Try `reeve cedar format --help`.
)"},
      {"cedar format --write < loose.cedar", 64, "",
       R"(reeve: --write: needs a file to write, given with --policies
Try `reeve cedar format --help`.
)"},
      {"mkdir closed; cedar format --write -p closed", 1, "", "reeve: closed: Is a directory\n"},
  };
  check(photos, kRows);
}
