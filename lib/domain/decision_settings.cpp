#include "domain/decision_settings.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "domain/implied.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

// As the record has it; names and what they are called follow each other in type_names.
struct Stored {
  DecisionSettings settings;
  std::vector<std::string> type_names;
  std::uint64_t settings_revision = 0;
  bool roles_disabled = false;
  base::Timestamp roles_updated_at{};
  std::uint64_t roles_revision = 0;
  std::uint64_t policies_revision = 0, schema_revision = 0, tests_revision = 0;
  std::string log = "off";
};

constexpr Layout kLayout{1, [](auto& codec, auto& stored) {
                           codec.choice("on_error", stored.settings.on_error, parse_on_error);
                           codec.choice("reasons", stored.settings.reasons, parse_reasons);
                           codec.optional("type_names", stored.type_names);
                           codec.optional("settings_revision", stored.settings_revision);
                           codec.optional("roles_disabled", stored.roles_disabled);
                           codec.member("roles_updated_at", stored.roles_updated_at);
                           codec.optional("roles_revision", stored.roles_revision);
                           codec.member("policies_revision", stored.policies_revision);
                           codec.optional("schema_revision", stored.schema_revision);
                           codec.optional("tests_revision", stored.tests_revision);
                           const LogSettings unset;
                           codec.optional("log", stored.log, "off");
                           codec.optional("log_keep_entries", stored.settings.log.keep_entries,
                                          unset.keep_entries);
                           codec.optional("log_keep_days", stored.settings.log.keep_days, unset.keep_days);
                           codec.optional("log_mask", stored.settings.log.mask);
                           codec.optional("log_strict", stored.settings.log.strict);
                           codec.optional("log_since", stored.settings.log.since);
                           codec.optional("secret", stored.settings.secret);
                         }};

base::Result<Decisions> decode(std::string_view key, std::string_view value) {
  store::KeyReader parts(key);
  const TenantId tenant(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kDecisions, key, "not a key of this table");
  Stored stored;
  if (auto read = unseal_record(Table::kDecisions, key, value, kLayout, stored); !read.ok())
    return read.error();
  if (stored.type_names.size() % 2 != 0) return store::corrupt(Table::kDecisions, key, "a type has no name");
  if (!parse_log(stored.log, stored.settings.log))
    return store::corrupt(Table::kDecisions, key, "log: is none of its names");
  Decisions decisions(tenant);
  decisions.settings = std::move(stored.settings);
  for (std::size_t i = 0; i < stored.type_names.size(); i += 2)
    decisions.settings.type_names.emplace(std::move(stored.type_names[i]),
                                          std::move(stored.type_names[i + 1]));
  decisions.settings_revision = stored.settings_revision;
  decisions.roles_enabled = !stored.roles_disabled;
  decisions.roles_updated_at = stored.roles_updated_at;
  decisions.roles_revision = stored.roles_revision;
  decisions.policies_revision = stored.policies_revision;
  decisions.schema_revision = stored.schema_revision;
  decisions.tests_revision = stored.tests_revision;
  return decisions;
}

base::Result<void> write(store::WriteTxn& txn, const Decisions& decisions) {
  Stored stored;
  stored.settings = decisions.settings;
  for (const auto& [type, name] : decisions.settings.type_names) {
    stored.type_names.push_back(type);
    stored.type_names.push_back(name);
  }
  stored.settings_revision = decisions.settings_revision;
  stored.roles_disabled = !decisions.roles_enabled;
  stored.roles_updated_at = decisions.roles_updated_at;
  stored.roles_revision = decisions.roles_revision;
  stored.policies_revision = decisions.policies_revision;
  stored.schema_revision = decisions.schema_revision;
  stored.tests_revision = decisions.tests_revision;
  stored.log = to_string(decisions.settings.log);
  return txn.put(Table::kDecisions, Key().uuid(decisions.tenant), seal_record(kLayout, stored));
}

}  // namespace

std::string_view name_of(OnError on_error) {
  switch (on_error) {
    case OnError::kDeny:
      return "deny";
    case OnError::kCedar:
      return "cedar";
  }
  return "";
}

std::optional<OnError> parse_on_error(std::string_view name) {
  for (const OnError on_error : {OnError::kDeny, OnError::kCedar})
    if (name_of(on_error) == name) return on_error;
  return std::nullopt;
}

std::string_view name_of(Reasons reasons) {
  switch (reasons) {
    case Reasons::kNone:
      return "none";
    case Reasons::kUser:
      return "user";
    case Reasons::kAdmin:
      return "admin";
    case Reasons::kTrace:
      return "trace";
  }
  return "";
}

