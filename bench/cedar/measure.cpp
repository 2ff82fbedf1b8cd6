// How quickly Cedar requests are decided, beside other implementations. See run.sh, which runs them all.
//
//   bench-cedar make DIR       writes the scenarios, each a folder with policies, entities and requests
//   bench-cedar run DIR NAME   measures ours on one of them, or on "text"
//
// A line of output is "scenario<TAB>implementation<TAB>median<TAB>low<TAB>high<TAB>unit", low and high being
// the tenths. Of a decision it is what one request costs, all requests of the scenario together; what can be
// read once is read before. "scenario<TAB>implementation<TAB>answers<TAB><TAB><TAB>answers" has what was
// decided, and by which policies.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "bench/cedar/scenarios.h"
#include "cedar/cedar.h"
#include "cedar/value_json.h"

namespace {

using Steady = std::chrono::steady_clock;
using Requests = std::vector<cedar::Request>;

constexpr std::size_t kMaxFile = std::size_t{256} << 20U;
constexpr std::size_t kParsedBytes = std::size_t{4} << 20U;
constexpr std::size_t kLoadedPolicies = 1'000;  // from so many on loading is measured
constexpr double kEnough = 2e8;                 // ns for one figure
constexpr double kOnce = 2e4;                   // ns between two looks at the clock
constexpr int kTimes = 5;                       // that something long is done

double nanoseconds_since(Steady::time_point begin) {
  return std::chrono::duration<double, std::nano>(Steady::now() - begin).count();
}

void print(const std::string& scenario, const char* implementation, std::vector<double> samples,
           const char* unit) {
  std::sort(samples.begin(), samples.end());
  const auto at = [&](std::size_t percent) { return samples[(samples.size() - 1) * percent / 100]; };
  std::printf("%s\t%s\t%.3f\t%.3f\t%.3f\t%s\n", scenario.c_str(), implementation, at(50), at(10), at(90),
              unit);
  std::fflush(stdout);
}

// Repeats each request so often that the clock does not count, in turn until the time is over.
template <typename Decide>
std::vector<double> measure(const Requests& requests, Decide decide) {
  std::vector<double> samples;
  const auto begin = Steady::now();
  for (const auto& request : requests) decide(request);
  const double each = std::max(1.0, nanoseconds_since(begin) / static_cast<double>(requests.size()));
  const auto repeats = std::max<std::size_t>(1, static_cast<std::size_t>(kOnce / each));
  while (samples.size() < 3 || nanoseconds_since(begin) < kEnough) {
    for (const auto& request : requests) {
      const auto from = Steady::now();
      for (std::size_t i = 0; i < repeats; ++i) decide(request);
      samples.push_back(nanoseconds_since(from) / static_cast<double>(repeats));
    }
  }
  return samples;
}

// How long it takes each time, in ns.
template <typename Do>
std::vector<double> measure_times(Do once) {
  std::vector<double> samples;
  for (int i = 0; i < kTimes; ++i) {
    const auto begin = Steady::now();
    once();
    samples.push_back(nanoseconds_since(begin));
  }
  return samples;
}

std::vector<double> divided(std::vector<double> samples, double by) {
  for (double& sample : samples) sample /= by;
  return samples;
}

std::vector<double> megabytes_a_second(std::vector<double> samples, std::size_t bytes) {
  for (double& sample : samples) sample = static_cast<double>(bytes) * 1e3 / sample;
  return samples;
}

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T value_of(base::Result<T> result) {
  if (!result.ok()) stop(result.error().message);
  return std::move(result).value();
}

std::string read(const std::filesystem::path& path) {
  return value_of(base::read_file(path.string(), kMaxFile));
}

Requests read_requests(const std::string& text) {
  Requests requests;
  const base::Json json = value_of(base::parse_json(text));
  const auto uid = [](const base::Json& request, const char* name) {
    return value_of(cedar::uid_from_json(*request.find(name)));
  };
  for (const base::Json& r : *json.array())
    requests.push_back({uid(r, "principal"), uid(r, "action"), uid(r, "resource"),
                        value_of(cedar::record_from_json(*r.find("context")))});
  return requests;
}

// "allow policy1 policy3" for each request, with "!" and the policies that failed.
std::string text_of(cedar::Response response) {
  std::string text(name_of(response.decision));
  auto& reasons = response.diagnostics.reasons;
  std::sort(reasons.begin(), reasons.end());
  for (const auto& policy : reasons) text += " " + policy;
  std::vector<std::string> failed;
  for (const auto& error : response.diagnostics.errors) failed.push_back(error.policy);
  std::sort(failed.begin(), failed.end());
  for (const auto& policy : failed) text += " !" + policy;
  return text + ";";
}

template <typename Decide>
void measure_decisions(const std::string& name, const char* implementation, const Requests& requests,
                       Decide decide) {
  std::string answers;
  for (const auto& request : requests) answers += text_of(decide(request));
  std::printf("%s\t%s\t%s\t\t\tanswers\n", name.c_str(), implementation, answers.c_str());
  std::size_t reasons = 0;
  print(
      name, implementation,
      measure(requests,
              [&](const cedar::Request& request) { reasons += decide(request).diagnostics.reasons.size(); }),
      "ns");
  if (reasons == 0) std::fprintf(stderr, "%s: %s: no policy was a reason\n", name.c_str(), implementation);
}

std::size_t heap() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// The policies of a text of any length, with the ids they have in one: a text longer than the limit is read
// in parts.
cedar::PolicySet parse(const std::string& text) {
  static constexpr std::size_t kPart = cedar::kMaxPolicyText / 2;
  cedar::PolicySet all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = at + kPart < text.size() ? text.find(";\n", at + kPart) + 2 : text.size();
    const std::size_t before = all.policies().size();
    const auto id_of = [&](const cedar::Template&, std::size_t index) {
      return "policy" + std::to_string(before + index);
    };
    auto part = value_of(cedar::PolicySet::parse(text.substr(at, end - at), "policies.cedar", id_of));
    if (end - at == text.size()) return part;
    if (const auto merged = all.merge(part); !merged.ok()) stop(merged.error().message);
    at = end;
  }
  return all;
}

