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

base::Result<ReadTxn> ReadOnlyStore::read() const {
  return env_->read();
}

}  // namespace store
