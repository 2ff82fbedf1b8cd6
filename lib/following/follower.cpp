// One connection is one answer, which goes on for as long as both servers run:
//
//   store at 41     GET /v1/change-records?after=40&follow=true
//   about           of that format, and no copy itself
//   record 41       the same as the store's own; else this is no copy
//   record 42, 43   to the log; the writer applies them
//   beat 43         the primary is at 43 now: once the writer has that too, the copy had everything then
//
// Beats count from when they are read. They can't have waited long: what is unread is some megabytes of
// buffers at most, and where the writer is held up for longer than `patience` the connection is given up,
// unread bytes and all.
#include "following/follower.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/thread.h"
#include "client/connection.h"
#include "store/change_frames.h"

namespace following {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kFrames = 1;             // the version of the format that is read here
constexpr std::chrono::hours kWhole{24 * 365};  // of one connection
constexpr milliseconds kConnect{5'000};

std::int64_t number_at(const base::Json& object, std::string_view name) {
  const base::Json* const member = object.find(name);
  return member && member->integer() ? *member->integer() : 0;
}

std::string restoring() {
  return "stop it, and put a newer copy in its place: `reeve backup create --server URL -o FILE`, `reeve "
         "restore FILE`";
}

}  // namespace

// The frames of one answer, as they come.
class Follower::Stream {
 public:
  Stream(Follower& follower, store::Revision mine)
      : f_(follower), mine_(mine), next_(std::max(mine, store::Revision{1})) {}

  // Whether to go on; if not, ended() says why.
  bool take(std::string_view bytes) {
    reader_.feed(bytes);
    for (;;) {
      const auto frame = reader_.next();
      if (!frame.ok()) return end(Trouble::kAway, frame.error().message);
      if (!*frame) break;
      if (!take(**frame)) return false;
    }
    if (std::exchange(has_new_, false)) f_.log_.wake();
    return true;
  }

  const std::optional<Ended>& ended() const { return ended_; }

 private:
  bool end(Trouble trouble, std::string why) {
    ended_ = Ended{trouble, std::move(why)};
    return false;
  }

  bool take(const store::Frame& frame) {
    if (!is_known_ && frame.kind != store::FrameKind::kAbout)
      return end(Trouble::kUnfit, "it doesn't say first what it sends");
    switch (frame.kind) {
      case store::FrameKind::kAbout:
        return take_about(frame.payload);
      case store::FrameKind::kRecord:
        return take_record(frame.payload);
      case store::FrameKind::kBeat: {
        const auto revision = store::parse_beat_frame(frame.payload);
        if (!revision.ok()) return end(Trouble::kAway, revision.error().message);
        if (is_same_) f_.currency_.note(*revision, f_.store_.revision());
        return true;
      }
      case store::FrameKind::kEnd:
        return take_end(frame.payload);
    }
    return true;
  }

  bool take_about(std::string_view payload) {
    const auto about = base::parse_json(payload);
    if (!about.ok()) return end(Trouble::kUnfit, "what it says of itself is no JSON");
    const std::string* const version = about->find_string("version");
    const std::string theirs = version ? " (it is reeve " + *version + ")" : "";
    if (const auto frames = number_at(*about, "frames"); frames != kFrames)
      return end(Trouble::kUnfit, "it sends frames of version " + std::to_string(frames) +
                                      ", which this program doesn't know" + theirs);
    if (const auto format = number_at(*about, "format"); format != store::kFormatVersion)
      return end(Trouble::kUnfit, "its store's format is " + std::to_string(format) + ", and here it is " +
                                      std::to_string(store::kFormatVersion) + theirs +
                                      ": have both be the same version");
    const base::Json* const copy = about->find("copy");
    if (copy && copy->boolean() && *copy->boolean())
      return end(Trouble::kUnfit, "it is itself a copy; follow the server that it follows");
    const auto newest = static_cast<store::Revision>(number_at(*about, "revision"));
    if (newest < mine_)
      return end(Trouble::kDiverged, "it is at revision " + std::to_string(newest) + ", and this store at " +
                                         std::to_string(mine_) + ", so this store is no copy of it");
    is_known_ = true;
    is_same_ = mine_ == 0;
    f_.note_connected();
    if (f_.options_.on_about) f_.options_.on_about(*about);
    return true;
  }

  bool take_record(std::string_view payload) {
    auto record = store::parse_record_frame(payload);
    if (!record.ok()) return end(Trouble::kAway, record.error().message);
    if (record->revision != next_)
      return end(Trouble::kAway, "change " + std::to_string(record->revision) + " came in place of change " +
                                     std::to_string(next_));
    ++next_;
    if (!is_same_) return compare(*record);
    switch (
        f_.log_.add(std::move(record).value(), payload.size(), f_.options_.patience, f_.stop_.get_token())) {
      case Received::Added::kYes:
        has_new_ = true;
        return true;
      case Received::Added::kNoRoom:
        return end(Trouble::kAway, "this store's writer is held up; it is asked anew");
      case Received::Added::kStopped:
        return end(Trouble::kAway, "stopping");
    }
    return true;
  }