// What loading so many policies takes, for each of them. Memory is what is allocated, the text with it.
void measure_loading(const std::string& name, const std::string& text, std::size_t count) {
  const auto each = static_cast<double>(count);
  malloc_trim(0);
  const std::size_t before = heap();
  std::optional policies(parse(text));
  const std::size_t parsed = heap();
  {
    const cedar::CompiledPolicies compiled(*policies);
    policies.reset();
    print("memory-" + name, "reeve", {static_cast<double>(heap() - before) / each}, "bytes");
  }
  print("memory-" + name, "reeve-parsed", {static_cast<double>(parsed - before) / each}, "bytes");
  print("load-" + name, "reeve",
        divided(measure_times([&] { const cedar::CompiledPolicies compiled(parse(text)); }), each), "ns");
  print("load-" + name, "reeve-parsed", divided(measure_times([&] { parse(text); }), each), "ns");
}

void run(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  const std::string text = read(folder / "policies.cedar");
  const auto policies = parse(text);
  const std::size_t count = policies.policies().size();
  const cedar::CompiledPolicies compiled(policies);
  const auto entities = value_of(cedar::Entities::from_json(read(folder / "entities.json")));
  const cedar::CompiledEntities fast(compiled, entities);
  const Requests requests = read_requests(read(folder / "requests.json"));

  const cedar::Authorizer authorizer;
  cedar::AuthorizerScratch scratch;
  measure_decisions(name, "reeve", requests, [&](const cedar::Request& request) {
    return authorizer.describe(authorizer.decide(request, compiled, fast, scratch), request, compiled, fast);
  });
  measure_decisions(name, "reeve-source", requests, [&](const cedar::Request& request) {
    return authorizer.describe(authorizer.decide(request, compiled, entities, scratch), request, compiled,
                               entities);
  });
  measure_decisions(name, "reeve-plain", requests, [&](const cedar::Request& request) {
    return authorizer.is_authorized(request, policies, entities);
  });
  std::size_t reasons = 0;
  print(name, "reeve-verdict",
        measure(requests,
                [&](const cedar::Request& request) {
                  reasons += authorizer.decide(request, compiled, fast, scratch).reasons.size();
                }),
        "ns");
  if (count >= kLoadedPolicies) measure_loading(name, text, count);
}

void measure_text(const std::filesystem::path& dir) {
  const std::string text = read(dir / "text.cedar");
  print("parse", "reeve", megabytes_a_second(measure_times([&] { parse(text); }), text.size()), "MB/s");
  const auto schema = value_of(cedar::Schema::parse(read(dir / "text.cedarschema"), "text.cedarschema"));
  const cedar::PolicySet policies = parse(text);
  const auto validate = [&] {
    const auto found = cedar::Validator(schema).validate(policies);
    if (!found.errors.empty()) stop(to_text(found.errors.front()));
  };
  print("validate", "reeve", megabytes_a_second(measure_times(validate), text.size()), "MB/s");
}

void write(const std::filesystem::path& path, const std::string& text) {
  if (!(std::ofstream(path, std::ios::binary) << text)) stop(path.string() + ": can't be written");
}

void make(const std::filesystem::path& dir) {
  std::string order;
  for (const bench::Scenario& scenario : bench::make_scenarios()) {
    const auto folder = dir / scenario.name;
    std::filesystem::create_directories(folder);
    write(folder / "policies.cedar", scenario.policies);
    write(folder / "entities.json", scenario.entities);
    write(folder / "requests.json", scenario.requests);
    order += scenario.name + "\n";
  }
  write(dir / "order", order);
  write(dir / "text.cedar", bench::make_policy_text(kParsedBytes));
  write(dir / "text.cedarschema", bench::schema_of_policy_text());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> given(argv + 1, argv + argc);
  if (given.size() == 2 && given[0] == "make") {
    make(given[1]);
  } else if (given.size() == 3 && given[0] == "run" && given[2] == "text") {
    measure_text(given[1]);
  } else if (given.size() == 3 && given[0] == "run") {
    run(std::filesystem::path(given[1]) / given[2]);
  } else {
    stop("usage: bench-cedar make DIR, or run DIR NAME");
  }
  return 0;
}
