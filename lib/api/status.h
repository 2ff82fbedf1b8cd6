#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/backups.h"
#include "api/config_mistakes.h"
#include "api/context.h"
#include "api/operation.h"
#include "base/time.h"
#include "store/store.h"

namespace api {

namespace op {
inline constexpr Operation get_status = {
    .action = "server:status", .kind = kRead, .scope = kPlatformScope, .resource = "server"};

inline constexpr Operation kServer[] = {get_status};
}  // namespace op

// The last reload.
struct Reload {
  std::uint64_t number = 0;
  std::uint64_t refused = 0;  // of all since the start
  base::Timestamp at;
  std::vector<ConfigMistake> mistakes;  // why it was refused; none: it was taken up
};

struct CertificateEnd {
  std::string file;
  std::vector<std::string> names;
  base::Timestamp ends_at;
};

struct Traffic {
  std::uint64_t connections = 0, connections_limit = 0;  // open now
  std::uint64_t requests = 0, in_flight = 0;
  std::uint64_t rejected_framing = 0, rejected_body = 0, rejected_timeout = 0, rejected_connections = 0,
                rejected_memory = 0, rejected_tls = 0;
  std::uint64_t memory_bytes = 0;
};

// Of a server whose store is a copy of another's.
struct Following {
  std::string primary;
  std::optional<std::chrono::milliseconds> age;  // nothing: it isn't known that it ever had everything
  std::chrono::milliseconds max_stale{};
  std::string hindrance;  // a sentence; "": it follows
};

// What the process knows of itself and the store doesn't: noted by the threads that it concerns.
struct ProcessFacts {
  base::Timestamp started_at;
  std::size_t queue_limit = 0;
  std::optional<std::uint64_t> disk_free;              // bytes; nothing where the system doesn't say
  std::optional<base::Timestamp> oldest_reader_since;  // a snapshot that others have left behind is as old
  Traffic traffic;
  std::optional<Reload> reload;
  std::vector<CertificateEnd> certificates;
  std::optional<base::Timestamp> heads_published_at;  // of audit chains, the last whole round
  bool signs_heads = false;
  std::optional<Following> following;
};

struct BackupsStatus {
  std::optional<backup::Listed> last;  // the newest that is whole
  std::size_t whole = 0, damaged = 0;
  bool is_busy = false;  // one is being made, or old ones are removed
  std::string failure;   // why the folder can't be read; "": it can
};

struct Status {
  ProcessFacts process;
  store::Statistics store;
  store::Room room = store::Room::kAmple;
  bool is_damaged = false;
  std::optional<BackupsStatus> backups;  // nothing: no folder is set
  std::uint64_t decisions_lost = 0;      // of decision logs, since the start
};

// How the server does, for the platform only. Looks at the folder of backups, and the disk: not on a reactor.
Outcome<Status> get_status(const Read&, const store::Store&, const Backups&,
                           const std::function<ProcessFacts()>&);

}  // namespace api
