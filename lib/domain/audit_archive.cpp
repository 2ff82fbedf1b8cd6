#include "domain/audit_archive.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/encoding.h"
#include "domain/audit_record.h"
#include "store/key.h"
#include "store/record.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

std::string name_of(const Owner& tenant) {
  return tenant.is_platform() ? "platform" : to_string(tenant);
}

}  // namespace

AuditArchive::AuditArchive(std::string dir, base::Descriptor lock, const AuditRange& range,
                           base::NewFile file)
    : dir_(std::move(dir)),
      lock_(std::move(lock)),
      range_(range),
      next_(range.from),
      last_hash_(range.prev_hash),
      file_(std::move(file)) {}

base::Result<AuditArchive> AuditArchive::begin(const std::string& dir, const AuditRange& range) {
  if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST)
    return base::Error{base::ErrorCode::kIo, dir + ": " + std::strerror(errno)};
  base::Descriptor lock(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.is_open() && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return base::Error{base::ErrorCode::kConflict,
                       dir + ": another process is making an archive there; it is tried again later"};
  if (!lock.is_open()) return base::Error{base::ErrorCode::kIo, dir + ": " + std::strerror(errno)};
  auto file = base::NewFile::create(dir + "/archive.new", 0600);
  if (!file.ok()) return file.error();
  return AuditArchive(dir, std::move(lock), range, std::move(file).value());
}

base::Result<bool> AuditArchive::add(const store::ReadTxn& txn, std::size_t most) {
  base::Result<void> outcome;
  const Key prefix = Key().uuid(to_stored(range_.tenant));
  const auto scanned = txn.scan_from(
      Table::kAudit, prefix, Key(prefix).u64(next_ - 1), [&](std::string_view key, std::string_view value) {
        if (most == 0 || next_ > range_.to) return false;
        --most;
        const auto stored = unseal_audit(key, value);
        if (!stored.ok())
          outcome = stored.error();
        else if (stored->entry.seq != next_ || stored->entry.prev_hash != last_hash_ ||
                 crypto::sha256(stored->text) != stored->entry.hash)
          outcome = store::corrupt(Table::kAudit, key, "the chain isn't whole; see `reeve audit verify`");
        if (!outcome.ok()) return false;
        last_hash_ = stored->entry.hash;
        ++next_;
        gzip_.add(stored->text, out_);
        gzip_.add("\n", out_);
        return true;
      });
  if (!scanned.ok()) return scanned.error();
  if (!outcome.ok()) return outcome.error();
  if (auto done = put_out(); !done.ok()) return done.error();
  if (next_ <= range_.to && most > 0)
    return store::corrupt(Table::kAudit, Key(prefix).u64(next_), "is missing");
  return next_ > range_.to;
}

base::Result<void> AuditArchive::put_out() {
  file_hash_.add(out_);
  const auto done = file_.write(out_);
  out_.clear();
  return done;
}

base::Result<ArchivedRange> AuditArchive::finish() {
  gzip_.finish(out_);
  if (auto done = put_out(); !done.ok()) return done.error();
  ArchivedRange archived{range_, last_hash_, {}, file_hash_.finish()};
  archived.file = name_of(range_.tenant) + "-" + std::to_string(range_.from) + "-" +
                  std::to_string(range_.to) + "-" + base::to_hex(crypto::raw(last_hash_)).substr(0, 8) +
                  ".jsonl.gz";
  if (auto done = file_.commit(dir_ + "/" + archived.file); !done.ok()) return done.error();
  return archived;
}

}  // namespace domain
