// Requests from the network: however the bytes are cut, the same request comes out.
#include "http/front/framing.h"

#include "tests/fuzz/fuzz.h"

namespace {

using Phase = http::front::RequestParser::Phase;

// The first byte says how long the pieces are; 0 for one piece.
std::string outcome(std::string_view bytes, std::size_t piece) {
  const http::front::Limits limits{1'024, 16, 2'048, 4'096};
  http::front::RequestParser parser(limits);
  std::size_t rest = 0;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece == 0 ? bytes.size() : piece);
    const std::size_t size = part.size();
    parser.feed(part);
    if (parser.phase() == Phase::kBodyNext) {
      parser.begin_body();
      parser.feed(part);
    }
    bytes.remove_prefix(size - part.size());
    rest = bytes.size();
    if (parser.phase() == Phase::kDone || parser.phase() == Phase::kRefused) break;
    fuzz::require(part.empty(), "an unfinished request takes every byte", std::string(bytes));
  }
  if (parser.phase() == Phase::kRefused) return std::to_string(parser.refusal().status);
  if (parser.phase() != Phase::kDone) return "incomplete";
  const http::Request& request = parser.request();
  fuzz::require(request.body.size() <= limits.body, "a body keeps its limit", request.target);
  std::string out = request.method + " " + request.target + " " + request.body;
  for (const auto& header : request.headers) out += "\n" + header.name + ": " + header.value;
  return out + "\n+" + std::to_string(rest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
  const std::string whole = outcome(bytes, 0);
  const std::string cut = outcome(bytes, std::size_t{1} + data[0] % 7);
  fuzz::require(whole == cut, "pieces make the same request", whole + "\n--\n" + cut);
  return 0;
}