std::optional<Reasons> parse_reasons(std::string_view name) {
  for (const Reasons reasons : {Reasons::kNone, Reasons::kUser, Reasons::kAdmin, Reasons::kTrace})
    if (name_of(reasons) == name) return reasons;
  return std::nullopt;
}

std::string to_string(const LogSettings& log) {
  switch (log.kind) {
    case LogKind::kOff:
      return "off";
    case LogKind::kDenied:
      return "denied";
    case LogKind::kAll:
      return "all";
    case LogKind::kSample:
      break;
  }
  if (log.per_million >= kWhole) return "sample:1";
  std::string digits = std::to_string(kWhole + log.per_million).substr(1);
  while (digits.ends_with('0')) digits.pop_back();
  return "sample:0." + digits;
}

bool parse_log(std::string_view text, LogSettings& log) {
  constexpr std::string_view kSample = "sample:";
  constexpr std::size_t kDigits = 6;
  for (const LogKind kind : {LogKind::kOff, LogKind::kDenied, LogKind::kAll}) {
    LogSettings named;
    named.kind = kind;
    if (to_string(named) != text) continue;
    log.kind = kind;
    log.per_million = 0;
    return true;
  }
  if (!text.starts_with(kSample)) return false;
  text.remove_prefix(kSample.size());
  std::string digits(text.substr(std::min<std::size_t>(text.size(), 2)));
  const bool is_one = text == "1" || (text.starts_with("1.") && !digits.empty() &&
                                      digits.find_first_not_of('0') == std::string::npos);
  if (!is_one && (!text.starts_with("0.") || digits.empty() || digits.size() > kDigits ||
                  digits.find_first_not_of("0123456789") != std::string::npos))
    return false;
  digits.resize(kDigits, '0');
  const std::uint64_t per_million = is_one ? kWhole : std::stoull(digits);
  if (per_million == 0) return false;
  log.kind = LogKind::kSample;
  log.per_million = per_million;
  return true;
}

PolicyId roles_policy_of(const TenantId& tenant) {
  const crypto::Sha256 hash = crypto::sha256({"policy:roles:", tenant.raw()});
  base::Uuid::Bytes bytes{};
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  bytes[6] = static_cast<std::uint8_t>(0x80U | (bytes[6] & 0x0FU));
  bytes[8] = static_cast<std::uint8_t>(0x80U | (bytes[8] & 0x3FU));
  return PolicyId(base::Uuid(bytes));
}

Decisions::Decisions(const TenantId& whose) : tenant(whose), roles_policy(roles_policy_of(whose)) {}

base::Result<Decisions> get_decisions(const store::ReadTxn& txn, const TenantId& tenant) {
  auto found = get_record(txn, Table::kDecisions, Key().uuid(tenant), decode);
  if (!found.ok()) return found.error();
  return *found ? **std::move(found) : Decisions(tenant);
}

base::Result<std::string_view> decisions_record(const store::ReadTxn& txn, const TenantId& tenant) {
  const auto found = txn.get(Table::kDecisions, Key().uuid(tenant));
  if (!found.ok()) return found.error();
  return found->value_or(std::string_view());
}

base::Result<void> put_decisions(store::WriteTxn& txn, Decisions& decisions) {
  decisions.policies_revision = txn.revision();
  return write(txn, decisions);
}

base::Result<void> touch_policies(store::WriteTxn& txn, const TenantId& tenant) {
  auto decisions = get_decisions(txn, tenant);
  if (!decisions.ok()) return decisions.error();
  if (decisions->policies_revision == txn.revision()) return {};
  return put_decisions(txn, *decisions);
}

base::Result<void> note_schema(store::WriteTxn& txn, const TenantId& tenant, std::uint64_t revision) {
  auto decisions = get_decisions(txn, tenant);
  if (!decisions.ok()) return decisions.error();
  decisions->schema_revision = revision;
  return put_decisions(txn, *decisions);
}

base::Result<void> note_tests(store::WriteTxn& txn, const TenantId& tenant) {
  auto decisions = get_decisions(txn, tenant);
  if (!decisions.ok()) return decisions.error();
  if (decisions->tests_revision == txn.revision()) return {};
  decisions->tests_revision = txn.revision();
  return write(txn, *decisions);
}

std::optional<std::uint64_t> schema_revision_in(const Entry& entry) {
  const auto decisions = decode(entry.key, entry.value);
  if (!decisions.ok()) return std::nullopt;
  return decisions->schema_revision;
}

base::Result<void> implied_by_decisions(const Entry& entry, Implied& implied) {
  const auto decisions = decode(entry.key, entry.value);
  if (!decisions.ok()) return decisions.error();
  implied.needs_tenant_of(entry.key);
  if (decisions->schema_revision != 0) implied.needs(Table::kSchema, entry.key);
  return {};
}

}  // namespace domain
