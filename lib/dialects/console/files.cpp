// The console's pages are files of the program (data/web/dist), packed by gzip when it was built: nearly
// every browser takes them so, over plain HTTP too, and for whoever doesn't they are unpacked for each
// request. They hold no data, so nobody needs a credential for them.
//
// All but the first page have a hash of their contents in their names and never change. The page itself is
// asked for each time, and is the same as long as its tag is.
#include <algorithm>
#include <deque>
#include <string>
#include <string_view>

#include "base/embedded.h"
#include "base/encoding.h"
#include "base/packed_file.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "dialects/console/calls.h"
#include "dialects/server_state.h"

namespace dialects::console {
namespace {

using enum http::Method;

constexpr std::string_view kFolder = "console/";
constexpr std::string_view kPacked = ".gz";
constexpr std::string_view kFirstPage = "index.html";

struct Type {
  std::string_view ending, type;
};
constexpr Type kTypes[] = {{".html", "text/html; charset=utf-8"},
                           {".js", "text/javascript; charset=utf-8"},
                           {".css", "text/css; charset=utf-8"},
                           {".svg", "image/svg+xml"},
                           {".png", "image/png"},
                           {".ico", "image/x-icon"},
                           {".txt", "text/plain; charset=utf-8"},
                           {".json", "application/json"}};

// Nothing runs, is shown or is asked that isn't this server's own, and no text becomes a page's markup.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'";

// A file as it is sent. Made once, for as long as the program runs.
class File : public base::PackedFile {
 public:
  File(std::string_view name, std::string_view packed)
      : PackedFile(name, packed),
        tag_(base::to_base64url(crypto::raw(crypto::sha256(packed)).substr(0, 12))) {}

  std::string tag(bool is_packed) const { return '"' + tag_ + (is_packed ? "-gz\"" : "\""); }

 private:
  const std::string tag_;
};

const File* find_file(std::string_view name) {
  static const std::deque<File> kFiles = [] {
    std::deque<File> all;
    for (const base::EmbeddedFile& file : base::embedded_files()) {
      std::string_view path = file.path;
      if (!path.starts_with(kFolder) || !path.ends_with(kPacked)) continue;
      path.remove_prefix(kFolder.size());
      path.remove_suffix(kPacked.size());
      all.emplace_back(path, file.text);
    }
    return all;
  }();
  const auto found =
      std::find_if(kFiles.begin(), kFiles.end(), [&](const File& file) { return file.name() == name; });
  return found == kFiles.end() ? nullptr : &*found;
}

std::string_view type_of(std::string_view name) {
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const Type& type) { return name.ends_with(type.ending); });
  return found == std::end(kTypes) ? "application/octet-stream" : found->type;
}

// RFC 9110, 12.5.3, as far as it matters: a weight of nothing but zeros says no.
bool takes_gzip(const http::Request& request) {
  std::string_view rest = request.header("accept-encoding").value;
  while (!rest.empty()) {
    const std::size_t end = rest.find(',');
    std::string_view coding = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (!coding.empty() && coding.front() == ' ') coding.remove_prefix(1);
    if (!base::equal_ignoring_case(coding.substr(0, coding.find_first_of("; ")), "gzip")) continue;
    const std::size_t weight = coding.find("q=");
    if (weight == std::string_view::npos) return true;
    const std::string_view value = coding.substr(weight + 2);
    return value.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

Answer answer_file(const Call& call, std::string_view name) {
  const File* const file = find_file(name);
  if (file == nullptr) return api::error(api::Code::kNotFound, "path: the console has no such file");
  const bool is_page = name == kFirstPage;
  const bool is_packed = takes_gzip(call.request);
  Reply reply;
  reply.content_type = type_of(name);
  auto& headers = reply.headers;
  const std::string tag = file->tag(is_packed);
  headers.push_back({"Cache-Control", is_page ? "no-cache" : "public, max-age=31536000, immutable"});
  headers.push_back({"ETag", tag});
  headers.push_back({"Vary", "Accept-Encoding"});
  headers.push_back({"Content-Security-Policy", std::string(kPolicy)});
  headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
  headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
  headers.push_back({"Referrer-Policy", "no-referrer"});
  if (call.request.header("if-none-match").value.find(tag) != std::string_view::npos) {
    reply.status = 304;
    return reply;
  }
  if (is_packed) headers.push_back({"Content-Encoding", "gzip"});
  reply.constant_body = is_packed ? file->packed() : file->unpacked();
  if (reply.constant_body.empty()) return api::error(api::Code::kInternal, "the console's file is damaged");
  return reply;
}

Answer get_page(const Call& call, const ServerState&) {
  return answer_file(call, kFirstPage);
}

Answer get_file(const Call& call, const ServerState&) {
  return answer_file(call, call.path("file"));
}

Answer get_folder(const Call&, const ServerState&) {
  Reply reply;
  reply.status = 308;
  reply.headers.push_back({"Location", "/console/"});
  return reply;
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/console",
     .id = "get_console_folder",
     .access = Access::kPublic,
     .success = 308,
     .handle = get_folder},
    {.method = kGet, .path = "/console/", .id = "get_console", .access = Access::kPublic, .handle = get_page},
    {.method = kGet,
     .path = "/console/{file}",
     .id = "get_console_file",
     .access = Access::kPublic,
     .handle = get_file},
};

}  // namespace

std::span<const Route> file_calls() {
  return kCalls;
}

}  // namespace dialects::console
