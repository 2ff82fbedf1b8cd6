#include "tests/support/hostile_texts.h"

#include <algorithm>
#include <utility>

namespace hostile {

namespace {

using Maker = std::function<std::string(std::size_t)>;

// `unit` so many times; made by doubling, since some are long.
std::string repeated(const std::string& unit, std::size_t times) {
  const std::size_t size = unit.size() * times;
  std::string out;
  out.reserve(size);
  if (size > 0) out += unit;
  while (out.size() < size) out.append(out.data(), std::min(out.size(), size - out.size()));
  return out;
}

// `unit` over and over between a beginning and an end.
Maker filled(std::string before, std::string unit, std::string after) {
  return [=](std::size_t bytes) { return before + repeated(unit, bytes / unit.size()) + after; };
}

// The pieces for 0, 1, 2, … between a beginning and an end.
template <typename Piece>
Maker counted(std::string before, Piece piece, std::string after) {
  return [=](std::size_t bytes) {
    std::string out = before;
    for (std::size_t i = 0; out.size() < bytes; ++i) out += piece(i);
    return out + after;
  };
}

// Brackets of both kinds so many times, less one that would be too deep, around as much as fits.
std::string nested(const std::string& open, const std::string& inside, const std::string& close,
                   std::size_t levels) {
  return repeated(open, levels) + inside + repeated(close, levels);
}

std::string n(std::size_t i) {
  return std::to_string(i);
}

const std::string kPolicy = "permit(principal, action, resource);";
const std::string kWhen = "permit(principal, action, resource) when { ";
const std::string kEnd = " };";

void add_policy_texts(std::vector<Text>& out) {
  const auto add = [&](const char* what, Maker make) {
    out.push_back({Kind::kPolicyText, what, std::move(make)});
  };
  const auto when = [&](const char* what, std::string before, std::string unit, std::string after) {
    add(what, filled(kWhen + before, std::move(unit), after + kEnd));
  };
  when("brackets", "", "(", "");
  add("closed brackets", [](std::size_t bytes) { return kWhen + nested("(", "1", ")", bytes / 2) + kEnd; });
  when("exclamation marks", "", "!", "");
  when("minus signs", "", "-", "");
  when("if", "", "if true then ", "");
  when("braces", "", "{a: ", "");
  when("a long &&", "true", " && true", "");
  when("a long || of equal attributes", "false", " || context.a", "");
  when("a long || of has", "false", " || (principal has a && principal.a)", "");
  when("a long && of has", "true", " && principal has b", "");
  when("a long sum", "1", " + 1", "");
  when("a long product", "1", " * 1", "");
  when("a set of one element, many times", "[", "1, ", "].isEmpty()");
  add("a set", counted(
                   kWhen + "[", [](std::size_t i) { return n(i) + ","; }, "].isEmpty()" + kEnd));
  add("a set downwards",
      counted(
          kWhen + "[", [](std::size_t i) { return "-" + n(i) + ","; }, "].isEmpty()" + kEnd));
  when("a record with one name", "{", "a: 1, ", "} == {}");
  add("a record", counted(
                      kWhen + "{", [](std::size_t i) { return "a" + n(i) + ": 1, "; }, "} == {}" + kEnd));
  when("attributes", "context", ".a", "");
  when("has", "context has a", ".a", "");
  when("a pattern of stars", "\"" + std::string(100'000, 'a') + "\" like \"", "*", "\"");
  add("a pattern that nearly matches", [](std::size_t bytes) {
    return kWhen + "\"" + std::string(bytes / 2, 'a') + "\" like \"" + repeated("*a", bytes / 4) + "*b\"" +
           kEnd;
  });
  add("a pattern with one long piece that nearly matches", [](std::size_t bytes) {
    return kWhen + "\"" + std::string(bytes, 'a') + "\" like \"*" + std::string(250, 'a') + "b*\"" + kEnd;
  });
  when("a string", "\"", "a", "\" == \"\"");
  when("escapes", "\"", "\\u{1F600}", "\" == \"\"");
  when("a string without end", "\"", "a", "");
  when("an identifier", "", "a", "");
  when("an attribute that is not there", "principal.", "a", "");
  when("a number", "", "9", "");
  when("a decimal", "decimal(\"", "1", "\").lessThan(decimal(\"1.0\"))");
  when("an address", "ip(\"", "1:", "\").isIpv4()");
  when("a duration", "duration(\"", "1d", "\") == 1");
  add("a name", filled("permit(principal is A", "::A", ", action, resource);"));
  add("a comment", filled("// ", "a", "\n" + kPolicy));
  add("comments", filled("", "//\n", kPolicy));
  add("blanks", filled("", " ", kPolicy));
  add("line ends", filled("", "\n", kPolicy + "x"));
  add("bytes that are no UTF-8", filled("", "\xff", ""));
  add("zeros", filled("", std::string(1, '\0'), ""));
  add("policies", filled("", kPolicy, ""));
  add("policies with ids", counted(
                               "", [](std::size_t i) { return "@id(\"" + n(i) + "\")" + kPolicy; }, ""));
  add("templates", filled("", "permit(principal == ?principal, action, resource);", ""));
  add("annotations", counted(
                         "", [](std::size_t i) { return "@a" + n(i) + " "; }, kPolicy));
  add("one annotation", filled("", "@a ", kPolicy));
  add("an annotation's value", filled("@a(\"", "a", "\")" + kPolicy));
  add("actions", counted(
                     "permit(principal, action in [",
                     [](std::size_t i) { return "Action::\"" + n(i) + "\","; }, "], resource);"));
  add("conditions", filled("permit(principal, action, resource)", " when {true}", ";"));
  add("a misspelt word", filled("", "permitt", "(principal, action, resource);"));
  // What is asked of an object as deep as objects go, around a long one.
  add("has of has", [](std::size_t bytes) {
    const std::string set = "[" + repeated("\"sixteen letters \",", bytes / 19) + "]";
    return kWhen + nested("({a: ", set, "} has a)", 95) + kEnd;
  });
  add("types that are not there",
      counted(
          "", [](std::size_t i) { return "permit(principal is Userr" + n(i) + ", action, resource);"; }, ""));
  add("attributes that are not there",
      counted(
          kWhen + "true", [](std::size_t i) { return " || principal.nam" + n(i); }, kEnd));
  add("mistakes as deep as can be", [](std::size_t bytes) {
    return kWhen + nested("(", "[" + repeated("\"sixteen letters \",", bytes / 19) + "]", " + 1)", 95) + kEnd;
  });
}

void add_policy_json(std::vector<Text>& out) {
  const std::string one = R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},)"
                          R"("resource":{"op":"All"},"conditions":[{"kind":"when","body":)";
  const std::string end = "}]}";
  const auto add = [&](const char* what, Maker make) {
    out.push_back({Kind::kPolicyJson, what, std::move(make)});
  };
  add("brackets", filled("", "[", ""));
  add("braces", filled("", "{\"a\":", ""));
  add("negations", filled(one, "{\"!\":{\"arg\":", end));
  add("a set", filled(one + "{\"Set\":[", "{\"Value\":1},", "{\"Value\":1}]}" + end));
  add("a record", counted(
                      one + "{\"Record\":{", [](std::size_t i) { return "\"" + n(i) + "\":{\"Value\":1},"; },
                      "\"\":{\"Value\":1}}}" + end));
  add("one member", filled(one + "{\"Record\":{", "\"a\":{\"Value\":1},", "\"a\":{\"Value\":1}}}" + end));
  add("unknown members", counted(
                             "{", [](std::size_t i) { return "\"a" + n(i) + "\":1,"; }, "\"a\":1}"));
  add("policies", counted(
                      "{\"staticPolicies\":{",
                      [=](std::size_t i) {
                        return (i == 0 ? "\"" : ",\"") + n(i) + "\":" + one + "{\"Value\":true}" + end;
                      },
                      "},\"templates\":{},\"templateLinks\":[]}"));
  add("links to nothing", filled(R"({"staticPolicies":{},"templates":{},"templateLinks":[)",
                                 R"({"templateId":"t","newId":"l","values":{}},)", "1]}"));
  // A template of half the bytes, and links to it.
  add("links to a long template", [](std::size_t bytes) {
    const std::string condition = R"({"kind":"when","body":{"Value":true}},)";
    std::string text =
        R"({"staticPolicies":{},"templates":{"t":{"effect":"permit","principal":{"op":"==","slot":)"
        R"("?principal"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[)" +
        repeated(condition, bytes / 2 / condition.size()) +
        R"({"kind":"when","body":{"Value":true}}]}},"templateLinks":[)";
    for (std::size_t i = 0; text.size() < bytes; ++i)
      text += (i == 0 ? "" : ",") + (R"({"templateId":"t","newId":")" + n(i)) +
              R"(","values":{"?principal":{"type":"User","id":""}}})";
    return text + "]}";
  });
  add("a pattern",
      filled(one + R"({"like":{"left":{"Value":"a"},"pattern":[)", "\"Wildcard\",", "\"Wildcard\"]}}" + end));
  add("escapes", filled("\"", "\\u0061", "\""));
  add("a string without end", filled("\"", "a", ""));
  add("a number", filled("", "9", ""));
}

