// Certificates whose files change while they are served.
#include "app/certificate_keeper.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "tests/support/captured_stderr.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_client.h"

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

struct Files {
  TempDir dir;
  config::TlsConfig tls;

  Files() { tls.first = {dir / "a.pem", dir / "a.key"}; }
  void put(const TestPair& pair) const {
    replace("a.pem", pair.certificate);
    replace("a.key", pair.key);
  }
  void replace(const std::string& name, const std::string& text) const {
    std::ofstream(dir / "new") << text;
    ::chmod((dir / "new").c_str(), 0600);
    std::filesystem::rename(dir / "new", dir / name);
  }
};

base::Timestamp now(std::int64_t days = 0) {
  return {base::SystemClock().now().ms + days * kDayMs};
}

std::string name_of(const app::CertificateKeeper& keeper) {
  return keeper.certificates()->first().names().front();
}

}  // namespace

TEST_CASE("certificate keeper: takes up what has changed, unless it is bad", "[app][tls]") {
  const Files files;
  files.put(make_test_pair("one"));
  auto keeper = app::CertificateKeeper::load(files.tls, now());
  REQUIRE(keeper.ok());
  CHECK_FALSE(keeper->look(now()));
  CHECK(name_of(*keeper) == "one");

  // The certificate is replaced first, and its key a moment later.
  const TestPair two = make_test_pair("two");
  files.replace("a.pem", two.certificate);
  CHECK_FALSE(keeper->look(now()));
  CHECK(name_of(*keeper) == "one");
  files.replace("a.key", two.key);
  CHECK(keeper->look(now()));
  CHECK(name_of(*keeper) == "two");
  CHECK_FALSE(keeper->look(now()));

  files.put(make_test_pair("early", 30, 2 * kDayMs));
  CHECK_FALSE(keeper->look(now()));
  CHECK(name_of(*keeper) == "two");
  CHECK(keeper->look(now(3)));  // it has become valid
  CHECK(name_of(*keeper) == "early");

  std::filesystem::remove(files.tls.first.key);
  CHECK_FALSE(keeper->look(now()));
  CHECK(name_of(*keeper) == "early");
}

TEST_CASE("certificate keeper: what it logs", "[app][tls]") {
  const Files files;
  files.put(make_test_pair("one"));
  auto keeper = app::CertificateKeeper::load(files.tls, now());
  REQUIRE(keeper.ok());
  const auto logged = [&](std::int64_t days) {
    using namespace base::logging;
    const CapturedStderr err;
    configure(Level::kInfo, Format::kText);
    (void)keeper->look(now(days));
    configure(Level::kError, Format::kText);  // as tests/main.cpp has it
    return err.text();
  };
  CHECK(logged(0).empty());
  files.replace("a.key", make_test_pair("other").key);
  CHECK_THAT(logged(0),
             ContainsSubstring(" error certificate file=" + files.tls.first.certificate +
                               " outcome=\"refused; the one before stays in force\" days_left=29\n") &&
                 ContainsSubstring("a.key: is not the key of "));
  CHECK(logged(0).empty());  // once
  CHECK(logged(10).empty());
  CHECK_THAT(logged(20), ContainsSubstring(" warn  certificate ") && ContainsSubstring(" days_left=9 "));
  CHECK(logged(20).empty());
  CHECK_THAT(logged(40), ContainsSubstring(" error certificate ") && ContainsSubstring(" days_left=-11 ") &&
                             ContainsSubstring("has expired on"));
  files.put(make_test_pair("two"));
  CHECK_THAT(logged(0),
             ContainsSubstring(" info  certificate ") && ContainsSubstring("outcome=\"taken up\" names=two"));
}

// Else an outdated certificate would keep a change of policies out.
TEST_CASE("certificate keeper: a reload doesn't judge again what it had", "[app][tls]") {
  const Files files;
  files.put(make_test_pair("one"));
  const auto keeper = app::CertificateKeeper::load(files.tls, now());
  REQUIRE(keeper.ok());
  CHECK(keeper->read(files.tls, now(100)).ok());
  config::TlsConfig newer = files.tls;
  newer.min_version = config::TlsVersion::k13;
  CHECK(keeper->read(newer, now(100)).ok());
  files.put(make_test_pair("two"));
  CHECK_FALSE(keeper->read(files.tls, now(100)).ok());
}
