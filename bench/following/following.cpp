// How fast another store is made of a server's change records (docs/following.md), over HTTP on this machine,
// and how soon it has a change:
//
//   make bench-following
//   build/release/bench-following DIR [CHANGES...]
//
// A change makes a group, through the API's operation: its record and indexes, counts, an audit entry with
// its indexes. "records" reads them all and does nothing else, "copied" applies them too, on a thread of its
// own. "seen" is from when the server's writer has a change on disk until the copy's store has it, of 1,000
// changes of which each waits for the one before to be seen. Neither store flushes to disk while it catches
// up, since that is the disk's; "seen" is with stores that flush.
#include <signal.h>

#include <algorithm>
#include <atomic>
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
#include "http/front/listener.h"
#include "store/change_frames.h"
#include "store/queue.h"
#include "tests/support/received_log.h"
#include "tests/support/scripted_log.h"

namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kClientId = "01900000-0000-7000-8000-000000000001";
constexpr const char* kSecret = "rvs_bench-bench-bench-bench-bench-bench";
constexpr int kSeen = 1000;
constexpr std::ptrdiff_t kTogether = 512;                   // changes that wait for the server's disk
constexpr std::size_t kUnapplied = std::size_t{16} << 20U;  // bytes of frames

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

struct Copy {
  ReceivedLog log;
  store::Queue* queue = nullptr;
  std::unique_ptr<store::Store> store;

  Copy(const std::string& dir, bool sync) {
    store::StoreOptions options;
    options.dir = dir;
    options.sync = sync;
    options.source = [this](store::Queue& local) {
      queue = &local;
      return std::make_unique<LoggedSource>(local, log);
    };
    store = must(store::Store::open(options));
  }
};

// Gives each record that comes to fn, until it says no or there is no more.
template <typename Fn>
void receive(const Primary& primary, store::Revision after, bool follow, const Fn& fn) {
  store::FrameReader reader;
  const std::string path =
      "/v1/change-records?after=" + std::to_string(after) + (follow ? "&follow=true" : "");
  (void)primary.at.download({"GET", path, {}, {}},
                            [&](std::string_view bytes) {
                              reader.feed(bytes);
                              bool goes_on = true;
                              for (;;) {
                                const auto frame = must(reader.next());
                                if (!frame) break;
                                if (frame->kind == store::FrameKind::kRecord)
                                  goes_on = fn(must(store::parse_record_frame(frame->payload)),
                                               frame->payload.size());
                              }
                              return goes_on;
                            },
                            {.whole = std::chrono::hours(1)});
}

void catch_up(const Primary& primary, const std::string& dir) {
  const store::Revision last = primary.revision();
  auto begun = Steady::now();
  std::size_t count = 0, bytes = 0;
  receive(primary, 0, false, [&](const store::ChangeRecord&, std::size_t size) {
    ++count;
    bytes += size;
    return true;
  });
  const double read = static_cast<double>(count) / seconds_since(begun);
  Copy copy(dir, false);
  begun = Steady::now();
  std::size_t ahead = 0;
  receive(primary, 0, false, [&](store::ChangeRecord&& record, std::size_t size) {
    const store::Revision revision = record.revision;
    copy.log.add(std::move(record));
    ahead += size;
    if (ahead > kUnapplied / 64) copy.queue->wake();
    while (ahead > kUnapplied && copy.store->revision() + 1 < revision)
      std::this_thread::sleep_for(milliseconds(1));
    if (ahead > kUnapplied) ahead = 0;
    return true;
  });
  copy.queue->wake();
  while (copy.store->revision() < last) std::this_thread::sleep_for(milliseconds(1));
  const double copied = static_cast<double>(count) / seconds_since(begun);
  std::printf("| %zu | %zu | %.0f | %.0f |\n", count, bytes / count, read, copied);
  std::fflush(stdout);
}

void see(Primary& primary, const std::string& dir) {
  Copy copy(dir, true);
  std::atomic<bool> ends = false;
  std::thread following([&] {
    receive(primary, 0, true, [&](store::ChangeRecord&& record, std::size_t) {
      copy.log.add(std::move(record));
      copy.queue->wake();
      return !ends;
    });
  });
  std::vector<double> ms;
  for (int i = 0; i < kSeen; ++i) {
    const std::uint64_t revision = primary.make_group(1'000'000'000 + static_cast<std::size_t>(i));
    const auto made = Steady::now();
    while (copy.store->revision() < revision) std::this_thread::sleep_for(std::chrono::microseconds(50));
    if (i > 0) ms.push_back(1000 * seconds_since(made));  // the first caught up
  }
  ends = true;
  primary.make_group(2'000'000'000);
  following.join();
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
