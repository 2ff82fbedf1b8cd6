// Entries are taken one after the other, so that a log of any length goes through. An answer is compared with
// the entry's decision alone: why it is so may well be another rule.
#include "cli/replay.h"

#include <signal.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "cli/cedar_output.h"
#include "cli/exit_code.h"
#include "cli/tenant_calls.h"
#include "cli/trial.h"

namespace cli {
namespace {

using Object = base::Json::Object;
constexpr std::size_t kPage = 100;
constexpr std::size_t kMostTold = 1'000;

std::string text_of(const base::Json& entry, std::string_view part, std::string_view name) {
  const base::Json* const object = entry.find(part);
  const std::string* const text = object ? object->find_string(name) : nullptr;
  return text ? *text : "";
}

// The question that the entry was the answer to; null where not all of it is known.
base::Json question_of(const base::Json& entry) {
  const bool has_all = entry.find("reason") && !entry.find("masked") && !entry.find("cut");
  if (!has_all) return {};
  Object question;
  for (const char* const part : {"subject", "action", "resource", "context"})
    if (const base::Json* const given = entry.find(part)) question.emplace_back(part, *given);
  return base::Json(std::move(question));
}

class Replay {
 public:
  explicit Replay(const ReplayOptions& options) : options_(options) {}

  base::Result<void> begin() {
    auto trial = begin_trial(options_.policies, options_.config);
    if (!trial.ok()) return trial.error();
    trial_ = std::move(trial).value();
    return {};
  }

  // The message says what is wrong with it, without a place.
  base::Result<void> ask(const base::Json& entry) {
    const base::Json* const decision = entry.find("decision");
    const std::string* const time = entry.find_string("time");
    const auto at = time ? base::parse_timestamp(*time) : std::nullopt;
    if (!decision || !decision->boolean() || !at)
      return base::Error{base::ErrorCode::kInvalid, "not an entry of a decision log"};
    const base::Json question = question_of(entry);
    if (question.is_null()) {
      ++unknown_;
      return {};
    }
    trial_->server->set_time(at);
    const auto made = base::parse_json(trial_->tenant.as_made(to_text(question)));
    if (!made.ok()) return made.error();
    const auto answer = trial_->calls.ask("evaluation", *made);
    if (!answer.ok()) {
      ++refused_;
      return {};
    }
    ++asked_;
    const base::Json* const now = answer->find("decision");
    if (!now || !now->boolean() || *now->boolean() == *decision->boolean()) return {};
    if (flipped_++ < kMostTold) tell(entry, *time, *decision->boolean());
    return {};
  }

  int end() const {
    if (flipped_ > kMostTold) print("… and " + std::to_string(flipped_ - kMostTold) + " more\n");
    std::string line =
        std::to_string(asked_) + " asked again, " + std::to_string(flipped_) + " would be others";
    if (unknown_ > 0)
      line +=
          "; " + std::to_string(unknown_) + " can't be asked again, since not all of them was kept or shown";
    if (refused_ > 0) line += "; " + std::to_string(refused_) + " aren't questions any more";
    print(line + "\n");
    return finish(flipped_ > 0 ? kDeny : kOk);
  }

 private:
  static void tell(const base::Json& entry, const std::string& time, bool was_allowed) {
    const auto name = [&](const char* part) {
      return text_of(entry, part, "type") + ":" + text_of(entry, part, "id");
    };
    print(std::string(was_allowed ? "yes -> no  " : "no -> yes  ") + name("subject") + " " +
          text_of(entry, "action", "name") + " " + name("resource") + "  " + time + "  " +
          (entry.find_string("id") ? *entry.find_string("id") : "") + "\n");
  }

  const ReplayOptions& options_;
  std::optional<Trial> trial_;
  std::size_t asked_ = 0, flipped_ = 0, unknown_ = 0, refused_ = 0;
};

base::Result<void> replay_file(const std::string& path, Replay& replay) {
  std::ifstream file;
  if (path != "-") {
    file.open(path);
    if (!file) return base::Error{base::ErrorCode::kInvalid, path + ": can't be read"};
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    const auto entry = base::parse_json(line);
    const auto asked = entry.ok() ? replay.ask(*entry) : base::Result<void>(entry.error());
    if (!asked.ok())
      return base::Error{base::ErrorCode::kInvalid,
                         path + ":" + std::to_string(number) + ": " + asked.error().message};
  }
  return {};
}

// A page may have fewer entries than were asked for, and go on. kIo where the server doesn't answer.
base::Result<void> replay_last(const ReplayOptions& options, Replay& replay) {
  auto server = client::connection_of(options.at);
  if (!server.ok()) return base::Error{base::ErrorCode::kInvalid, server.error().message};
  const TenantCalls calls{std::move(server).value(), options.tenant.value_or(""), ""};
  std::string cursor;
  for (std::size_t left = *options.last; left > 0;) {
    const auto page = calls.call("GET",
                                 "/v1/decisions?limit=" + std::to_string(std::min(left, kPage)) +
                                     (cursor.empty() ? "" : "&cursor=" + cursor),
                                 base::Json(), 200);
    if (!page.ok()) return page.error();
    const base::Json* const data = page->find("data");
    if (!data || !data->array()) return base::Error{base::ErrorCode::kInvalid, "the server answered no list"};
    for (const base::Json& entry : *data->array())
      if (const auto asked = replay.ask(entry); !asked.ok()) return asked;
    left -= std::min(left, data->array()->size());
    const std::string* const next = page->find_string("next_cursor");
    if (!next) return {};
    cursor = *next;
  }
  return {};
}

}  // namespace

int replay(const ReplayOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  Replay replay(options);
  if (const auto begun = replay.begin(); !begun.ok()) return fail(begun.error());
  const auto done = options.file ? replay_file(*options.file, replay) : replay_last(options, replay);
  if (done.ok()) return replay.end();
  if (done.error().code != base::ErrorCode::kIo) return fail(done.error());
  complain("reeve: " + done.error().message);
  return kUnreachable;
}

}  // namespace cli
