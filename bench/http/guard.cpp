// What the guard costs in a read: the part of run.sh's requests that decides; and what finding the caller of
// a credential costs. See README.md.
//
//   bench-http DIR       in a folder that isn't there yet
//
// The store, the shipped policies and the schema are real; one API key asks for one role and one group, again
// and again on one snapshot. A line is "what: median [tenth, ninetieth percentile] µs".
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "api/api_keys.h"
#include "api/groups.h"
#include "api/service.h"
#include "api/tenants.h"
#include "app/definitions.h"
#include "authz/entities.h"
#include "authz/guard.h"
#include "crypto/random.h"
#include "store/store.h"

namespace {

using Steady = std::chrono::steady_clock;

constexpr int kBatches = 2'000;
constexpr int kTogether = 200;  // questions between two looks at the clock

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "bench-http: %s\n", why.c_str());
  std::exit(1);
}

template <typename R>
auto value_of(R result) {
  if (!result.ok()) stop(result.error().message);
  return std::move(result).value();
}

void print(const char* what, std::vector<double>& samples) {
  std::sort(samples.begin(), samples.end());
  std::printf("%s: %.2f us [%.2f, %.2f]\n", what, samples[samples.size() / 2], samples[samples.size() / 10],
              samples[samples.size() * 9 / 10]);
}

void measure(const char* what, const api::Read& read, const authz::Question& question) {
  std::vector<double> samples;
  for (int batch = 0; batch < kBatches; ++batch) {
    const auto begin = Steady::now();
    for (int i = 0; i < kTogether; ++i)
      if (!read.guard->ask(question, read.txn, *read.catalogue).allowed)
        stop(std::string(what) + ": refused");
    samples.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count() / kTogether);
  }
  print(("the guard in a read, " + std::string(what)).c_str(), samples);
}

// A snapshot and its caller, each time after some tenant has changed something; `tenant` null: nobody has.
void measure_caller(const char* what, api::Service& service, const std::string& key,
                    const domain::TenantId* tenant) {
  std::vector<double> samples;
  for (int batch = 0; batch < kBatches; ++batch) {
    if (tenant)
      value_of(service.change(api::Service::itself(), {"", "bench"}, [&](api::Change& change) {
        const auto made = api::create_group(change, *tenant, {"g" + std::to_string(batch), {}, {}});
        return made.ok() ? api::Outcome<void>() : api::Outcome<void>(made.error());
      }));
    const auto begin = Steady::now();
    const auto done = service.read({api::Scheme::kBearer, "", key}, {"", "bench"}, [](const api::Read&) {});
    samples.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
    if (!done.ok()) stop(done.error().message);
  }
  print(("the caller of a key, " + std::string(what)).c_str(), samples);
}

void measure_all(const api::Read& read) {
  const domain::Owner& tenant = read.caller.tenant;
  const domain::GroupId group(domain::to_stored(tenant));  // need not exist
  authz::Subject first = read.caller;
  first.cached.reset();
  const auto of_role = [&](const authz::Subject& subject) {
    return authz::Question{subject,
                           tenant,
                           "role:get",
                           false,
                           "organization:get",
                           authz::role_uid("r1"),
                           {},
                           {},
                           read.now,
                           "192.0.2.1",
                           "0197b0a2-3c4d-7e5f-8a6b-7c8d9e0f1a2b"};
  };
  measure("GET /v1/roles/{slug}", read, of_role(read.caller));
  measure("GET /v1/groups/{id}", read,
          authz::Question{read.caller,
                          tenant,
                          "group:get",
                          false,
                          "group:get",
                          authz::group_uid(group),
                          domain::group_resource(group),
                          {},
                          read.now,
                          "192.0.2.1",
                          "0197b0a2-3c4d-7e5f-8a6b-7c8d9e0f1a2b"});
  measure("GET /v1/roles/{slug} when the caller isn't known yet", read, of_role(first));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || std::filesystem::exists(argv[1])) stop("usage: bench-http DIR, which isn't there yet");
  store::StoreOptions options;
  options.dir = argv[1];
  options.sync = false;
  const auto store = value_of(store::Store::open(options));
  const base::SystemClock clock;
  crypto::SystemRandom random;
  {
    api::Service service(*store, clock, random);
    const app::Settings built_in = value_of(app::load_settings(app::Source{}, app::Given{}));
    if (const auto adopted = service.adopt(value_of(app::load_definitions(built_in))); !adopted.ok())
      stop(adopted.error().message);
    const api::Origin origin{"192.0.2.1", "bench"};
    std::string key;
    domain::TenantId own, other;
    value_of(service.change(api::Service::itself(), origin, [&](api::Change& change) -> api::Outcome<void> {
      const auto tenant =
          api::create_tenant(change, {"Bench", "bench", base::Json{base::Json::Object{}}, {}});
      if (!tenant.ok()) return tenant.error();
      const auto second =
          api::create_tenant(change, {"Other", "other", base::Json{base::Json::Object{}}, {}});
      if (!second.ok()) return second.error();
      const auto made = api::create_api_key(change, tenant->id, {"bench", {"organization:administer"}, {}});
      if (!made.ok()) return made.error();
      key = made->raw_key;
      own = tenant->id;
      other = second->id;
      return {};
    }));
    const auto done = service.read({api::Scheme::kBearer, "", key}, origin,
                                   [](const api::Read& read) { measure_all(read); });
    if (!done.ok()) stop(done.error().message);
    measure_caller("again", service, key, nullptr);
    measure_caller("after a change of another tenant", service, key, &other);
    measure_caller("after a change of its own", service, key, &own);
  }
  std::filesystem::remove_all(argv[1]);
  return 0;
}
