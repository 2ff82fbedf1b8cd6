#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// What happens with a rule that forbids and can't be evaluated, in a tier that is asked. A rule that permits
// and can't be evaluated is never satisfied.
enum class OnError : std::uint8_t {
  kDeny,   // it counts as satisfied
  kCedar,  // it is skipped, by the language's own rule
};
std::string_view name_of(OnError);  // "deny", "cedar"
std::optional<OnError> parse_on_error(std::string_view name);

// How much an answer says of why it is what it is, where the question doesn't ask for it.
enum class Reasons : std::uint8_t { kNone, kUser, kAdmin, kTrace };
std::string_view name_of(Reasons);  // "none", "user", "admin", "trace"
std::optional<Reasons> parse_reasons(std::string_view name);

// Which of a tenant's decisions are logged.
enum class LogKind : std::uint8_t { kOff, kDenied, kSample, kAll };

// How a tenant's decisions are logged, see docs/decision-log.md.
struct LogSettings {
  LogKind kind = LogKind::kOff;
  std::uint64_t per_million = 0;  // of a sample: how many of a million decisions
  std::uint64_t keep_entries = 100'000;
  std::uint64_t keep_days = 30;
  std::vector<std::string> mask;  // JSON pointers into an entry's request: what is left out before it is kept
  bool strict = false;            // nobody is answered before the entry is on disk
  base::Timestamp since{};        // since when all is counted that is now; not to be set by others

  bool operator==(const LogSettings&) const = default;
};

inline constexpr std::uint64_t kWhole = 1'000'000;  // LogSettings::per_million of all
inline constexpr std::uint64_t kMostLogEntries = 10'000'000;
inline constexpr std::uint64_t kMostLogDays = 3'650;
inline constexpr std::size_t kMaxLogMasks = 100;
inline constexpr std::size_t kMaxLogMask = 512;  // bytes of a pointer

// "off", "denied", "sample:0.01", "all".
std::string to_string(const LogSettings&);

// Sets kind and per_million; false, and nothing is set, where it is none of these. A sample is more than 0
// and at most 1, with six digits behind the point at most.
bool parse_log(std::string_view text, LogSettings&);

// What a tenant has set of how it decides.
struct DecisionSettings {
  OnError on_error = OnError::kDeny;
  Reasons reasons = Reasons::kNone;
  // What types of requests are called in policies, where they aren't names of Cedar's or are called
  // otherwise: "urn:doc" is `Doc`. Also those of the directory: "user" is `Person`.
  std::map<std::string, std::string, std::less<>> type_names;
  // Attributes, tags and members of contexts that are called so are shown to nobody who asks why. Sorted,
  // each once.
  std::vector<std::string> secret{};

  LogSettings log{};

  bool operator==(const DecisionSettings&) const = default;
};

inline constexpr std::size_t kMaxTypeNames = 1'000;
inline constexpr std::size_t kMaxSecretNames = 100;

// How a tenant decides, beside its policies. One that has changed nothing has no record.
struct Decisions {
  explicit Decisions(const TenantId& whose);

  TenantId tenant;
  DecisionSettings settings;
  std::uint64_t settings_revision = 0;  // of the change that set them last; 0: none

  // The built-in policy `roles`, which is the last tier: it can be disabled, and nothing else.
  PolicyId roles_policy;  // follows from the tenant's id
  bool roles_enabled = true;
  base::Timestamp roles_updated_at{};
  std::uint64_t roles_revision = 0;

  // Of the last change of anything that decisions are made by: policies, rules, the schema, these settings.
  // What was made of them holds for every snapshot that has the same.
  std::uint64_t policies_revision = 0;

  std::uint64_t schema_revision = 0;  // of the tenant's schema (tenant_schema.h); 0: it has none
  std::uint64_t tests_revision = 0;   // of the last change of its policies' tests (policy_test.h)

  bool operator==(const Decisions&) const = default;
};

// The id that the built-in policy has in a tenant, for ever.
PolicyId roles_policy_of(const TenantId& tenant);

// What is there, or what a tenant has that has changed nothing.
base::Result<Decisions> get_decisions(const store::ReadTxn&, const TenantId& tenant);

// The same as it is stored, "" where it isn't: the same bytes are the same settings and the same
// policies_revision, so that whoever remembers them needn't read them. A view into the store.
base::Result<std::string_view> decisions_record(const store::ReadTxn&, const TenantId& tenant);

// Replaces all of it; policies_revision becomes that of the transaction.
base::Result<void> put_decisions(store::WriteTxn&, Decisions&);

// Of every change of policies and rules: policies_revision becomes that of the transaction. Called by the
// functions that put and delete these.
base::Result<void> touch_policies(store::WriteTxn&, const TenantId& tenant);

// The rest is for the files of this folder that write what it is about.

// That the schema is of this revision from now on, or, where that is 0, that there is none.
base::Result<void> note_schema(store::WriteTxn&, const TenantId& tenant, std::uint64_t revision);

// That a test of policies was put or deleted. What decisions are made by stays as it is.
base::Result<void> note_tests(store::WriteTxn&, const TenantId& tenant);

// What an entry of the table kDecisions says of the schema; nothing where it can't be read.
struct Entry;
std::optional<std::uint64_t> schema_revision_in(const Entry&);

}  // namespace domain
