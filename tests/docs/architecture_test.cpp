// docs/architecture.md describes the tree, and is held against it. A file or folder in backquotes exists. A
// name is a word of one of the files that its paragraph, list item or table row names, or of any source if
// that names none. Everything else in backquotes (keys, headers, calls, commands) stands literally in a
// source. The arrows of its table are those of the lint.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace {

namespace fs = std::filesystem;

constexpr const char* kPage = "docs/architecture.md";

std::string read_text(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string& all_sources() {
  static const std::string all = [] {
    std::string text;
    for (const char* folder : {"lib", "config", "data/openapi"})
      for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) text += read_text(entry.path()) + "\n";
    return text;
  }();
  return all;
}

bool is_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_of_word(text[at - 1])) && (end == text.size() || !is_of_word(text[end]))) return true;
  }
  return false;
}

bool is_word(const std::string& span) {
  return std::all_of(span.begin(), span.end(), is_of_word);
}

bool is_path(const std::string& span) {
  const bool is_plain = std::all_of(span.begin(), span.end(),
                                    [](char c) { return is_of_word(c) || c == '.' || c == '-' || c == '/'; });
  const bool is_file = span.ends_with(".cpp") || span.ends_with(".h") || span.ends_with(".md");
  return is_plain && !span.starts_with('/') && (is_file || span.find('/') != std::string::npos);
}

// Paragraphs, list items and table rows, each on one line.
std::vector<std::string> blocks_of(const std::string& page) {
  std::vector<std::string> blocks = {""};
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const std::string text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    const std::size_t digits = text.find_first_not_of("0123456789");
    const bool is_numbered = digits != 0 && digits != std::string::npos && text.compare(digits, 2, ". ") == 0;
    if (text.empty() || text.starts_with("- ") || text.starts_with("|") || is_numbered) blocks.emplace_back();
    blocks.back() += text + " ";
  }
  return blocks;
}

std::vector<std::string> spans_of(const std::string& block) {
  std::vector<std::string> spans;
  for (std::size_t at = block.find('`'); at != std::string::npos; at = block.find('`', at + 1)) {
    const std::size_t end = block.find('`', at + 1);
    if (end == std::string::npos) break;
    spans.push_back(block.substr(at + 1, end - at - 1));
    at = end;
  }
  return spans;
}

// What is wrong with one span, of a block that names these files; "" where nothing is.
std::string fault_of(const std::string& span, const std::vector<std::string>& files) {
  if (is_path(span))
    return fs::exists(span) || fs::is_directory("lib/" + span) ? "" : "`" + span + "` is not there";
  if (span.starts_with('{')) return "";  // an example
  if (!is_word(span) || files.empty()) {
    const std::size_t path = span.find(" /");  // of a call, behind its method
    const std::string text = path == std::string::npos ? span : span.substr(path + 1);
    const bool is_there =
        is_word(text) ? has_word(all_sources(), text) : all_sources().find(text) != std::string::npos;
    return is_there ? "" : "`" + span + "` is in no source";
  }
  for (const std::string& file : files)
    if (has_word(read_text(file), span)) return "";
  return "`" + span + "` is not in " + files.front() + (files.size() > 1 ? " or the others" : "");
}

std::vector<std::string> faults_of(const std::string& page) {
  std::vector<std::string> faults;
  for (const std::string& block : blocks_of(page)) {
    const auto spans = spans_of(block);
    std::vector<std::string> files;
    for (const std::string& span : spans)
      if (is_path(span) && fs::is_regular_file(span)) files.push_back(span);
    for (const std::string& span : spans)
      if (const std::string fault = fault_of(span, files); !fault.empty()) faults.push_back(fault);
  }
  return faults;
}

using Arrows = std::map<std::string, std::set<std::string>>;

