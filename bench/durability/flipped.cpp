// What a bit that flips on the disk does. A store is filled by calls, with some thousands of nearly every
// noun, and the server is stopped. Then one bit of the file is flipped at a time, anywhere in what has been
// written, and turned back afterwards; in between two look at the store:
//
//   a reader  scans every table and looks every key up, as answers are made, and compares that with what was
//             there before: the same, refused with an error, another answer, or the process dies
//   a check   `reeve store check`: says that something is wrong, or that nothing is
//
// What the check must not do is die, and say that nothing is wrong where the reader finds another answer. The
// reader runs in a child of this process, since it may die. A second round flips bits of meta pages and page
// headers alone, which the first rarely hits.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/durability/rounds.h"
#include "bench/durability/server.h"
#include "store/pages.h"
#include "store/read_only.h"
#include "store/record.h"

namespace durability {
namespace {

constexpr std::size_t kMap = std::size_t{1} << 36;

// Makes a row of calls, each answered with 2xx; the ids in the answers.
std::vector<std::string> make(RawClient& client, const std::string& tenant, const std::string& path,
                              const std::vector<std::string>& bodies) {
  std::vector<std::string> ids;
  for (const std::string& body : bodies) {
    const auto response = client.ask(request("POST", path, tenant, body));
    if (!response || response->status >= 300) {
      std::fprintf(stderr, "durability: POST %s %s: %s\n", path.c_str(), body.c_str(),
                   response ? response->body.c_str() : "no answer");
      return ids;
    }
    ids.push_back(id_in(*response));
  }
  return ids;
}

std::vector<std::string> numbered(int count, const std::string& before, const std::string& after) {
  std::vector<std::string> texts;
  for (int n = 0; n < count; ++n) texts.push_back(before + std::to_string(n) + after);
  return texts;
}

bool fill(const Store& store, int of_each) {
  Server server(store);
  if (!server.ready()) return false;
  RawClient client = RawClient::to_port(server.port());
  const std::string tenant = make_tenant(server.port());
  make(client, "", "/v1/tenants", numbered(of_each / 10, R"({"name":"Other )", R"("})"));
  const auto users = make(client, tenant, "/v1/users",
                          numbered(of_each, R"({"name":"Some One","email":"user)", R"(@x.org"})"));
  const auto groups =
      make(client, tenant, "/v1/groups", numbered(of_each / 4, R"({"name":"Group )", R"("})"));
  make(client, tenant, "/v1/roles",
       numbered(of_each / 4, R"({"name":"Role","scopes":["organization:get"],"slug":"role-)", R"("})"));
  make(client, tenant, "/v1/api-keys", numbered(of_each / 10, R"({"name":"key )", R"("})"));
  for (std::size_t i = 0; i < users.size() && !groups.empty(); ++i) {
    const std::string& group = groups[i % groups.size()];
    make(client, tenant, "/v1/groups/" + group + "/members", {R"({"user_id":")" + users[i] + R"("})"});
    make(client, tenant, "/v1/groups/" + group + "/roles",
         {R"({"expires_at":"2100-01-01T00:00:00Z","reason":"bench","role":"role-)" +
          std::to_string(i / groups.size()) + R"("})"});
  }
  for (std::size_t i = 0; i < groups.size() / 4; ++i)  // so that there are free pages
    client.ask(request("DELETE", "/v1/groups/" + groups[i], tenant, ""));
  server.kill();
  return users.size() == static_cast<std::size_t>(of_each) && !groups.empty();
}

// A sum over everything a reader can come by; nothing where it is told that the store is damaged.
std::optional<std::uint32_t> read_everything(const std::string& dir) {
  const auto opened = store::ReadOnlyStore::open(dir, kMap);
  if (!opened.ok()) return std::nullopt;
  const auto txn = opened.value()->read();
  if (!txn.ok()) return std::nullopt;
  std::uint32_t sum = 0;
  bool fails = false;
  for (std::size_t n = 0; n < store::kTableCount; ++n) {
    const auto table = static_cast<store::Table>(n);
    const auto scanned = txn->scan(table, {}, [&](std::string_view key, std::string_view value) {
      const auto found = txn->get(table, key);
      fails = fails || !found.ok();
      sum = store::crc32c(value, store::crc32c(key, sum + static_cast<std::uint32_t>(n)));
      if (!fails) sum = *found ? store::crc32c(**found, sum) : sum + 1;
      return !fails;
    });
    fails = fails || !scanned.ok();
  }
  return fails ? std::nullopt : std::optional(sum);
}

enum Seen { kSame, kOther, kRefused, kDied };
constexpr const char* kSeen[] = {"the same", "another answer", "an error", "the process dies"};

Seen look(const std::string& dir, std::uint32_t expected) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto sum = read_everything(dir);
    ::_exit(!sum ? kRefused : *sum == expected ? kSame : kOther);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<Seen>(WEXITSTATUS(status)) : kDied;
}

