// A manifest is read by the members that are expected, and then written anew and compared. So whatever was
// changed in its text is found, and there is no second description of what a right one looks like.
#include "backup/manifest.h"

#include <algorithm>
#include <optional>

#include "base/encoding.h"
#include "base/json.h"
#include "domain/audit_record.h"
#include "store/key.h"
#include "store/record.h"

namespace backup {
namespace {

using store::Table;

constexpr std::int64_t kLayout = 1;  // of the manifest
constexpr std::string_view kProgram = "reeve";
constexpr std::size_t kMaxValues = 20'000'000;  // in its JSON

struct CountedTable {
  const char* name;
  Table table;
};
constexpr CountedTable kCounted[] = {
    {"tenants", Table::kTenant},
    {"roles", Table::kRole},
    {"groups", Table::kGroup},
    {"users", Table::kUser},
    {"service_users", Table::kServiceUser},
    {"credentials", Table::kCredential},
    {"memberships", Table::kMemberOf},
    {"mappings", Table::kMapping},
    {"projects", Table::kProject},
    {"audit_entries", Table::kAudit},
    {"changes", Table::kChange},
};

std::string hex(const crypto::Sha256& hash) {
  return base::to_hex(crypto::raw(hash));
}

std::optional<crypto::Sha256> hash_at(const base::Json& object, std::string_view name) {
  const std::string* text = object.find_string(name);
  const auto bytes = text ? base::from_hex(*text) : std::nullopt;
  crypto::Sha256 hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

// 0 where there is none: then the text that is written anew differs.
std::uint64_t number_at(const base::Json& object, std::string_view name) {
  const base::Json* member = object.find(name);
  const std::int64_t* number = member ? member->integer() : nullptr;
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

std::string text_at(const base::Json& object, std::string_view name) {
  const std::string* text = object.find_string(name);
  return text ? *text : "";
}

Contents read_contents(const base::Json& json) {
  Contents contents;
  contents.revision = number_at(json, "revision");
  const base::Json* counts = json.find("counts");
  if (counts && counts->object())
    for (const auto& [name, value] : *counts->object()) {
      const std::int64_t* number = value.integer();
      contents.counts.emplace_back(name, number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0);
    }
  const base::Json* heads = json.find("audit_heads");
  if (!heads || !heads->array()) return contents;
  for (const base::Json& head : *heads->array()) {
    const auto tenant = base::Uuid::parse(text_at(head, "tenant"));
    contents.heads.push_back({domain::owner_of(tenant.value_or(base::Uuid())), number_at(head, "seq"),
                              hash_at(head, "hash").value_or(crypto::Sha256{})});
  }
  return contents;
}

std::string unsealed_text(const Manifest& m) {
  base::JsonWriter w;
  w.begin_object().member("manifest", kLayout).member("program", kProgram).member("version", m.version);
  w.member("format", m.format).member("created_at", m.created_at);
  w.name("data").begin_object().member("bytes", m.bytes).member("sha256", hex(m.sha256)).end_object();
  w.member("revision", m.contents.revision).name("counts").begin_object();
  for (const auto& [name, count] : m.contents.counts) w.member(name, count);
  w.end_object().name("audit_heads").begin_array();
  for (const Head& head : m.contents.heads)
    w.begin_object()
        .member("tenant", to_string(head.tenant))
        .member("seq", head.seq)
        .member("hash", hex(head.hash))
        .end_object();
  return w.end_array().end_object().take();
}

base::Error damaged(const std::string& why) {
  return {base::ErrorCode::kCorrupt, "damaged: " + why};
}

}  // namespace

base::Result<Contents> contents_of(const store::ReadTxn& txn) {
  Contents contents;
  contents.revision = txn.revision();
  for (const CountedTable& counted : kCounted) {
    std::uint64_t n = 0;
    const auto scanned = txn.scan(counted.table, {}, [&](auto, auto) { return ++n, true; });
    if (!scanned.ok()) return scanned.error();
    contents.counts.emplace_back(counted.name, n);
  }
  base::Result<void> read;
  const auto scanned = txn.scan(Table::kAuditHead, {}, [&](std::string_view key, std::string_view value) {
    const auto head = domain::parse_audit_head(value);
    store::KeyReader parts(key);
    const base::Uuid tenant = parts.uuid();
    if (!head || !parts.complete())
      read = store::corrupt(Table::kAuditHead, key, "not an entry of this table");
    else
      contents.heads.push_back({domain::owner_of(tenant), head->seq, head->hash});
    return read.ok();
  });
  if (!scanned.ok()) return scanned.error();
  if (!read.ok()) return read.error();
  return contents;
}

std::string difference(const Contents& found, const Contents& wanted) {
  const auto number = [](std::uint64_t n) { return std::to_string(n); };
  if (found.revision != wanted.revision)
    return "revision " + number(found.revision) + ", where there should be " + number(wanted.revision);
  for (std::size_t i = 0; i < std::min(found.counts.size(), wanted.counts.size()); ++i)
    if (found.counts[i] != wanted.counts[i])
      return number(found.counts[i].second) + " " + found.counts[i].first + ", where there should be " +
             number(wanted.counts[i].second) + " " + wanted.counts[i].first;
  if (found.counts.size() != wanted.counts.size()) return "other things are counted";
  for (std::size_t i = 0; i < std::min(found.heads.size(), wanted.heads.size()); ++i)
    if (found.heads[i] != wanted.heads[i])
      return "another head of the audit chain of " + to_string(wanted.heads[i].tenant);
  if (found.heads.size() != wanted.heads.size())
    return number(found.heads.size()) + " audit chains, where there should be " + number(wanted.heads.size());
  return "";
}

std::string to_text(const Manifest& manifest) {
  std::string text = unsealed_text(manifest);
  const std::string checksum = hex(crypto::sha256(text));
  text.pop_back();
  return text + ",\"checksum\":\"" + checksum + "\"}\n";
}

base::Result<Manifest> parse_manifest(std::string_view text) {
  base::JsonLimits limits;
  limits.nodes = kMaxValues;
  const auto json = base::parse_json(text, limits);
  if (!json.ok()) return damaged(json.error().message);
  if (text_at(*json, "program") != kProgram) return damaged("it is no manifest of this program");
  if (number_at(*json, "manifest") > std::uint64_t{kLayout})
    return base::Error{base::ErrorCode::kNewer, "written by a later version of reeve, " +
                                                    text_at(*json, "version") + "; install that version"};
  Manifest m;
  m.version = text_at(*json, "version");
  m.format = static_cast<std::uint32_t>(number_at(*json, "format"));
  m.created_at = base::parse_timestamp(text_at(*json, "created_at")).value_or(base::Timestamp());
  if (const base::Json* data = json->find("data")) {
    m.bytes = number_at(*data, "bytes");
    m.sha256 = hash_at(*data, "sha256").value_or(crypto::Sha256{});
  }
  m.contents = read_contents(*json);
  if (to_text(m) != text) return damaged("its text is not the one that its checksum is of");
  return m;
}

}  // namespace backup
