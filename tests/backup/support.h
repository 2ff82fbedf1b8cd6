#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "backup/archive.h"
#include "backup/create.h"
#include "backup/folder.h"
#include "backup/restore.h"
#include "backup/verify.h"
#include "domain/audit.h"
#include "domain/dump.h"
#include "store/read_only.h"
#include "tests/domain/support.h"
#include "tests/support/seeded_random.h"

// A store with something of everything that a manifest counts, and a folder for its backups.
class BackedUp {
 public:
  BackedUp() { fill(); }

  store::Store& store() { return *store_; }
  std::string path(const std::string& name) const { return dir_ / name; }
  std::string dir() const { return dir_ / "db"; }
  std::string folder() const { return dir_ / "backups"; }

  backup::Original original() const {
    backup::Original original;
    original.copy_to = [this](const std::string& dir, const std::stop_token& stop) {
      return store_->copy_to(dir, stop);
    };
    original.bytes = 1'000'000;
    return original;
  }

  // Makes one, whole; the path of its folder.
  std::string create(base::Timestamp now = kNow) const {
    const auto made = backup::create(original(), folder(), now);
    INFO((made.ok() ? "" : made.error().message));
    REQUIRE(made.ok());
    return folder() + "/" + made->name;
  }

  // One in a single file.
  std::string create_file(const std::string& name) const;

  void close() { store_.reset(); }
  void add_user(std::uint64_t n) { REQUIRE(could_add_user(n)); }

  // The same without an assertion, for another thread: Catch2's are for one at a time.
  bool could_add_user(std::uint64_t n) {
    const auto written = store_->write([&](store::WriteTxn& txn) {
      domain::User user = make_user(kTenant, id(1000 + n), std::to_string(n) + "@x");
      return put_user(txn, user);
    });
    return written.ok();
  }

 private:
  void fill() {
    const auto written = store_->write([](store::WriteTxn& txn) -> base::Result<void> {
      domain::Tenant tenant = make_tenant(kTenant, "acme");
      domain::Group group = make_group(kTenant, id(1), "Ops");
      domain::User user = make_user(kTenant, id(2), "ada@example.com");
      domain::ServiceUser service_user = make_service_user(kTenant, id(3), "ci");
      domain::Role role = make_role(kTenant, id(4), "on-call");
      domain::Mapping mapping = make_mapping(kTenant, id(5), as_group(id(1)), id(4));
      for (const auto& done :
           {put_tenant(txn, tenant), put_group(txn, group), put_user(txn, user),
            put_service_user(txn, service_user), put_role(txn, role), put_mapping(txn, mapping),
            put_credential(txn, make_credential(kTenant, id(6), as_service_user(id(3)), "k")),
            put_credential(
                txn, make_credential(domain::Platform{}, id(7), domain::Principal::platform(id(7)), "p"))})
        if (!done.ok()) return done;
      for (const domain::Owner& owner : {domain::Owner(kTenant), domain::Owner(domain::Platform{})}) {
        domain::AuditEntry entry(owner);
        entry.id = id(8);
        entry.action = "test";
        if (auto done = domain::append_audit(txn, entry); !done.ok()) return done;
      }
      return {};
    });
    INFO((written.ok() ? "" : written.error().message));
    REQUIRE(written.ok());
  }

  TempDir dir_;
  std::unique_ptr<store::Store> store_ = open_store(dir_);
};

inline std::string bytes_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline std::string BackedUp::create_file(const std::string& name) const {
  auto stream = backup::create_stream(original(), folder(), kNow);
  INFO((stream.ok() ? "" : stream.error().message));
  REQUIRE(stream.ok());
  const std::string data = bytes_of_file("/proc/self/fd/" + std::to_string(stream->data.get()));
  write_bytes(path(name), backup::archive_begin(stream->name, stream->manifest) + data +
                              backup::archive_end(stream->manifest));
  return path(name);
}

inline std::string dump_of(const store::ReadTxn& txn) {
  std::string all;
  const auto dumped = domain::dump(txn, [&](std::string_view line) {
    all.append(line).append("\n");
    return true;
  });
  REQUIRE(dumped.ok());
  REQUIRE(*dumped == 0);
  return all;
}

inline std::string dump_of(const std::string& dir) {
  const auto store = store::ReadOnlyStore::open(dir, std::size_t{1} << 30);
  INFO((store.ok() ? "" : store.error().message));
  REQUIRE(store.ok());
  const auto txn = store.value()->read();
  REQUIRE(txn.ok());
  return dump_of(*txn);
}

inline base::Result<backup::Restored> restore_to(const std::string& store, const std::string& backup,
                                                 crypto::Random* revoking = nullptr) {
  backup::RestoreOptions options;
  options.store = store;
  options.map_bytes = std::size_t{1} << 30;
  options.now = base::SystemClock().now();
  options.revoke_credentials = revoking != nullptr;
  options.random = revoking;
  return backup::restore(backup, options);
}
