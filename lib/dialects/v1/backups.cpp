#include "api/backups.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "base/json.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "http/body_source.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

// `manifest` is null where the backup is damaged.
void write_backup(base::JsonWriter& w, const std::string& name, base::Timestamp made,
                  const backup::Manifest* manifest, const std::string& damage) {
  w.begin_object().member("name", name).member("created_at", made);
  w.member("revision", manifest ? std::optional(manifest->contents.revision) : std::nullopt);
  w.member("bytes", manifest ? std::optional(manifest->bytes) : std::nullopt);
  std::optional<std::string> sha256, version;
  if (manifest) {
    sha256 = base::to_hex({reinterpret_cast<const char*>(manifest->sha256.data()), manifest->sha256.size()});
    version = manifest->version;
  }
  w.member("sha256", sha256).member("version", version);
  w.member("damage", damage.empty() ? std::nullopt : std::optional(damage)).end_object();
}

Answer list_backups(const Call&, const api::Read& read, const ServerState& state) {
  const auto all = api::list_backups(read, state.backups);
  if (!all.ok()) return all.error();
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  for (const backup::Listed& listed : *all)
    write_backup(w, listed.name, listed.made, listed.manifest ? &*listed.manifest : nullptr, listed.damage);
  return ok(w.end_array().end_object().take());
}

// A change before which something takes long that is done in a backup's turn: `make` does it, and `note`
// makes the answer of what was made, which is null until it is.
template <typename Made>
LongWork in_turn(api::Backups& backups, std::function<api::Outcome<Made>()> make,
                 std::function<Answer(api::Change&, const Made*)> note) {
  struct Job {
    api::Backups::Turn turn;
    std::optional<Made> made;
  };
  const auto job = std::make_shared<Job>();
  LongWork work;
  work.begin = [&backups, job, make = std::move(make)]() -> api::Outcome<LongWork::Step> {
    auto turn = backups.take_turn();
    if (!turn.ok()) return turn.error();
    job->turn = std::move(turn).value();
    return LongWork::Step([job, make]() -> api::Outcome<void> {
      auto made = make();
      job->turn.reset();
      if (!made.ok()) return made.error();
      job->made = std::move(made).value();
      return {};
    });
  };
  work.work = [job, note = std::move(note)](api::Change& change) {
    return note(change, job->made ? &*job->made : nullptr);
  };
  return work;
}

api::Outcome<LongWork> create_backup(const Call&, const ServerState& state) {
  api::Backups& backups = state.backups;
  return in_turn<backup::Made>(
      backups, [&backups] { return backups.make(); },
      [&backups](api::Change& change, const backup::Made* made) -> Answer {
        if (auto noted = api::note_backup(change, backups, made); !noted.ok()) return noted.error();
        base::JsonWriter w;
        write_backup(w, made->name, made->manifest.created_at, &made->manifest, "");
        return created(w.take(), "/v1/backups/" + made->name + "/archive");
      });
}

api::Outcome<LongWork> prune_backups(const Call& call, const ServerState& state) {
  Query query(call);
  const bool dry = query.flag("dry_run");
  if (auto wrong = query.error()) return *std::move(wrong);
  api::Backups& backups = state.backups;
  return in_turn<backup::Pruned>(
      backups, [&backups, dry] { return backups.prune(dry); },
      [&backups, dry](api::Change& change, const backup::Pruned* pruned) -> Answer {
        if (auto noted = api::note_pruned(change, backups, pruned, dry); !noted.ok()) return noted.error();
        base::JsonWriter w;
        w.begin_object().member("dry_run", dry);
        w.member("removed", pruned->removed).member("kept", pruned->kept);
        w.member("damaged", pruned->damaged);
        w.member("verified", pruned->verified.empty() ? std::nullopt : std::optional(pruned->verified));
        return ok(w.end_object().take());
      });
}

// An archive as the body of an answer.
class ArchiveBody final : public http::BodySource {
 public:
  explicit ArchiveBody(api::Download download) : download_(std::move(download)) {}

  base::Result<Piece> next() override {
    auto piece = download_.reader.next();
    if (!piece.ok()) return piece.error();
    return Piece{std::move(piece).value(), download_.reader.at_end()};
  }
  std::optional<std::uint64_t> size() const override { return download_.reader.size(); }

 private:
  api::Download download_;
};

Answer read_backup(const Call& call, const api::Read& read, const ServerState& state) {
  auto download = api::open_backup(read, state.backups, call.path("name"));
  if (!download.ok()) return download.error();
  Reply reply;
  reply.content_type = "application/x-tar";
  reply.headers.push_back(
      {"Content-Disposition", "attachment; filename=\"" + download->reader.name() + ".tar\""});
  reply.rest = std::make_shared<ArchiveBody>(std::move(download).value());
  return reply;
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/backups",
     .id = "list_backups",
     .operation = op::list_backups,
     .access = Access::kCredential,
     .place = Place::kPool,
     .handle = list_backups},
    {.method = kPost,
     .path = "/v1/backups",
     .id = "create_backup",
     .operation = op::create_backup,
     .access = Access::kCredential,
     .success = 201,
     .handle = create_backup},
    {.method = kPost,
     .path = "/v1/backups/prune",
     .id = "prune_backups",
     .operation = op::prune_backups,
     .access = Access::kCredential,
     .parameters = {"dry_run"},
     .handle = prune_backups},
    {.method = kGet,
     .path = "/v1/backups/{name}/archive",
     .id = "read_backup",
     .operation = op::read_backup,
     .access = Access::kCredential,
     .place = Place::kPool,
     .handle = read_backup},
};

}  // namespace

std::span<const Route> backup_calls() {
  return kCalls;
}

}  // namespace dialects::v1
