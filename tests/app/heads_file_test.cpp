#include "app/heads_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/descriptor.h"
#include "base/file.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace {

const std::string kLine = R"({"chain":"platform","seq":7})"
                          "\n";

std::string text_of(const std::string& path) {
  return base::read_file(path, std::size_t{1} << 20U).value();
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
}

}  // namespace

TEST_CASE("heads file: it is made closed, and appended to", "[audit]") {
  const TempDir dir;
  const std::string path = dir / "heads";
  REQUIRE(app::append_heads(path, kLine).ok());
  struct stat s {};
  REQUIRE(::stat(path.c_str(), &s) == 0);
  CHECK((s.st_mode & 0777U) == 0600U);
  REQUIRE(app::append_heads(path, kLine + kLine).ok());
  CHECK(text_of(path) == kLine + kLine + kLine);
}

TEST_CASE("heads file: a line that a crash left half goes, wherever it was cut", "[audit]") {
  const TempDir dir;
  const std::string path = dir / "heads", long_line = R"({"chain":")" + std::string(3000, 'x');
  for (const std::string& before : {std::string(), kLine, kLine + kLine}) {
    for (std::size_t cut = 0; cut < kLine.size(); ++cut) {
      INFO(before.size() << " " << cut);
      write(path, before + kLine.substr(0, cut));
      REQUIRE(app::append_heads(path, kLine).ok());
      CHECK(text_of(path) == before + kLine);
    }
    write(path, before + long_line);
    REQUIRE(app::append_heads(path, kLine).ok());
    CHECK(text_of(path) == before + kLine);
  }
}

TEST_CASE("heads file: a half line that was given an end doesn't keep the next from it", "[audit]") {
  const TempDir dir;
  const std::string path = dir / "heads";
  for (std::size_t cut = 0; cut < kLine.size(); ++cut) {
    INFO(cut);
    const std::string before = kLine + kLine.substr(0, cut) + "\n";
    write(path, before);
    REQUIRE(app::append_heads(path, kLine).ok());
    CHECK(text_of(path) == before + kLine);
  }
}

TEST_CASE("heads file: nothing is written to what is none", "[audit]") {
  const TempDir dir;
  const std::string not_ours = ": is no file of published heads; name another in audit.heads";
  struct Row {
    const char* name;
    std::string text;
  };
  for (const Row& row : {Row{"a text", "root:x:0:0"},
                         {"a text of lines", "a\nb"},
                         {"a text that ends with a line end", "root:x:0:0\n"},
                         {"another text in JSON", kLine + "{\"chains\":[]}\n"},
                         {"a line that is too long", std::string(5000, 'x') + "\n"},
                         {"other JSON", kLine + R"({"chains":[])"},
                         {"a line without end", R"({"chain":")" + std::string(5000, 'x')}}) {
    INFO(row.name);
    write(dir / "file", row.text);
    const auto done = app::append_heads(dir / "file", kLine);
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().message == dir / "file" + not_ours);
    CHECK(text_of(dir / "file") == row.text);
  }
  write(dir / "elsewhere", kLine);
  REQUIRE(::symlink((dir / "elsewhere").c_str(), (dir / "link").c_str()) == 0);
  CHECK(app::append_heads(dir / "link", kLine).error().message ==
        dir / "link" + ": Too many levels of symbolic links");
  CHECK(text_of(dir / "elsewhere") == kLine);
  REQUIRE(::mkfifo((dir / "pipe").c_str(), 0600) == 0);
  CHECK(app::append_heads(dir / "pipe", kLine).error().message == dir / "pipe" + not_ours);
  CHECK(app::append_heads(dir.path(), kLine).error().message == dir.path() + ": Is a directory");
  CHECK(app::append_heads(dir / "none/heads", kLine).error().message ==
        dir / "none/heads" + ": No such file or directory");
  write(dir / "open", kLine);
  REQUIRE(::chmod((dir / "open").c_str(), 0602) == 0);
  CHECK(app::append_heads(dir / "open", kLine).error().message ==
        dir / "open" + ": everybody on this machine may write to it; take that right away with `chmod o-w`");
  CHECK(text_of(dir / "open") == kLine);
  CHECK(app::append_heads("/dev/null", kLine).error().message == "/dev/null" + not_ours);
}

TEST_CASE("heads file: one process at a time", "[audit]") {
  const TempDir dir;
  write(dir / "heads", kLine);
  const base::Descriptor other(::open((dir / "heads").c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(::flock(other.get(), LOCK_EX) == 0);
  const auto done = app::append_heads(dir / "heads", kLine);
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().code == base::ErrorCode::kConflict);
  CHECK(text_of(dir / "heads") == kLine);
}

TEST_CASE("heads file: where there is no room for all lines there is none", "[audit]") {
  const TempDir dir;
  REQUIRE(app::append_heads(dir / "heads", kLine).ok());
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit tight{kLine.size() + 10, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const auto done = app::append_heads(dir / "heads", kLine);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().message == dir / "heads" + ": File too large");
  CHECK(text_of(dir / "heads") == kLine);
}
