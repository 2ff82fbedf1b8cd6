// The examples of docs/cedar-cli.md and docs/deciding.md, run.
#include <set>

#include "base/file.h"
#include "tests/support/doc_examples.h"

namespace {

std::vector<Block> blocks_of_page(const std::string& path) {
  const auto markdown = base::read_file(path, std::size_t{1} << 20);
  REQUIRE(markdown.ok());
  return blocks_of(*markdown);
}

// Writes the page's files, and types its examples; how many these were.
std::size_t run_page(const Shell& shell, const std::vector<Block>& blocks) {
  std::size_t examples = 0;
  for (const Block& block : blocks) {
    if (!block.file.empty()) shell.write(block.file, block.text);
    if (block.language != "console") continue;
    CHECK(typed(shell, block.text) == block.text);
    ++examples;
  }
  return examples;
}

}  // namespace

TEST_CASE("docs/cedar-cli.md: every example prints what the page says", "[e2e]") {
  CHECK(run_page(Shell(), blocks_of_page("docs/cedar-cli.md")) >= 10);
}

TEST_CASE("docs/deciding.md: every example passes its tests, in which every rule decides something",
          "[e2e]") {
  const auto blocks = blocks_of_page("docs/deciding.md");
  const Shell shell;
  CHECK(run_page(shell, blocks) == 1);
  std::set<std::string> folders;
  for (const Block& block : blocks)
    if (const auto slash = block.file.find('/'); slash != std::string::npos)
      folders.insert(block.file.substr(0, slash));
  folders.erase("shop");  // which shows what a failure looks like
  CHECK(folders.size() == 10);
  for (const std::string& folder : folders) {
    INFO(folder);
    const Finished done = shell.type("reeve test " + folder);
    INFO(done.out << done.err);
    CHECK(done.code == 0);
    CHECK_THAT(done.out,
               !ContainsSubstring("FAIL") && !ContainsSubstring("never") && ContainsSubstring(" passed"));
  }
}