class Flips {
 public:
  explicit Flips(const Store& store)
      : store_(store), fd_(::open((store.data() + "/data.mdb").c_str(), O_RDWR)) {
    expected_ = read_everything(store.data()).value();
  }
  ~Flips() { ::close(fd_); }
  Flips(const Flips&) = delete;
  Flips& operator=(const Flips&) = delete;

  void flip(std::uint64_t byte, int bit) {
    turn(byte, bit);
    const Seen seen = look(store_.data(), expected_);
    const Finished checked =
        run({reeve(), "store", "check", "--config", store_.config(), "--data", store_.data()});
    turn(byte, bit);
    ++counts_[seen][checked.code == 0 ? 0 : checked.code == 3 ? 1 : checked.code == 1 ? 2 : 3];
    const bool silent = checked.code == 0 && seen != kSame;
    if (silent || checked.code > 3)
      std::fprintf(stderr,
                   "durability: bit %d of byte %llu (page %llu + %llu): read %s, check ends with %d %s\n",
                   bit, static_cast<unsigned long long>(byte), static_cast<unsigned long long>(byte / 4096),
                   static_cast<unsigned long long>(byte % 4096), kSeen[seen], checked.code,
                   checked.err.substr(0, 300).c_str());
    bad_ += silent || checked.code > 3;
  }

  int print(const char* what) {
    std::printf("%s\n  %-20s %10s %10s %10s %10s\n", what, "a reader sees", "not found", "found", "refused",
                "check died");
    for (int seen = 0; seen < 4; ++seen)
      std::printf("  %-20s %10d %10d %10d %10d\n", kSeen[seen], counts_[seen][0], counts_[seen][1],
                  counts_[seen][2], counts_[seen][3]);
    counts_ = {};
    return std::exchange(bad_, 0);
  }

 private:
  void turn(std::uint64_t byte, int bit) const {
    char c = 0;
    if (::pread(fd_, &c, 1, static_cast<off_t>(byte)) != 1) std::perror("pread");
    c = static_cast<char>(c ^ (1 << bit));
    if (::pwrite(fd_, &c, 1, static_cast<off_t>(byte)) != 1) std::perror("pwrite");
  }

  const Store& store_;
  int fd_;
  std::uint32_t expected_ = 0;
  std::array<std::array<int, 4>, 4> counts_{};
  int bad_ = 0;
};

}  // namespace

bool flipped(int flips, int of_each) {
  const Store store;
  if (!fill(store, of_each)) return false;
  std::mt19937_64 random(20260415);
  // The file is longer than what was written to it; the rest is a hole.
  const auto walked = store::check_pages(store.data(), [](std::string&&) { return true; });
  if (!walked.ok()) return false;
  const std::uint64_t pages = walked->used + walked->free + walked->lost;
  const auto whole = run({reeve(), "store", "check", "--config", store.config(), "--data", store.data()});
  std::printf("%llu pages; %s", static_cast<unsigned long long>(pages), (whole.out + whole.err).c_str());
  Flips store_flips(store);
  for (int n = 0; n < flips; ++n) store_flips.flip(random() % (pages * 4096), static_cast<int>(random() % 8));
  int bad = store_flips.print(("of " + std::to_string(flips) + " flipped bits anywhere").c_str());
  for (int n = 0; n < flips / 2; ++n) {
    const bool meta = n % 4 == 0;
    const std::uint64_t page = meta ? random() % 2 : random() % pages;
    store_flips.flip(page * 4096 + random() % (meta ? 152 : 16), static_cast<int>(random() % 8));
  }
  bad += store_flips.print(("of " + std::to_string(flips / 2) + " in meta pages and page headers").c_str());
  return bad == 0 && whole.code == 0;
}

}  // namespace durability
