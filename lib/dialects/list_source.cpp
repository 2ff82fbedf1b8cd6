// A list that nobody asked pages of may be long, and is sent while it is read. Each piece is a page of the
// same list, in the form of a whole one:
//
//   {"data":[{"slug":"a"},{"slug":"b"}]}     first, of which "]}" is held back
//   {"data":[{"slug":"c"}]}                  becomes ,{"slug":"c"}
//   {"data":[]}                              the last, becomes ]}
//
// The caller is looked at anew for each: a credential that is revoked meanwhile ends the answer, as does the
// end of the tenant.
#include "dialects/list_source.h"

#include <cassert>
#include <optional>
#include <string_view>

namespace dialects {
namespace {

constexpr std::string_view kEnd = "]}";

// What stands between the brackets.
std::string_view rows_of(std::string_view body) {
  assert(body.ends_with(kEnd));
  body.remove_suffix(kEnd.size());
  return body.substr(body.find('[') + 1);
}

}  // namespace

ListSource::ListSource(std::string& first, RestOfList rest, ReadAnew read, std::string name)
    : rest_(std::move(rest)),
      read_(std::move(read)),
      name_(std::move(name)),
      has_rows_(!rows_of(first).empty()) {
  first.resize(first.size() - kEnd.size());
}

base::Result<http::BodySource::Piece> ListSource::next() {
  std::optional<api::Outcome<ListPiece>> made;
  const auto may = read_([&](const api::Read& read) { made = rest_.pieces(read, rest_.after); });
  if (!may.ok() || !made->ok()) {
    const api::Error& error = may.ok() ? made->error() : may.error();
    return base::Error{base::ErrorCode::kConflict, "request " + name_ + ": " + error.message};
  }
  ListPiece& piece = made->value();
  Piece sent;
  if (const std::string_view rows = rows_of(piece.body); !rows.empty()) {
    if (has_rows_) sent.bytes = ",";
    sent.bytes += rows;
    has_rows_ = true;
  }
  rest_.after = std::move(piece.next);
  sent.last = rest_.after.empty();
  if (sent.last) sent.bytes += kEnd;
  return sent;
}

}  // namespace dialects
