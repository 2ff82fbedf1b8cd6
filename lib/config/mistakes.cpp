#include "config/mistakes.h"

#include <algorithm>
#include <tuple>

#include "base/utf8.h"

namespace config {

void Mistakes::add(base::Place place, std::string message) {
  ++count_;
  if (!full()) found_.push_back({place, std::move(message)});
}

base::Error Mistakes::error() const {
  std::vector<Mistake> sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  std::string all;
  for (const Mistake& mistake : sorted) {
    if (!all.empty()) all += "\n\n";
    all += base::message_at(file_, text_, mistake.place, mistake.message);
  }
  if (count_ > found_.size())
    all += "\n\n" + file_ + ": " + std::to_string(count_ - found_.size()) + " more mistakes are not shown";
  return {base::ErrorCode::kInvalid, std::move(all)};
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kShown = 80;
  std::size_t end = std::min(text.size(), kShown);
  while (end < text.size() && end > 0 && base::utf8::is_continuation(text[end])) --end;
  std::string out = base::utf8::replace_invalid(text.substr(0, end));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '.';
  return end < text.size() ? out + "…" : out;
}

std::string in_ticks(std::string_view text) {
  return "`" + shortened(text) + "`";
}

}  // namespace config
