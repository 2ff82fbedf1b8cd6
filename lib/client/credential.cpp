#include "client/credential.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "base/encoding.h"
#include "base/file.h"
#include "base/json.h"
#include "base/uuid.h"

namespace client {
namespace {

constexpr std::size_t kMostOfFile = 16'384;  // bytes

bool is_visible(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// What one thing is wrong with another.
base::Error wrong(const std::string& from, const std::string& what) {
  return {base::ErrorCode::kInvalid, from + ": " + what};
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

base::Result<Credential> credential_of(const std::string& text, const std::string& from) {
  if (!is_visible(text)) return wrong(from, "must be visible ASCII characters without blanks");
  // An id and a secret, or a secret alone, which may have a colon too.
  const std::size_t colon = text.find(':');
  const bool is_pair = colon != std::string::npos && base::Uuid::parse(text.substr(0, colon)).has_value();
  return Credential{is_pair ? "Basic " + base::to_base64(text) : "Bearer " + text, from};
}

base::Result<Credential> read_credential(const std::string& path) {
  const auto text = base::read_file(path, kMostOfFile);
  if (!text.ok())
    return base::Error{base::ErrorCode::kIo, text.error().message};  // it was named, so: not absent
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 || (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return wrong(path, "others have access to this credential; close it with `chmod 600`");
  if (!text->starts_with('{')) return credential_of(trimmed(*text), path);
  const auto json = base::parse_json(*text);
  const std::string* const id = json.ok() ? json->find_string("client_id") : nullptr;
  const std::string* const secret = json.ok() ? json->find_string("client_secret") : nullptr;
  if (!id || !secret) return wrong(path, "holds no client_id and client_secret");
  return credential_of(*id + ":" + *secret, path);
}

base::Result<Credential> find_credential(const std::optional<std::string>& file) {
  if (const char* given = std::getenv(kCredential); given && *given) return credential_of(given, kCredential);
  if (file) return read_credential(*file);
  if (const char* named = std::getenv(kCredentialFile); named && *named) return read_credential(named);
  return base::Error{
      base::ErrorCode::kNotFound,
      "no credential; set REEVE_CREDENTIAL, or REEVE_CREDENTIAL_FILE to a file that you alone can "
      "read"};
}

}  // namespace client