void add_schema_texts(std::vector<Text>& out) {
  const auto add = [&](const char* what, Maker make) {
    out.push_back({Kind::kSchemaText, what, std::move(make)});
  };
  const auto each = [&](const char* what, std::string (*piece)(std::size_t)) {
    add(what, counted("", piece, ""));
  };
  add("braces", filled("entity A ", "{a: ", ""));
  add("sets", filled("type A = ", "Set<", ""));
  add("one entity", filled("", "entity A;", ""));
  each("entities", [](std::size_t i) { return "entity E" + n(i) + ";"; });
  add("entities of one declaration", counted(
                                         "entity A", [](std::size_t i) { return ", A" + n(i); }, ";"));
  add("ten thousand entities with long names", [](std::size_t bytes) {
    const std::string name(std::max<std::size_t>(bytes / 10'000, 16) - 15, 'a');
    std::string text;
    for (std::size_t i = 0; i < 10'000; ++i) text += "entity " + name + n(i) + ";";
    return text;
  });
  add("attributes", counted(
                        "entity A {", [](std::size_t i) { return "a" + n(i) + ": Long, "; }, "};"));
  add("one attribute", filled("entity A {", "a: Long, ", "};"));
  each("a chain of types", [](std::size_t i) { return "type T" + n(i) + " = T" + n(i + 1) + ";"; });
  each("a chain of types backwards",
       [](std::size_t i) { return i == 0 ? "type T0 = Long;" : "type T" + n(i) + " = T" + n(i - 1) + ";"; });
  each("types that double",
       [](std::size_t i) { return "type T" + n(i) + " = {a: T" + n(i + 1) + ", b: T" + n(i + 1) + "};"; });
  each("types that double, backwards", [](std::size_t i) {
    if (i == 0) return std::string("type T0 = {};");
    // As deep as types nest, and then anew.
    const std::string below = "T" + n(i % 190 == 0 ? 0 : i - 1);
    return "type T" + n(i) + " = {a: " + below + ", b: " + below + "};";
  });
  each("groups", [](std::size_t i) { return "entity E" + n(i) + " in [E" + n(i / 2) + "];"; });
  add("a cycle of groups", [](std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < 10'000; ++i)
      text += "entity E" + n(i) + " in [E" + n((i + 1) % 10'000) + "];";
    return text + repeated(" ", bytes > text.size() ? bytes - text.size() : 0);
  });
  each("actions", [](std::size_t i) { return "action a" + n(i) + ";"; });
  each("actions in a chain", [](std::size_t i) { return "action a" + n(i) + " in [a" + n(i + 1) + "];"; });
  each("namespaces", [](std::size_t i) { return "namespace N" + n(i) + " {}"; });
  add("enum ids", counted(
                      "entity A enum [", [](std::size_t i) { return "\"" + n(i) + "\","; }, "\"\"];"));
  add("annotations", counted(
                         "", [](std::size_t i) { return "@a" + n(i) + " "; }, "entity A;"));
  add("names that mean nothing",
      counted(
          "entity A {", [](std::size_t i) { return "a" + n(i) + ": Strin, "; }, "};"));
  add("a name that is nearly each of many", [](std::size_t bytes) {
    const std::string name(120, 'a');
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) text += "type " + name + n(i) + " = Long;";
    return text + "type A = " + std::string(110, 'a') + "bbbbbbbbbbbbbb;";
  });
  add("a string without end", filled("entity A enum [\"", "a", ""));
  add("a comment", filled("// ", "a", ""));
  add("an identifier", filled("entity ", "a", ";"));
}

void add_schema_json(std::vector<Text>& out) {
  const auto add = [&](const char* what, Maker make) {
    out.push_back({Kind::kSchemaJson, what, std::move(make)});
  };
  add("brackets", filled("", "[", ""));
  add("braces", filled("", "{\"a\":", ""));
  add("namespaces",
      counted(
          "{", [](std::size_t i) { return "\"N" + n(i) + R"(":{"entityTypes":{},"actions":{}},)"; },
          R"("":{"entityTypes":{},"actions":{}}})"));
  add("entities", counted(R"({"":{"actions":{},"entityTypes":{)",
                          [](std::size_t i) { return "\"E" + n(i) + "\":{},"; }, "\"E\":{}}}}"));
  add("members of",
      filled(R"({"":{"actions":{},"entityTypes":{"E":{"memberOfTypes":[)", "\"E\",", "\"E\"]}}}}"));
  add("attributes",
      counted(R"({"":{"actions":{},"entityTypes":{"E":{"shape":{"type":"Record","attributes":{)",
              [](std::size_t i) { return "\"a" + n(i) + R"(":{"type":"Long"},)"; },
              R"("a":{"type":"Long"}}}}}}})"));
  add("a type inside a type",
      filled(R"({"":{"actions":{},"entityTypes":{},"commonTypes":{"T":)", R"({"type":"Set","element":)", ""));
  add("annotations", counted(R"({"":{"actions":{},"entityTypes":{"E":{"annotations":{)",
                             [](std::size_t i) { return "\"a" + n(i) + "\":null,"; }, R"("a":null}}}}})"));
}

void add_entities(std::vector<Text>& out) {
  const auto entity = [](const std::string& id, const std::string& attrs, const std::string& parents) {
    return R"({"uid":{"type":"E","id":")" + id + R"("},"attrs":{)" + attrs + R"(},"parents":[)" + parents +
           "]}";
  };
  const auto uid = [](std::size_t i) { return R"({"type":"E","id":")" + n(i) + R"("})"; };
  const auto add = [&](const char* what, Maker make) {
    out.push_back({Kind::kEntities, what, std::move(make)});
  };
  const std::string attrs = R"([{"uid":{"type":"E","id":"a"},"parents":[],"attrs":{)";
  const std::string last = entity("last", "", "") + "]";
  add("brackets", filled("", "[", ""));
  add("one entity", filled("[", entity("a", "\"x\":[1,2,3]", "") + ",", last));
  add("a chain", counted(
                     "[", [=](std::size_t i) { return entity(n(i), "", uid(i + 1)) + ","; }, last));
  add("a cycle",
      counted(
          "[", [=](std::size_t i) { return entity(n(i), "", uid(i == 0 ? 9'999 : i - 1)) + ","; }, last));
  add("a ladder", counted(
                      "[",
                      [=](std::size_t i) {
                        const std::size_t next = i / 2 * 2 + 2;
                        return entity(n(i), "", uid(next) + "," + uid(next + 1)) + ",";
                      },
                      last));
  add("one parent", filled("[" + entity("0", "", "").substr(0, entity("0", "", "").size() - 2), uid(1) + ",",
                           uid(1) + "]}]"));
  add("parents", counted(
                     "[" + entity("a", "", "").substr(0, entity("a", "", "").size() - 2),
                     [=](std::size_t i) { return uid(i) + ","; }, uid(0) + "]}]"));
  add("groups of groups of all", [=](std::size_t bytes) {
    // A thousand groups, each in all those after it, over and over among the rest.
    std::string text = "[";
    for (std::size_t i = 0; text.size() < bytes; ++i) {
      std::string parents;
      for (std::size_t j = i + 1; j < i + 300; ++j) parents += (parents.empty() ? "" : ",") + uid(j);
      text += entity(n(i), "", parents) + ",";
    }
    return text + last;
  });
  add("attributes", counted(
                        attrs, [](std::size_t i) { return "\"a" + n(i) + "\":1,"; }, "\"a\":1}}]"));
  add("one attribute", filled(attrs, "\"a\":1,", "\"a\":1}}]"));
  add("a set of equal records", filled(attrs + "\"a\":[", "{\"b\":[1]},", "1]}}]"));
  add("a set of nested sets", filled(attrs + "\"a\":[", nested("[", "", "]", 50) + ",", "1]}}]"));
  add("a set of nested sets that differ",
      counted(
          attrs + "\"a\":[", [](std::size_t i) { return nested("[", n(i), "]", 50) + ","; }, "1]}}]"));
  add("a decimal", filled(attrs + R"("a":{"__extn":{"fn":"decimal","arg":")", "1", "\"}}}}]"));
  add("an unknown function", filled(attrs + R"("a":{"__extn":{"fn":")", "ip", R"(","arg":"1"}}}}])"));
  add("a type", filled(R"([{"uid":{"type":"A)", "::A", R"(","id":""},"attrs":{},"parents":[]}])"));
  add("escapes", filled("[\"", "\\ud83d\\ude00", "\"]"));
  out.push_back({Kind::kContext, "attributes",
                 counted(
                     "{", [](std::size_t i) { return "\"a" + n(i) + "\":1,"; }, "\"a\":1}")});
  out.push_back({Kind::kContext, "a set",
                 counted(
                     "{\"a\":[", [](std::size_t i) { return n(i) + ","; }, "1]}")});
}

}  // namespace

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kPolicyText:
      return "policy text";
    case Kind::kPolicyJson:
      return "policy JSON";
    case Kind::kSchemaText:
      return "schema text";
    case Kind::kSchemaJson:
      return "schema JSON";
    case Kind::kEntities:
      return "entities";
    case Kind::kContext:
      return "context";
  }
  return "";
}

const std::vector<Text>& texts() {
  static const std::vector<Text> all = [] {
    std::vector<Text> made;
    add_policy_texts(made);
    add_policy_json(made);
    add_schema_texts(made);
    add_schema_json(made);
    add_entities(made);
    return made;
  }();
  return all;
}

}  // namespace hostile