std::set<std::string> words_in(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

// From rows | `lib/store` | … | `base` `config` |, of which one may be of several folders.
Arrows arrows_of(const std::string& page) {
  Arrows arrows;
  for (const std::string& block : blocks_of(page)) {
    const auto spans = spans_of(block);
    if (!block.starts_with("| `lib/") || spans.empty()) continue;
    const auto included = spans_of(block.substr(block.rfind('|', block.rfind('|') - 1)));
    for (const std::string& folder : spans_of(block.substr(0, block.find('|', 1))))
      arrows[folder.substr(4)] = {included.begin(), included.end()};
  }
  return arrows;
}

// From lines   store)  echo "base config" ;;  of the first table. A name that is of no folder, but of a file,
// is not on the page.
Arrows arrows_of_lint() {
  Arrows arrows;
  std::istringstream lines(read_text("tests/lint/layers.sh"));
  std::string line;
  while (std::getline(lines, line) && line != "allowed() {") {
  }
  while (std::getline(lines, line) && line != "}") {
    const std::size_t name = line.find_first_not_of(' ');
    const std::size_t end = line.find(')');
    const std::size_t quote = line.find('"');
    if (name == std::string::npos || end == std::string::npos || quote == std::string::npos) continue;
    const auto included = words_in(line.substr(quote + 1, line.find('"', quote + 1) - quote - 1));
    std::istringstream folders(line.substr(name, end - name));
    for (std::string folder; std::getline(folders, folder, '|');)
      if (fs::is_directory("lib/" + folder)) arrows[folder] = included;
  }
  return arrows;
}

}  // namespace

TEST_CASE("architecture: every file, folder and name on the page is in the tree", "[docs]") {
  const std::string page = read_text(kPage);
  REQUIRE(!page.empty());
  CHECK(faults_of(page) == std::vector<std::string>());
}

TEST_CASE("architecture: the arrows of the table are those that the lint enforces", "[docs]") {
  CHECK(arrows_of(read_text(kPage)) == arrows_of_lint());
}

TEST_CASE("architecture: what is not in the tree is found", "[docs]") {
  struct Row {
    const char* page;
    std::vector<std::string> faults;
  };
  const Row rows[] = {
      {"`lib/store/writer.cpp` has `commit_together`.", {}},
      {"`lib/store/wrter.cpp`", {"`lib/store/wrter.cpp` is not there"}},
      {"`lib/stores`", {"`lib/stores` is not there"}},
      {"`NEWS.md`", {"`NEWS.md` is not there"}},
      {"`lib/store/writer.cpp` has `commit_togther`.", {"`commit_togther` is not in lib/store/writer.cpp"}},
      {"`lib/store/writer.cpp` has `put_role`.", {"`put_role` is not in lib/store/writer.cpp"}},
      {"1. `lib/store/writer.cpp`\n2. `put_role`", {}},
      {"| `lib/store/writer.cpp` |\n| `put_rle` |", {"`put_rle` is in no source"}},
      {"- `lib/store/writer.cpp`\n  `commit_togther`", {"`commit_togther` is not in lib/store/writer.cpp"}},
      {"`put_rol`, which only begins a name", {"`put_rol` is in no source"}},
      {"`server.threads` and `server.treads`", {"`server.treads` is in no source"}},
      {"`GET /v1/tenants/{id}` and `GET /v1/tenant/{id}`", {"`GET /v1/tenant/{id}` is in no source"}},
      {"`reeve audit verify` and `reeve audit verfy`", {"`reeve audit verfy` is in no source"}},
  };
  for (const Row& row : rows) {
    INFO(row.page);
    CHECK(faults_of(row.page) == row.faults);
  }
  CHECK(arrows_of("| `lib/store` | keeps `things` | `base` `config` |\n| `lib/base` | texts | |\n") ==
        Arrows{{"store", {"base", "config"}}, {"base", {}}});
  CHECK(arrows_of("| `lib/a` `lib/b` | … | `base` |") == Arrows{{"a", {"base"}}, {"b", {"base"}}});
}
