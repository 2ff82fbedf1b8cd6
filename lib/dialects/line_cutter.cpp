#include "dialects/line_cutter.h"

#include <utility>

namespace dialects {

void LineCutter::take(std::string_view piece, base::FunctionRef<bool(std::string_view line)> fn) {
  bool goes_on = true;
  if (!begun_.empty()) {
    const std::size_t end = piece.find('\n');
    begun_ += piece.substr(0, end == piece.npos ? piece.size() : end + 1);
    if (end == piece.npos) return;
    piece.remove_prefix(end + 1);
    goes_on = fn(std::exchange(begun_, {}));
  }
  for (std::size_t end = 0; goes_on && (end = piece.find('\n')) != piece.npos; piece.remove_prefix(end + 1))
    goes_on = fn(piece.substr(0, end + 1));
  if (goes_on) begun_ = piece;
}

std::string LineCutter::take_rest() {
  return std::exchange(begun_, {});
}

}  // namespace dialects
