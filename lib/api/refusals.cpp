// What a minute holds is a tree: chains, their callers, and of each caller the kinds of refusals it met, each
// with the count of its repeats. With the limits 3 a caller:
//
//   role:create  by no-escalation   written, counted, counted, counted   > an entry, and one with count 3
//   group:create by holders         written                              > an entry
//   user:delete  by holders         counted, counted                     > overflow, count 2
//
// since an entry of repeats takes one of the three places as well, from its first repeat on. When the minute
// ends, the whole tree becomes entries and is dropped, so that nothing here ages or is looked for. Memory is
// counted by estimate when something is added.
#include "api/refusals.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace api {
namespace {

// Of nodes and strings in these maps, besides the texts; measured generously.
constexpr std::size_t kOfNode = 256;

std::string kind_of(const domain::AuditEntry& entry) {
  std::string kind = entry.action;
  for (const std::string& policy : entry.policies) kind.append("\n").append(policy);
  return kind;
}

// An entry in the making. It has from the first repeat what all of them have, from the last the rest.
struct Repeated {
  std::optional<domain::AuditEntry> entry;

  // Answers the bytes by which it grew.
  std::size_t add(const domain::AuditEntry& refused) {
    std::size_t grown = 0;
    if (!entry) {
      entry = refused;
      entry->repeats = domain::Repeats{0, refused.created_at, refused.created_at, {}};
      grown = sizeof refused + refused.action.size() + refused.resource_id.size() + kOfNode;
      for (const std::string& policy : refused.policies) grown += policy.size() + sizeof(std::string);
    }
    domain::Repeats& repeats = *entry->repeats;
    ++repeats.count;
    repeats.last_at = refused.created_at;
    entry->request_id = refused.request_id;
    entry->ip = refused.ip;
    auto& ids = repeats.resource_ids;
    if (ids.size() == Refusals::kResourceIds ||
        std::find(ids.begin(), ids.end(), refused.resource_id) != ids.end())
      return grown;
    ids.push_back(refused.resource_id);
    return grown + refused.resource_id.size() + sizeof(std::string);
  }
};

struct OfCaller {
  std::map<std::string, Repeated> kinds;  // without an entry: only a first one so far
  Repeated overflow;
  std::size_t entries = 0;
};

struct OfTenant {
  std::map<std::optional<domain::Principal>, OfCaller> callers;
  std::size_t entries = 0;
};

}  // namespace

struct Refusals::State {
  std::mutex mutex;
  // Guarded by mutex:
  std::map<domain::Owner, OfTenant> tenants;
  std::size_t memory = 0;
  base::Timestamp begun{};               // while there are tenants
  std::deque<domain::AuditEntry> ended;  // of minutes that are over, not yet taken

  bool is_over(base::Timestamp now) const {
    return !tenants.empty() && (now.ms - begun.ms >= kMinuteMs || now < begun || memory >= kMaxMemory / 2);
  }

  void end_minute() {
    for (auto& [owner, tenant] : tenants)
      for (auto& [principal, caller] : tenant.callers) {
        for (auto& [kind, repeated] : caller.kinds)
          if (repeated.entry) ended.push_back(*std::move(repeated.entry));
        if (caller.overflow.entry) ended.push_back(*std::move(caller.overflow.entry));
      }
    tenants.clear();
    memory = 0;
  }

  Noted count_beyond(OfCaller& caller, const domain::AuditEntry& refused) {
    domain::AuditEntry any = refused;
    any.action = kOverflow;
    any.resource_type = "audit";
    any.policies.clear();
    memory += caller.overflow.add(any);
    caller.overflow.entry->resource_id.clear();
    return Noted::kCounted;
  }
};

Refusals::Refusals() : state_(std::make_unique<State>()) {}
Refusals::~Refusals() = default;

Refusals::Noted Refusals::note(const domain::AuditEntry& refused) {
  State& s = *state_;
  std::string kind = kind_of(refused);
  const std::lock_guard lock(s.mutex);
  if (s.memory >= kMaxMemory) return Noted::kNoRoom;
  if (s.tenants.empty()) s.begun = refused.created_at;
  OfTenant& tenant = s.tenants[refused.tenant];
  const auto [at, is_new_caller] = tenant.callers.try_emplace(refused.actor);
  OfCaller& caller = at->second;
  if (is_new_caller) s.memory += kOfNode + sizeof(OfCaller);
  const auto found = caller.kinds.find(kind);
  if (found != caller.kinds.end() && found->second.entry) {
    s.memory += found->second.add(refused);
    return Noted::kCounted;
  }
  // What is left needs a place: that of a first one, or that of the entry of its repeats.
  if (caller.entries == kOfCaller || tenant.entries == kOfTenant) return s.count_beyond(caller, refused);
  ++caller.entries;
  ++tenant.entries;
  if (found != caller.kinds.end()) {
    s.memory += found->second.add(refused);
    return Noted::kCounted;
  }
  s.memory += kOfNode + kind.size();
  caller.kinds.emplace(std::move(kind), Repeated());
  return Noted::kFirst;
}

void Refusals::withdraw(const domain::AuditEntry& first) {
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  const auto tenant = s.tenants.find(first.tenant);
  if (tenant == s.tenants.end()) return;
  const auto caller = tenant->second.callers.find(first.actor);
  if (caller == tenant->second.callers.end()) return;
  const auto kind = caller->second.kinds.find(kind_of(first));
  if (kind == caller->second.kinds.end() || kind->second.entry) return;
  s.memory -= kOfNode + kind->first.size();
  caller->second.kinds.erase(kind);
  --caller->second.entries;
  --tenant->second.entries;
}

std::vector<domain::AuditEntry> Refusals::take(base::Timestamp now, std::size_t most, bool all) {
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  if (all || (s.ended.empty() && s.is_over(now))) s.end_minute();
  const auto end = s.ended.begin() + static_cast<std::ptrdiff_t>(std::min(most, s.ended.size()));
  std::vector<domain::AuditEntry> taken(std::make_move_iterator(s.ended.begin()),
                                        std::make_move_iterator(end));
  s.ended.erase(s.ended.begin(), end);
  return taken;
}

void Refusals::put_back(std::vector<domain::AuditEntry> entries) {
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  s.ended.insert(s.ended.begin(), std::make_move_iterator(entries.begin()),
                 std::make_move_iterator(entries.end()));
}

}  // namespace api
