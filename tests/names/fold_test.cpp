#include "names/fold.h"

#include <string>

#include "base/utf8.h"
#include "names/look.h"
#include "tests/support/catch.h"

TEST_CASE("names: which are the same name", "[names]") {
  struct Row {
    const char* what;
    const char* a;
    const char* b;
    bool same;
  };
  const Row rows[] = {
      {"ASCII of another case", "Ops Team", "oPS tEAM", true},
      {"other letters of another case", "ÉQUIPE Ω Я", "équipe ω я", true},
      {"one character and its parts", "caf\u00E9", "cafe\u0301", true},
      {"marks in another order", "a\u0323\u0302", "a\u0302\u0323", true},
      {"marks of one class in another order", "a\u0301\u0302", "a\u0302\u0301", false},
      {"without the mark", "caf\u00E9", "cafe", false},
      {"letters of full width", "Ｏｐｓ１", "ops1", true},
      {"ligatures", "o\uFB03ce", "office", true},
      {"a sharp s", "Straße", "STRASSE", true},
      {"a capital one", "STRAẞE", "strasse", true},
      {"a final sigma", "ΟΔΟΣ", "οδος", true},
      {"a dotted capital I", "İstanbul", "istanbul", false},
      {"the same, and i with a dot", "İstanbul", "i\u0307stanbul", true},
      {"a dotless i", "ısı", "isi", false},
      {"I is i, as outside of Turkish", "ISI", "isi", true},
      {"the sign of Kelvin and k", "\u212A", "k", true},
      {"superscript", "m²", "m2", true},
      {"circled", "①", "1", true},
      {"letters of mathematics", "𝐎𝐩𝐬", "ops", true},
      {"a Hangul syllable and its letters", "한글", "\u1112\u1161\u11AB\u1100\u1173\u11AF", true},
      {"Hangul letters that stand alone", "ㄱ", "\u1100", true},
      {"Katakana of half width", "ｶﾞ", "ガ", true},
      {"a space that doesn't break", "a\u00A0b", "a b", true},
      {"an ideographic space", "a\u3000b", "a b", true},
      {"two spaces", "a  b", "a b", true},
      {"spaces at the ends", "\u3000a b\u00A0 ", "a b", true},
      {"a space in place of none", "a b", "ab", false},
      {"what isn't seen (of old names)", "ad\u200Bm\u00ADin\uFEFF", "admin", true},
      {"emoji with and without a selector", "❤\uFE0F", "❤", true},
      {"emoji that join and that don't", "👩\u200D💻", "👩💻", true},
      {"Latin and Cyrillic", "a", "а", false},
      {"Han and its compatibility character", "\uF900", "\u8C48", true},
      {"not UTF-8: ASCII alone", "A\xff", "a\xff", true},
      {"not UTF-8: other bytes", "É\xff", "é\xff", false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK((names::fold(row.a) == names::fold(row.b)) == row.same);
  }
}

TEST_CASE("names: folding is bounded", "[names]") {
  std::string long_name, marks = "a";
  for (int i = 0; i < 200; ++i) long_name += "\uFDFA";
  CHECK(base::utf8::length(names::fold(long_name)) == 200 * 18);
  // Marks that have to be sorted, from the highest class to the lowest: not in quadratic time.
  for (int i = 0; i < 200'000; ++i) marks += i < 100'000 ? "\u0345" : "\u0334";
  CHECK(names::fold(marks).size() > 200'000);
  CHECK(names::fold("").empty());
  CHECK(names::fold("\u200B\u034F").empty());
}

TEST_CASE("names: which look alike", "[names]") {
  struct Row {
    const char* what;
    const char* a;
    const char* b;
    bool mixed;  // a mixes scripts
    bool alike;
  };
  const Row rows[] = {
      {"Cyrillic and an l", "раураl", "paypal", true, true},
      {"all of it Cyrillic", "сосо", "coco", false, true},
      {"Greek among Latin", "οps", "ops", true, true},
      {"a capital as it is written", "Нelpdesk", "Helpdesk", true, true},
      {"and one of another case", "Нelpdesk", "HELPDESK", true, true},
      {"a small one, against capitals", "аdmin", "ADMIN", true, true},
      {"capitals, against small ones", "АDMIN", "admin", true, true},
      {"Cherokee", "ᎪᏞᎪᎡM", "AᏞᎪRM", true, true},
      {"letters of mathematics", "𝒂dmin", "admin", false, true},
      {"digits are of any script", "команда 1", "команда l", false, true},
      {"m and rn", "modern", "modem", false, true},
      {"two scripts that look like nothing else", "DevOps команда", "DevOps team", true, false},
      {"Japanese is one script", "カタカナとかんじ漢字", "x", false, false},
      {"Japanese and Latin are two", "東京 Ops", "東京", true, false},
      {"Korean", "한글漢字", "x", false, false},
      {"Chinese with Bopomofo", "漢字ㄅ", "x", false, false},
      {"Bopomofo and Hangul", "ㄅ한", "x", true, false},
      {"emoji", "Ops 🚀", "x", false, false},
      {"a letter that isn't assigned", "a\U0002FFF0", "x", true, false},
      {"marks of their own", "e\u0301", "x", false, false},
      {"other marks", "раураl\u0301", "paypal", true, false},
      {"not UTF-8",
       "а\xff"
       "a",
       "a", false, false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(names::mixes_scripts(row.a) == row.mixed);
    bool alike = false;
    for (const std::string& a : names::looks(row.a))
      for (const std::string& b : names::looks(row.b)) alike = alike || a == b;
    CHECK(alike == row.alike);
  }
}
