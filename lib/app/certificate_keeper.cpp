// A pair is two files, which are seldom replaced in the same moment. So a change is whatever differs in what
// stat(2) says of either, a pair that doesn't fit together leaves the one before in force, and it is looked
// at again a minute later. Links are followed, as certbot's `live` folder is made of them.
//
//   start     every pair has to be right, but one that has expired is served: callers then see why
//   SIGHUP    all pairs or none, as all else of a reload; files that are as they were aren't judged again,
//             so that a certificate that has expired in force doesn't keep a change of policies out
//   a minute  each pair by itself
#include "app/certificate_keeper.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"

namespace app {
namespace {

using http::front::Certificate;
using http::front::Certificates;
using Kept = CertificateKeeper::Kept;
using Stamp = CertificateKeeper::Stamp;

constexpr std::size_t kMaxPem = std::size_t{1} << 20;  // bytes
constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;
constexpr std::int64_t kSoon = 14;  // days

http::front::TlsVersion version_of(const config::TlsConfig& tls) {
  return tls.min_version == config::TlsVersion::k13 ? http::front::TlsVersion::k13
                                                    : http::front::TlsVersion::k12;
}

Stamp stamp_of(const config::CertificatePair& files) {
  Stamp stamp;
  for (const std::string& path : {files.certificate, files.key}) {
    struct stat s {};
    if (::stat(path.c_str(), &s) != 0) return {};
    for (const auto part : {std::int64_t(s.st_dev), std::int64_t(s.st_ino), std::int64_t(s.st_size),
                            std::int64_t(s.st_mtim.tv_sec), std::int64_t(s.st_mtim.tv_nsec),
                            std::int64_t(s.st_ctim.tv_sec), std::int64_t(s.st_ctim.tv_nsec)})
      stamp.seen.push_back(part);
  }
  return stamp;
}

base::Error wrong(const std::string& path, const std::string& what) {
  return {base::ErrorCode::kInvalid, path + ": " + what};
}

base::Result<Kept> read_pair(const config::CertificatePair& files, http::front::TlsVersion least) {
  Kept kept{files, stamp_of(files), nullptr};  // before reading: a change meanwhile is seen later
  auto certificate = base::read_file(files.certificate, kMaxPem);
  if (!certificate.ok()) return certificate.error();
  auto key = base::read_file(files.key, kMaxPem);
  if (!key.ok()) return key.error();
  struct stat about {};
  if (::stat(files.key.c_str(), &about) != 0 || (about.st_mode & S_IRWXO) != 0)
    return wrong(
        files.key,
        "other users have access to this private key; close it with `chmod o-rwx`, and use another key");
  auto parsed = Certificate::parse(
      {std::move(certificate).value(), std::move(key).value(), files.certificate, files.key}, least);
  if (!parsed.ok()) return parsed.error();
  kept.certificate = std::move(parsed).value();
  return kept;
}

// Empty where it is valid.
std::string invalid_now(const Certificate& certificate, base::Timestamp now) {
  if (now < certificate.not_before())
    return "is not valid before " + base::to_string(certificate.not_before());
  if (now > certificate.not_after()) return "has expired on " + base::to_string(certificate.not_after());
  return "";
}

std::string names_of(const Certificate& certificate) {
  std::string all;
  for (const std::string& name : certificate.names()) all += (all.empty() ? "" : ",") + name;
  return all;
}

void add(std::string& messages, const std::string& message) {
  messages += (messages.empty() ? "" : "\n") + message;
}

}  // namespace

base::Result<CertificateKeeper> CertificateKeeper::load(const config::TlsConfig& tls, base::Timestamp now) {
  CertificateKeeper keeper;
  keeper.least_ = version_of(tls);
  std::string mistakes;
  for (const config::CertificatePair& files : tls.pairs()) {
    auto pair = read_pair(files, keeper.least_);
    if (!pair.ok())
      add(mistakes, pair.error().message);
    else
      keeper.pairs_.push_back(std::move(pair).value());
  }
  if (!mistakes.empty()) return base::Error{base::ErrorCode::kInvalid, std::move(mistakes)};
  keeper.put_in_force();
  keeper.log_all(now);
  keeper.warned_on_ = now.ms / kDayMs;
  return keeper;
}

base::Result<CertificateKeeper> CertificateKeeper::of(http::front::PemPair pair) {
  std::string file = pair.certificate_name;
  auto parsed = Certificate::parse(std::move(pair), http::front::TlsVersion::k12);
  if (!parsed.ok()) return parsed.error();
  CertificateKeeper keeper;
  keeper.in_force_ = std::make_shared<const Certificates>(std::vector{std::move(parsed).value()});
  keeper.file_ = std::move(file);
  return keeper;
}

void CertificateKeeper::put_in_force() {
  std::vector<std::shared_ptr<const Certificate>> all;
  for (const Kept& pair : pairs_) all.push_back(pair.certificate);
  in_force_ = all.empty() ? nullptr : std::make_shared<const Certificates>(std::move(all));
  file_ = pairs_.empty() ? "" : std::filesystem::absolute(pairs_.front().files.certificate).string();
}

void CertificateKeeper::log_all(base::Timestamp now) const {
  for (const Kept& pair : pairs_) {
    const Certificate& c = *pair.certificate;
    const std::int64_t left = c.days_left(now);
    const std::string& file = pair.files.certificate;
    if (const std::string bad = invalid_now(c, now); !bad.empty())
      base::logging::error("certificate",
                           {{"file", file}, {"names", names_of(c)}, {"days_left", left}, {"problem", bad}});
    else if (left < kSoon)
      base::logging::warn("certificate", {{"file", file},
                                          {"names", names_of(c)},
                                          {"days_left", left},
                                          {"warning", "ends soon; put a new one in its place"}});
    else
      base::logging::info("certificate", {{"file", file}, {"names", names_of(c)}, {"days_left", left}});
  }
}

base::Result<CertificateKeeper::Pairs> CertificateKeeper::read(const config::TlsConfig& tls,
                                                               base::Timestamp now) const {
  const auto least = version_of(tls);
  Pairs out;
  std::string mistakes;
  for (const config::CertificatePair& files : tls.pairs()) {
    const auto before =
        std::find_if(pairs_.begin(), pairs_.end(), [&](const Kept& kept) { return kept.files == files; });
    const bool is_known = before != pairs_.end();
    const bool is_same = is_known && before->stamp == stamp_of(files);
    if (is_same && least == least_) {
      out.push_back(*before);
      continue;
    }
    auto pair = read_pair(files, least);
    std::string mistake = pair.ok() ? "" : pair.error().message;
    if (pair.ok() && !is_same)
      if (const std::string bad = invalid_now(*pair->certificate, now); !bad.empty())
        mistake = files.certificate + ": " + bad;
    if (mistake.empty())
      out.push_back(std::move(pair).value());
    else
      add(mistakes,
          mistake + (is_known ? "; the one in force has " +
                                    std::to_string(before->certificate->days_left(now)) + " days left"
                              : ""));
  }
  if (!mistakes.empty()) return base::Error{base::ErrorCode::kInvalid, std::move(mistakes)};
  return out;
}

void CertificateKeeper::take(Pairs pairs, const config::TlsConfig& tls, base::Timestamp now) {
  if (pairs.empty()) return;
  pairs_ = std::move(pairs);
  least_ = version_of(tls);
  put_in_force();
  log_all(now);
}

bool CertificateKeeper::look(base::Timestamp now) {
  bool changed = false;
  for (Kept& kept : pairs_) {
    if (kept.stamp == stamp_of(kept.files)) continue;
    auto pair = read_pair(kept.files, least_);
    std::string bad = pair.ok() ? invalid_now(*pair->certificate, now) : pair.error().message;
    if (pair.ok() && !bad.empty()) bad = kept.files.certificate + ": " + bad;
    if (bad.empty()) {
      kept = std::move(pair).value();
      changed = true;
      base::logging::info("certificate", {{"file", kept.files.certificate},
                                          {"outcome", "taken up"},
                                          {"names", names_of(*kept.certificate)},
                                          {"days_left", kept.certificate->days_left(now)}});
    } else if (bad != kept.complaint) {
      kept.complaint = bad;
      base::logging::error("certificate",
                           {{"file", kept.files.certificate},
                            {"outcome", "refused; the one before stays in force"},
                            {"days_left", kept.certificate->days_left(now)}},
                           bad);
    }
  }
  if (changed) put_in_force();
  if (now.ms / kDayMs == warned_on_) return changed;
  warned_on_ = now.ms / kDayMs;
  const auto ends_soon = [&](const Kept& kept) { return kept.certificate->days_left(now) < kSoon; };
  if (std::any_of(pairs_.begin(), pairs_.end(), ends_soon)) log_all(now);
  return changed;
}

base::Result<std::string> describe_certificates(const config::TlsConfig& tls, base::Timestamp now) {
  std::string lines, mistakes;
  for (const config::CertificatePair& files : tls.pairs()) {
    const auto pair = read_pair(files, version_of(tls));
    const std::string bad = pair.ok() ? invalid_now(*pair->certificate, now) : "";
    if (!pair.ok())
      add(mistakes, pair.error().message);
    else if (!bad.empty())
      add(mistakes, files.certificate + ": " + bad);
    else
      lines += files.certificate + ": for " + names_of(*pair->certificate) + ", " +
               std::to_string(pair->certificate->days_left(now)) + " days left\n";
  }
  if (!mistakes.empty()) return base::Error{base::ErrorCode::kInvalid, std::move(mistakes)};
  return lines;
}

}  // namespace app
