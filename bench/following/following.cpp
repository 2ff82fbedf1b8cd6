// How fast another store is made of a server's change records (docs/following.md), over HTTP on this machine,
// and how soon it has a change:
//
//   make bench-following
//   build/release/bench-following DIR [CHANGES...]
//
// A change makes a group, through the API's operation: its record and indexes, counts, an audit entry with
// its indexes. "records" reads them all and does nothing else, "copied" is until the copy of `reeve follow`
// has them all. "seen" is from when the server's writer has a change on disk until the copy's store has it,
// of 1,000 changes of which each waits for the one before to be seen. Neither store flushes to disk while it
// catches up, since that is the disk's; "seen" is with stores that flush.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "api/groups.h"
#include "api/tenants.h"
#include "app/definitions.h"
#include "app/server.h"
#include "client/connection.h"
#include "config/config.h"
#include "following/follower.h"
#include "http/front/listener.h"
#include "store/change_frames.h"
#include "store/store.h"

namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kClientId = "01900000-0000-7000-8000-000000000001";
constexpr const char* kSecret = "rvs_bench-bench-bench-bench-bench-bench";
constexpr int kSeen = 1000;
constexpr std::ptrdiff_t kTogether = 512;  // changes that wait for the server's disk

double seconds_since(Steady::time_point begun) {
  return std::chrono::duration<double>(Steady::now() - begun).count();
}

template <typename T>
T must(base::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "bench-following: %s\n", result.error().message.c_str());
  std::exit(1);
}
void must(const base::Result<void>& result) {
  if (result.ok()) return;
  std::fprintf(stderr, "bench-following: %s\n", result.error().message.c_str());
  std::exit(1);
}

struct Primary {
  std::unique_ptr<app::Server> server;
  client::Connection at;
  domain::TenantId tenant;

  explicit Primary(const std::string& dir) {
    config::Config settings = config::defaults("config");
    settings.store.dir = dir;
    settings.server.unix_socket.clear();
    settings.server.limits.tenant.groups = 100'000'000;
    server = must(app::Server::open(settings, must(app::load_definitions(settings))));
    must(server->keep_bootstrap(config::BootstrapCredential{*base::Uuid::parse(kClientId), kSecret}));
    must(server->listen(must(http::front::bind_listeners("127.0.0.1", 0))));
    at.place = must(client::parse_place(server->address()));
    at.credential = must(client::credential_of(std::string(kClientId) + ":" + kSecret, "bench"));
    change([&](api::Change& c) -> api::Outcome<void> {
      const auto made = api::create_tenant(c, {"Acme", "acme", {}, {}});
      if (!made.ok()) return made.error();
      tenant = made->id;
      return {};
    });
  }

  std::uint64_t change(const api::ChangeFunction& fn) {
    const auto done = server->service().change(api::Service::itself(), {"", "bench"}, fn);
    if (!done.ok()) std::fprintf(stderr, "bench-following: %s\n", done.error().message.c_str());
    if (!done.ok()) std::exit(1);
    return done.value();
  }
  api::ChangeFunction making_group(std::size_t n) const {
    return [tenant = tenant, n](api::Change& c) -> api::Outcome<void> {
      const auto made =
          api::create_group(c, tenant, {"Group number " + std::to_string(n), "For whom it is.", {}});
      if (!made.ok()) return made.error();
      return {};
    };
  }
  std::uint64_t make_group(std::size_t n) { return change(making_group(n)); }

  // Many at a time, so that they share commits.
  void make_groups(std::size_t from, std::size_t to) {
    std::counting_semaphore<kTogether> places(kTogether);
    for (std::size_t n = from; n < to; ++n) {
      places.acquire();
      const auto queued = server->service().submit(api::Service::itself(), {"", "bench"}, making_group(n),
                                                   [&places](const auto&) { places.release(); });
      if (!queued.ok()) std::fprintf(stderr, "bench-following: %s\n", queued.error().message.c_str());
      if (!queued.ok()) std::exit(1);
    }
    for (std::ptrdiff_t i = 0; i < kTogether; ++i) places.acquire();
  }
  store::Revision revision() const { return server->service().store().revision(); }
};

