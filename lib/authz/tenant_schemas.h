#pragma once
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>

#include "authz/guard.h"
#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace authz {

// The schemas of the tenants that asked last, read and ready: each is kept under its revision, so that
// whoever asks on a snapshot gets that snapshot's. Null: the tenant has none. Safe for use by several
// threads.
class TenantSchemas {
 public:
  // Of texts; what is made of them takes some ten times as much. The last one stays, however long.
  static constexpr std::size_t kMostBytes = std::size_t{2} << 20U;

  explicit TenantSchemas(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}
  TenantSchemas(const TenantSchemas&) = delete;
  TenantSchemas& operator=(const TenantSchemas&) = delete;

  // Reads it where it isn't there, which takes a millisecond for some 50 KiB, and keeps it. kCorrupt where it
  // can't be read. REQUIRES: a snapshot
  base::Result<SchemaPtr> get(const store::ReadTxn&, const domain::TenantId&);

  // The same in a transaction that writes: what is read there isn't kept, since it may never be.
  base::Result<SchemaPtr> get_unkept(const store::ReadTxn&, const domain::TenantId&) const;

 private:
  struct Kept {
    domain::TenantId tenant;
    std::uint64_t revision;
    SchemaPtr schema;
    std::size_t bytes;
  };
  struct Read {
    std::uint64_t revision = 0;
    SchemaPtr schema;
    std::size_t bytes = 0;  // 0: it was kept already
  };

  base::Result<Read> read(const store::ReadTxn&, const domain::TenantId&) const;
  SchemaPtr look_up(const domain::TenantId&, std::uint64_t revision) const;
  void keep(Kept);

  const std::size_t most_bytes_;

  mutable std::mutex mutex_;
  // Protected by mutex_: what was read last is first.
  std::list<Kept> kept_;
  std::size_t bytes_ = 0;
};

}  // namespace authz
