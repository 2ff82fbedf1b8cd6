// What a decision costs by how much the tenant has, and by how many rules; and how long a saved policy takes
// to be in force. See README.md.
//
//   bench-decide DIR [MOST]      in a folder that isn't there yet; MOST people, 1,000,000 where nothing is
//   said
//
// In process, without HTTP: what grows is what is measured. Each question is a snapshot's first, as that of a
// request is. A figure is "median [tenth, ninetieth percentile]" of the batches.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "api/policies.h"
#include "bench/decide/tenant.h"

namespace {

using Steady = std::chrono::steady_clock;

constexpr int kBatches = 200, kTogether = 100;

double us_since(Steady::time_point begin) {
  return std::chrono::duration<double, std::micro>(Steady::now() - begin).count();
}

long anonymous_kb() {
  std::FILE* const status = std::fopen("/proc/self/status", "r");
  long kb = 0;
  char line[256];
  while (status && std::fgets(line, sizeof line, status))
    if (std::sscanf(line, "RssAnon: %ld", &kb) == 1) break;
  if (status) std::fclose(status);
  return kb;
}

double median_of(std::vector<double> samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

// Microseconds a decision: of those who ask for the first time since the tenant was filled, whose pages of
// the store are nowhere near, and of the same when they ask again.
struct Cost {
  std::vector<double> first, again;
};

// Every second question is about what the person may read, the others are about anything.
Cost decide_all(Tenant& tenant, std::size_t people) {
  std::mt19937 engine(1);
  std::vector<authz::DecisionQuestion> questions;
  for (int i = 0; i < kBatches * kTogether; ++i) {
    const std::size_t who = engine() % people, other = engine() % people;
    questions.push_back({tenant.person(who), Tenant::document(i % 2 == 0 ? who : other), "organization:get"});
  }
  authz::TenantPolicyCache cache;
  const auto ask_all = [&](std::vector<double>& samples) {
    std::size_t allowed = 0;
    tenant.read([&](const api::Read& read) {
      for (std::size_t i = 0; i < questions.size();) {
        const auto begin = Steady::now();
        for (int asked = 0; asked < kTogether; ++asked, ++i) {
          auto policies = value_of(cache.get(read.txn, tenant.id()));
          const auto decided = value_of(authz::decide(read.txn, *read.catalogue, std::move(policies),
                                                      tenant.id(), questions[i], read.now, read.people));
          allowed += decided.allowed ? 1 : 0;
        }
        samples.push_back(us_since(begin) / kTogether);
      }
    });
    if (allowed < questions.size() / 2) stop("somebody may not read what they may");
  };
  Cost cost;
  ask_all(cost.first);
  for (int round = 0; round < 3; ++round) ask_all(cost.again);
  return cost;
}

void print_row(std::size_t n, const Cost& cost, double& smallest) {
  const double median = median_of(cost.again);
  if (smallest == 0) smallest = median;
  std::printf("| %zu | %s | %.2f | %s | %.1f |\n", n, spread_of(cost.again).c_str(), median / smallest,
              spread_of(cost.first).c_str(), static_cast<double>(anonymous_kb()) / 1024);
  std::fflush(stdout);
}

void print_growth(const std::string& dir, std::size_t most) {
  std::printf("| people, documents, mappings | us a decision | ratio | the first time | anonymous MB |\n");
  std::printf("|---|---|---|---|---|\n");
  double smallest = 0;
  for (std::size_t people = 100; people <= most; people *= 10) {
    Tenant tenant(dir);
    tenant.fill(people);
    tenant.add_policy(10);
    print_row(people, decide_all(tenant, people), smallest);
  }
}

void print_rules(const std::string& dir) {
  std::printf(
      "\n| rules, ten of them about the action | us a decision | ratio | the first time | anonymous MB |\n");
  std::printf("|---|---|---|---|---|\n");
  double smallest = 0;
  for (const std::size_t rules : {10U, 100U, 1'000U, 10'000U}) {
    Tenant tenant(dir);
    tenant.fill(1'000);
    for (std::size_t left = rules; left > 0; left -= std::min<std::size_t>(left, 1'000))
      tenant.add_policy(std::min<std::size_t>(left, 1'000));
    print_row(rules, decide_all(tenant, 1'000), smallest);
  }
}

// A rule of a policy of 1,000 is replaced, which is one change; then a question is asked.
void print_saving(const std::string& dir) {
  Tenant tenant(dir);
  tenant.fill(1'000);
  const domain::PolicyId policy = tenant.add_policy(1'000);
  domain::RuleId rule;
  authz::TenantPolicyCache cache;
  const authz::DecisionQuestion question{tenant.person(1), Tenant::document(1), "organization:get"};
  std::vector<double> saving, asking;
  for (int round = 0; round < 21; ++round) {
    auto begin = Steady::now();
    tenant.change([&](api::Change& change) -> api::Outcome<void> {
      api::PolicyPatch patch;
      patch.name = "policy " + std::to_string(round);
      patch.priority = round;
      const auto done = api::update_policy(change, tenant.id(), policy, patch, {});
      if (!done.ok()) return done.error();
      return {};
    });
    saving.push_back(us_since(begin) / 1'000);
    begin = Steady::now();
    tenant.read([&](const api::Read& read) {
      auto policies = value_of(cache.get(read.txn, tenant.id()));
      value_of(authz::decide(read.txn, *read.catalogue, std::move(policies), tenant.id(), question, read.now,
                             read.people));
    });
    asking.push_back(us_since(begin) / 1'000);
  }
  std::printf("\na policy of 1,000 rules is saved in %s ms, and the first question after that takes %s ms\n",
              spread_of(saving).c_str(), spread_of(asking).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) stop("usage: bench-decide DIR [MOST]");
  print_growth(argv[1], argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000'000);
  print_rules(argv[1]);
  print_saving(argv[1]);
  return 0;
}
