#include "tests/sql/generator.h"

#include <limits>
#include <utility>
#include <vector>

namespace judged {
namespace {

constexpr const char* kTexts[] = {"a",  "A",  "ab", "aB",   "a%",  "a_b", "a*b", "'", "\"", "é",
                                  "É",  "",   "a ", "a[b]", "a?",  "!",   "\\",  "%", "_",  "'; --",
                                  "ba", "aa", "x",  "axb",  "a%b", "a  ", "ss",  "ß", "😀"};
constexpr const char* kPatterns[] = {"*",   "a*", "*a", "*b*",    "a*b",   "a%*",  "a_*",
                                     "",    "A*", "*'", "*é*",    "a",     "a*b*", "**",
                                     "*[*", "*?", "!*", "*\\\\*", "*\\**", "* ",   "a_"};
constexpr const char* kUsers[] = {"ann", "Ann", "bob", "'", "änn"};
constexpr const char* kFolders[] = {"top", "mid", "low", "Top", "none"};
constexpr const char* kGroups[] = {"all", "red", "blue"};
constexpr std::int64_t kNumbers[] = {0,
                                     1,
                                     2,
                                     -1,
                                     std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min(),
                                     9007199254740993};

std::string quoted_text(const char* text) {
  return to_text(cedar::Value(text));
}

std::string uid(const char* type, const std::string& id) {
  return std::string(type) + "::" + to_text(cedar::Value(id));
}

}  // namespace

std::string Generator::policy() {
  std::string text = one_in(3) ? "forbid" : "permit";
  text += "(principal, action, resource";
  if (one_in(6)) text += " in " + folder();
  if (one_in(8)) text += " == Doc::\"" + std::to_string(pick(kNamedRows)) + "\"";
  // Both at once don't parse.
  if (text.find(" in ") != std::string::npos && text.find(" == ") != std::string::npos)
    text.resize(text.find(" == "));
  text += ")";
  for (std::size_t left = pick(3); left > 0; --left)
    text += (one_in(4) ? " unless { " : " when { ") + truth(3) + " }";
  return text + ";\n";
}

std::string Generator::truth(int depth) {
  if (depth == 0 || one_in(4)) return leaf();
  switch (pick(7)) {
    case 0:
    case 1:
      return "(" + truth(depth - 1) + " && " + truth(depth - 1) + ")";
    case 2:
    case 3:
      return "(" + truth(depth - 1) + " || " + truth(depth - 1) + " || " + truth(depth - 1) + ")";
    case 4:
      return "!(" + truth(depth - 1) + ")";
    case 5:
      return "(if " + truth(depth - 1) + " then " + truth(depth - 1) + " else " + truth(depth - 1) + ")";
    default:
      return "((" + truth(depth - 1) + (one_in(2) ? ") == (" : ") != (") + truth(depth - 1) + "))";
  }
}

std::string Generator::leaf() {
  static constexpr const char* kOptional[] = {"open", "m", "t", "editor", "folder", "team"};
  static constexpr const char* kOrders[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
  switch (pick(20)) {
    case 0:
      return "resource.flag";
    case 1:
      return "resource.open";
    case 2:
      return "(resource has open && resource.open)";
    case 3:
    case 4:
      return number() + choose(kOrders) + number();
    case 5:
    case 6:
      return text() + (one_in(3) ? " != " : " == ") + text();
    case 7:
    case 8:
      return text() + " like \"" + choose(kPatterns) + "\"";
    case 9:
      return std::string("resource has ") + choose(kOptional);
    case 10:
      return user() + (one_in(3) ? " != " : " == ") + user();
    case 11:
      return "resource in " +
             (one_in(2) ? folder() : "[" + folder() + ", " + group() + ", " + folder() + "]");
    case 12:
      return "resource.folder in " + folder();
    case 13:
      return (one_in(2) ? std::string("principal") : uid("User", choose(kUsers))) + " in resource.team";
    case 14:
      return "[" + text_constant() + ", " + text_constant() + ", " + (one_in(3) ? text() : text_constant()) +
             "].contains(" + text() + ")";
    case 15:
      return "[" + uid("User", choose(kUsers)) + ", principal, resource.owner].contains(" + user() + ")";
    case 16:
      return one_in(2) ? "context.flag" : "principal.level > " + std::to_string(pick(3));
    case 17:
      return one_in(2) ? "context.by == principal" : "context.big + 1 > 0";  // which fail
    case 18:
      return one_in(2) ? "resource.editor is User"
                       : "resource == " + uid("Doc", std::to_string(pick(kNamedRows)));
    default:
      return one_in(12) ? "resource.n + 1 > 0" : one_in(2) ? text() + " == " + number() : "resource.flag";
  }
}

std::string Generator::folder() {
  return uid("Folder", choose(kFolders));
}
std::string Generator::group() {
  return uid("Group", choose(kGroups));
}
std::string Generator::text_constant() {
  return quoted_text(choose(kTexts));
}

std::string Generator::number() {
  static constexpr const char* kLongs[] = {"resource.n", "resource.m", "context.big", "principal.level"};
  return one_in(2) ? choose(kLongs) : std::to_string(choose(kNumbers));
}

std::string Generator::text() {
  static constexpr const char* kStrings[] = {"resource.s", "resource.t", "context.text"};
  return one_in(3) ? text_constant() : choose(kStrings);
}

std::string Generator::user() {
  static constexpr const char* kThose[] = {"resource.owner", "resource.editor", "principal"};
  return one_in(4) ? uid("User", choose(kUsers)) : choose(kThose);
}

cedar::Record Generator::context() {
  return cedar::Record({{"flag", cedar::Value(one_in(2))},
                        {"big", cedar::Value(choose(kNumbers))},
                        {"text", cedar::Value(choose(kTexts))}});
}

cedar::EntityUid Generator::principal() {
  return {cedar::Name::unchecked("User"), choose(kUsers)};
}

cedar::Entity Generator::row(std::size_t number, bool nuls) {
  std::vector<cedar::Record::Field> fields;
  const auto add = [&](const char* name, cedar::Value value) {
    if (!one_in(4)) fields.emplace_back(name, std::move(value));
  };
  const auto named = [](const char* type, const char* id) {
    return cedar::Value(cedar::EntityUid(cedar::Name::unchecked(type), id));
  };
  for (const char* name : {"flag", "open"}) add(name, cedar::Value(one_in(2)));
  for (const char* name : {"n", "m"}) add(name, cedar::Value(choose(kNumbers)));
  for (const char* name : {"s", "t"}) {
    std::string text = choose(kTexts);
    if (nuls && one_in(20)) text += std::string(1, '\0') + choose(kTexts);
    add(name, cedar::Value(text));
  }
  for (const char* name : {"owner", "editor"}) add(name, named("User", choose(kUsers)));
  add("folder", named("Folder", choose(kFolders)));
  add("team", named("Group", choose(kGroups)));
  cedar::Entity row{{cedar::Name::unchecked("Doc"), std::to_string(number)}, cedar::Record(fields), {}, {}};
  if (!one_in(3)) row.parents.push_back(*named("Folder", choose(kFolders)).entity());
  return row;
}

}  // namespace judged
