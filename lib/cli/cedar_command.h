#pragma once
#include <string>

namespace cli {

// `reeve cedar authorize`: one request against policies from a file, with the flags, output and exit codes
// that users of the language's official command know.
struct CedarAuthorize {
  std::string policies;   // path; "-" is standard input
  std::string entities;   // path; empty: none
  std::string principal;  // as policies write it: User::"alice"
  std::string action;
  std::string resource;
  std::string context;  // path of a JSON object; empty: an empty record
  bool json = false;
};
int cedar_authorize(const CedarAuthorize&);

// `reeve cedar check-parse`: 0 where the policies parse, else 1 with the mistake, its place and a caret.
struct CedarCheckParse {
  std::string policies;  // path; "-" is standard input
};
int cedar_check_parse(const CedarCheckParse&);

}  // namespace cli
