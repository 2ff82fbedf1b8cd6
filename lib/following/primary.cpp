#include "following/primary.h"

#include <utility>

#include "store/change_frames.h"

namespace following {

base::Result<Asked> ask_for_changes(const client::Connection& primary, store::Revision after) {
  constexpr int kGone = 410;
  Asked asked;
  store::FrameReader reader;
  std::optional<base::Error> wrong;
  bool has_enough = false;
  const auto take = [&](std::string_view bytes) {
    reader.feed(bytes);
    while (!has_enough && !wrong) {
      const auto frame = reader.next();
      if (!frame.ok()) wrong = frame.error();
      if (!frame.ok() || !*frame) break;
      if ((*frame)->kind == store::FrameKind::kAbout) continue;
      has_enough = true;
      if ((*frame)->kind != store::FrameKind::kRecord) break;
      auto record = store::parse_record_frame((*frame)->payload);
      if (!record.ok()) wrong = record.error();
      if (record.ok()) asked.first = std::move(record).value();
    }
    return !has_enough && !wrong;
  };
  const client::Request request{"GET",
                                "/v1/change-records?after=" + std::to_string(after),
                                {{"Authorization", primary.credential.authorization}},
                                {}};
  const auto answer = client::download(primary.place, request, take, {});
  if (wrong) return *wrong;
  if (has_enough) return asked;
  if (!answer.ok()) return answer.error();
  if (answer->status == 200) return asked;
  const std::string where = primary.place.to_string() + " answered " + std::to_string(answer->status);
  if (answer->status != kGone)
    return base::Error{base::ErrorCode::kInvalid,
                       where +
                           (answer->status == 401 ? " to the credential of " + primary.credential.from : "") +
                           client::told(answer->body)};
  asked.is_gone = true;
  asked.why = where + client::told(answer->body);
  const auto body = base::parse_json(answer->body);
  const base::Json* const details = body.ok() ? body->find("details") : nullptr;
  const base::Json* const oldest = details ? details->find("oldest") : nullptr;
  if (oldest && oldest->integer()) asked.oldest = static_cast<store::Revision>(*oldest->integer());
  return asked;
}

}  // namespace following
