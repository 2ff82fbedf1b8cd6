#include "names/characters.h"

#include <string>

#include "tests/support/catch.h"

namespace {

std::string in_name(const char* name) {
  const auto refused = names::find_refused_in_name(name);
  return refused ? refused->to_string() : "ok";
}

}  // namespace

TEST_CASE("names: what isn't seen is refused in a name, with its place", "[names]") {
  struct Row {
    const char* what;
    const char* name;
    const char* found;
  };
  const Row rows[] = {
      {"letters of any script", "Ops Ünïcødé Ελλάδα Команда 運用 פיתוח تطوير", "ok"},
      {"marks of their own", "e\u0301 n\u0303", "ok"},
      {"a line end", "a\nb", "U+000A, a control character, at character 2"},
      {"delete", "ab\x7f", "U+007F, a control character, at character 3"},
      {"a control of Latin-1", "é\u0085", "U+0085, a control character, at character 2"},
      {"Unicode's line end", "a\u2028b", "U+2028, a line break, at character 2"},
      {"Unicode's paragraph end", "a\u2029", "U+2029, a line break, at character 2"},
      {"right to left from here", "user\u202Egpj", "U+202E, a bidirectional control, at character 5"},
      {"a blank pattern of Braille", "a\u2800", "U+2800, an invisible character, at character 2"},
      {"a mark of an annotation", "Adm\uFFF9ins", "U+FFF9, an invisible character, at character 4"},
      {"a control of Egyptian", "a\U00013430", "U+13430, an invisible character, at character 2"},
      {"an isolate", "\u2066a\u2069", "U+2066, a bidirectional control, at character 1"},
      {"a mark for Arabic", "a\u061C", "U+061C, a bidirectional control, at character 2"},
      {"a mark left to right", "日本\u200E", "U+200E, a bidirectional control, at character 3"},
      {"a space of no width", "ad\u200Bmin", "U+200B, an invisible character, at character 3"},
      {"a byte order mark", "\uFEFFadmin", "U+FEFF, an invisible character, at character 1"},
      {"a soft hyphen", "ad\u00ADmin", "U+00AD, an invisible character, at character 3"},
      {"a joiner of graphemes", "a\u034F", "U+034F, an invisible character, at character 2"},
      {"a filler of Hangul", "\u3164", "U+3164, an invisible character, at character 1"},
      {"another, of half width", "a\uFFA0", "U+FFA0, an invisible character, at character 2"},
      {"a tag", "a\U000E0041", "U+E0041, an invisible character, at character 2"},
      {"a selector of variants", "a\U000E0100", "U+E0100, an invisible character, at character 2"},
      {"a non-joiner, also in Persian", "می\u200Cخواهم", "U+200C, an invisible character, at character 3"},
      {"a joiner, also in Hindi", "क्\u200D", "U+200D, an invisible character, at character 3"},

      {"an emoji", "Ops 🚀", "ok"},
      {"a heart as a picture", "❤\uFE0F Care", "ok"},
      {"a keycap", "1\uFE0F\u20E3 first", "ok"},
      {"people of several characters", "👩🏽\u200D💻 Developers", "ok"},
      {"a flag of several", "🏳\uFE0F\u200D🌈", "ok"},
      {"a family", "👨\u200D👩\u200D👧\u200D👦", "ok"},
      {"a flag of two letters", "🇩🇪", "ok"},
      {"a picture's selector behind a letter", "a\uFE0F", "U+FE0F, an invisible character, at character 2"},
      {"behind a digit that is no keycap", "1\uFE0F", "U+FE0F, an invisible character, at character 2"},
      {"twice", "❤\uFE0F\uFE0F", "U+FE0F, an invisible character, at character 3"},
      {"at the start", "\uFE0F", "U+FE0F, an invisible character, at character 1"},
      {"a text's selector", "❤\uFE0E", "U+FE0E, an invisible character, at character 2"},
      {"a joiner behind an emoji", "👩\u200D", "U+200D, an invisible character, at character 2"},
      {"before a letter", "👩\u200Da", "U+200D, an invisible character, at character 2"},
      {"between letters", "a\u200Db", "U+200D, an invisible character, at character 2"},
      {"twice between emoji", "👩\u200D\u200D💻", "U+200D, an invisible character, at character 2"},
      {"a flag of tags", "🏴\U000E0067\U000E007F", "U+E0067, an invisible character, at character 2"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(in_name(row.name) == row.found);
  }
  CHECK(in_name(std::string(1, '\0').c_str()) == "ok");  // an empty text
  CHECK(names::find_refused_in_name(std::string("a\0", 2))->to_string() ==
        "U+0000, a control character, at character 2");
}

TEST_CASE("names: a text of lines may not turn what stands beside it around", "[names]") {
  struct Row {
    const char* text;
    const char* found;
  };
  const Row rows[] = {
      {"one\ttwo\r\nthree", "ok"},
      {"می\u200Cخواهم, soft\u00ADhyphen, ❤\uFE0F, \u200Eleft", "ok"},
      {"a\x1b[2J", "U+001B, a control character, at character 2"},
      {"a\u009B2J", "U+009B, a control character, at character 2"},
      {"for\u202Eever", "U+202E, a bidirectional control, at character 4"},
      {"\u202Aa\u202C", "U+202A, a bidirectional control, at character 1"},
      {"é\u2067", "U+2067, a bidirectional control, at character 2"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto refused = names::find_refused_in_prose(row.text);
    CHECK((refused ? refused->to_string() : "ok") == row.found);
  }
}
