#include "store/read_only.h"

#include <utility>

#include "store/env.h"

namespace store {

ReadOnlyStore::ReadOnlyStore(std::unique_ptr<Env> env) : env_(std::move(env)) {}
ReadOnlyStore::~ReadOnlyStore() = default;

base::Result<std::unique_ptr<ReadOnlyStore>> ReadOnlyStore::open(const std::string& dir,
                                                                 std::size_t map_bytes) {
  Env::Options options;
  options.dir = dir;
  options.map_bytes = map_bytes;
  options.readers = 1024;
  auto env = Env::open_read_only(options);
  if (!env.ok()) return env.error();
  return std::unique_ptr<ReadOnlyStore>(new ReadOnlyStore(std::move(env).value()));
}

base::Result<std::unique_ptr<ReadOnlyStore>> ReadOnlyStore::open_alone(const std::string& dir,
                                                                       const std::stop_token& stop) {
  Env::Options options;
  options.dir = dir;
  options.readers = 1024;
  options.alone = true;
  options.stop = stop;
  // LMDB maps what the file needs where it is told less.
  auto env = Env::open_read_only(options);
  if (!env.ok()) return env.error();
  return std::unique_ptr<ReadOnlyStore>(new ReadOnlyStore(std::move(env).value()));
}

base::Result<void> ReadOnlyStore::copy_to(const std::string& dir, const std::stop_token& stop) const {
  return env_->copy_to(dir, stop);
}

base::Result<std::uint64_t> ReadOnlyStore::used_bytes() const {
  const auto usage = env_->usage();
  if (!usage.ok()) return usage.error();
  return usage->used_bytes;
}

base::Result<ReadTxn> ReadOnlyStore::read() const {
  return env_->read();
}

}  // namespace store
