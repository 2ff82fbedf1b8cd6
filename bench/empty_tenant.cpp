#include "bench/empty_tenant.h"

#include <filesystem>

#include "api/api_keys.h"
#include "api/tenants.h"
#include "app/definitions.h"

namespace {

constexpr std::size_t kTogether = 1'000;  // puts in one transaction

}  // namespace

EmptyTenant::EmptyTenant(const std::string& dir) : dir_(dir) {
  if (std::filesystem::exists(dir)) stop(dir + ": exists already; name a new folder");
  store::StoreOptions options;
  options.dir = dir;
  options.sync = false;
  store_ = value_of(store::Store::open(options));
  service_ = std::make_unique<api::Service>(*store_, clock_, random_);
  const app::Settings settings = value_of(app::load_settings(app::Source{}, app::Given{}));
  api::Definitions definitions = value_of(app::load_definitions(settings));
  definitions.quotas = domain::kNoLimits;
  check(service_->adopt(std::move(definitions)));
  change([&](api::Change& change) -> api::Outcome<void> {
    const auto tenant = api::create_tenant(change, {"Bench", "bench", base::Json{base::Json::Object{}}, {}});
    if (!tenant.ok()) return tenant.error();
    id_ = tenant->id;
    const auto made = api::create_api_key(change, id_, {"bench", {"organization:administer"}, {}});
    if (!made.ok()) return made.error();
    key_ = made->raw_key;
    return {};
  });
}

EmptyTenant::~EmptyTenant() {
  service_.reset();
  store_.reset();
  std::filesystem::remove_all(dir_);
}

void EmptyTenant::read(const std::function<void(const api::Read&)>& fn) {
  const auto done = service_->read({api::Scheme::kBearer, "", key_}, {"192.0.2.1", "bench"}, fn);
  if (!done.ok()) stop(done.error().message);
}

void EmptyTenant::change(const api::ChangeFunction& fn) {
  check(service_->change(api::Service::itself(), {"192.0.2.1", "bench"}, fn));
}

void EmptyTenant::write_all(std::size_t n,
                            const std::function<base::Result<void>(store::WriteTxn&, std::size_t)>& fn) {
  for (std::size_t begin = 0; begin < n; begin += kTogether) {
    const auto done = store_->write([&](store::WriteTxn& txn) -> base::Result<void> {
      for (std::size_t i = begin; i < n && i < begin + kTogether; ++i)
        if (auto put = fn(txn, i); !put.ok()) return put;
      return {};
    });
    if (!done.ok()) stop(done.error().message);
  }
}