  // The store's own newest record, as the primary has it.
  bool compare(const store::ChangeRecord& theirs) {
    const auto snapshot = f_.store_.read();
    if (!snapshot.ok()) return end(Trouble::kAway, snapshot.error().message);
    const auto ours = store::read_change(*snapshot, theirs.revision);
    if (!ours.ok()) return end(Trouble::kAway, ours.error().message);
    if (*ours && **ours != theirs)
      return end(Trouble::kDiverged, "change " + std::to_string(theirs.revision) +
                                         " is another here than there, so this store is no copy of it");
    is_same_ = true;
    return true;
  }

  bool take_end(std::string_view payload) {
    const auto error = base::parse_json(payload);
    const std::string* const code = error.ok() ? error->find_string("code") : nullptr;
    const std::string* const message = error.ok() ? error->find_string("message") : nullptr;
    const std::string why = message ? *message : "it has ended the answer";
    return end(code && *code == "gone" ? Trouble::kGone : Trouble::kAway, why);
  }

  Follower& f_;
  const store::Revision mine_;  // of the store, when it was asked
  store::Revision next_;        // of the record that comes next
  store::FrameReader reader_;
  bool is_known_ = false;  // the first frame was right
  bool is_same_ = false;   // and so was the record that both have
  bool has_new_ = false;   // for the writer
  std::optional<Ended> ended_;
};

base::Result<void> Follower::start() {
  auto thread = base::start_thread("follower", [this] { run(); });
  if (!thread.ok()) return thread.error();
  thread_ = std::move(thread).value();
  return {};
}

void Follower::stop() {
  stop_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Standing Follower::standing() const {
  Standing standing;
  standing.age = age();
  const std::lock_guard lock(mutex_);
  standing.trouble = ended_.trouble;
  standing.why = ended_.why;
  return standing;
}

void Follower::run() {
  milliseconds pause = options_.first_pause;
  while (!stop_.stop_requested()) {
    was_connected_ = false;
    const Ended ended = follow();
    if (stop_.stop_requested()) return;
    note(ended);
    if (ended.trouble == Trouble::kDiverged) return;
    if (was_connected_) pause = options_.first_pause;
    if (ended.trouble != Trouble::kAway) pause = options_.longest_pause;
    std::unique_lock lock(mutex_);
    pause_.wait_for(lock, stop_.get_token(), pause, [] { return false; });
    pause = std::min(2 * pause, options_.longest_pause);
  }
}

Follower::Ended Follower::follow() {
  log_.clear();  // it is asked for again, from where the store is
  const store::Revision mine = store_.revision();
  const auto credential = options_.credential();
  if (!credential.ok()) return {Trouble::kAway, credential.error().message};
  client::Request request;
  request.path = "/v1/change-records?after=" + std::to_string(mine > 0 ? mine - 1 : 0) + "&follow=true";
  request.headers.emplace_back("Authorization", credential->authorization);
  client::Limits limits;
  limits.connect = kConnect;
  limits.whole = kWhole;
  limits.idle = options_.idle;
  limits.stop = stop_.get_token();
  Stream stream(*this, mine);
  const auto answer = client::download(
      options_.primary, request, [&](std::string_view bytes) { return stream.take(bytes); }, limits);
  if (stream.ended()) return *stream.ended();
  if (!answer.ok()) return {Trouble::kAway, answer.error().message};
  if (answer->status != 200) return ended_by(*answer, *credential);
  return {Trouble::kAway, options_.primary.to_string() + ": the answer ended"};
}

Follower::Ended Follower::ended_by(const client::Response& answer,
                                   const client::Credential& credential) const {
  constexpr int kUnauthenticated = 401, kBehind = 409, kGone = 410;
  std::string why = options_.primary.to_string() + " answered " + std::to_string(answer.status);
  if (answer.status == kUnauthenticated) why += " to the credential of " + credential.from;
  why += client::told(answer.body);
  if (answer.status == kGone) return {Trouble::kGone, why};
  if (answer.status != kBehind) return {Trouble::kAway, why};
  return {Trouble::kDiverged, why + "; this store is ahead of it, so it is no copy of it"};
}

void Follower::note(const Ended& ended) {
  Ended told = ended;
  if (ended.trouble == Trouble::kGone) told.why += "; " + restoring();
  {
    const std::lock_guard lock(mutex_);
    if (told.why == ended_.why && told.trouble == ended_.trouble) return;
    ended_ = told;
  }
  base::logging::warn("follow", {{"primary", options_.primary.to_string()}, {"warning", told.why}});
}

void Follower::note_connected() {
  was_connected_ = true;
  {
    const std::lock_guard lock(mutex_);
    if (ended_.trouble == Trouble::kNone) return;
    ended_ = {Trouble::kNone, ""};
  }
  base::logging::info(
      "follow",
      {{"primary", options_.primary.to_string()}, {"outcome", "following"}, {"revision", store_.revision()}});
}

}  // namespace following