// A store that follows the primary, as that of `reeve follow` does.
struct Copy {
  base::SystemClock clock;
  base::SteadyClock ticks;
  following::Received log;
  following::Currency currency{clock, ticks};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<following::Follower> follower;

  Copy(const Primary& primary, const std::string& dir, bool sync) : log(primary.at.place.to_string()) {
    store::StoreOptions options;
    options.dir = dir;
    options.sync = sync;
    options.source = [this](store::Queue& queue) { return log.source(queue); };
    store = must(store::Store::open(options));
    following::Follower::Options follows;
    follows.primary = primary.at.place;
    follows.credential = [credential = primary.at.credential] {
      return base::Result<client::Credential>(credential);
    };
    follower = std::make_unique<following::Follower>(*store, log, currency, follows);
    must(follower->start());
  }
  ~Copy() { follower.reset(); }
};

// Gives the size of each record that comes to fn.
template <typename Fn>
void receive(const Primary& primary, const Fn& fn) {
  store::FrameReader reader;
  (void)primary.at.download({"GET", "/v1/change-records?after=0", {}, {}},
                            [&](std::string_view bytes) {
                              reader.feed(bytes);
                              for (;;) {
                                const auto frame = must(reader.next());
                                if (!frame) break;
                                if (frame->kind != store::FrameKind::kRecord) continue;
                                (void)must(store::parse_record_frame(frame->payload));
                                fn(frame->payload.size());
                              }
                              return true;
                            },
                            {.whole = std::chrono::hours(1)});
}

void catch_up(const Primary& primary, const std::string& dir) {
  const store::Revision last = primary.revision();
  auto begun = Steady::now();
  std::size_t count = 0, bytes = 0;
  receive(primary, [&](std::size_t size) {
    ++count;
    bytes += size;
  });
  const double read = static_cast<double>(count) / seconds_since(begun);
  begun = Steady::now();
  {
    const Copy copy(primary, dir, false);
    while (copy.store->revision() < last) std::this_thread::sleep_for(milliseconds(1));
  }
  const double copied = static_cast<double>(count) / seconds_since(begun);
  std::printf("| %zu | %zu | %.0f | %.0f |\n", count, bytes / count, read, copied);
  std::fflush(stdout);
}

void see(Primary& primary, const std::string& dir) {
  const Copy copy(primary, dir, true);
  std::vector<double> ms;
  for (int i = 0; i < kSeen; ++i) {
    const std::uint64_t revision = primary.make_group(1'000'000'000 + static_cast<std::size_t>(i));
    const auto made = Steady::now();
    while (copy.store->revision() < revision) std::this_thread::sleep_for(std::chrono::microseconds(50));
    if (i > 0) ms.push_back(1000 * seconds_since(made));  // the first caught up
  }
  std::sort(ms.begin(), ms.end());
  std::printf("seen: median %.1f ms, p99 %.1f ms, longest %.1f ms\n", ms[ms.size() / 2],
              ms[ms.size() * 99 / 100], ms.back());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: bench-following DIR [CHANGES...]\n"), 2;
  signal(SIGPIPE, SIG_IGN);
  const std::string dir = argv[1];
  std::vector<std::size_t> sizes;
  for (int i = 2; i < argc; ++i) sizes.push_back(std::strtoul(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {1'000, 10'000, 100'000};
  std::filesystem::remove_all(dir);
  {
    Primary primary(dir + "/primary");
    std::printf("| changes | bytes each | records/s | copied/s |\n|---|---|---|---|\n");
    std::size_t made = 0;
    for (const std::size_t size : sizes) {
      primary.make_groups(made, size);
      made = size;
      catch_up(primary, dir + "/copy-" + std::to_string(size));
    }
    see(primary, dir + "/copy-seen");
  }
  std::filesystem::remove_all(dir);
  return 0;
}
