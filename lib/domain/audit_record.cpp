// An audit entry is stored as the text that its hash covers, and read by taking that text apart: what is
// shown can't differ from what is hashed. A record of version 2 is, after its seal,
//
//   [SHA-256 of the text: 32 bytes] [the text, packed against the key]
//
// where packing only makes it shorter: a member that is added to canonical_text() later, and left out where
// it has nothing to say, changes neither the texts nor the hashes of the entries before. Version 1 was JSON,
// {"entry":<text>,"hash":"<hexadecimal digits>"}; it is never rewritten, and read for ever.
#include "domain/audit_record.h"

#include <algorithm>
#include <span>

#include "domain/record.h"
#include "store/key.h"
#include "store/pack.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

// An entry as its JSON has it: the names, their order and their types. Texts are read into strings, and
// written from views.
template <typename Text, typename Texts>
struct Flat {
  Text action{};
  std::optional<Text> actor_id{};
  Text actor_name{};
  std::optional<Text> actor_type{};
  std::uint64_t count = 0;
  Text created_at{}, first_at{};
  base::Uuid id{};
  Text ip{}, last_at{}, metadata{}, outcome{};
  Texts policies{};
  crypto::Sha256 prev_hash{};
  Text request_id{}, resource_id{};
  Texts resource_ids{};
  Text resource_type{};
  std::uint64_t seq = 0;
  base::Uuid tenant_id{};
};
using FlatRead = Flat<std::string, std::vector<std::string>>;
using FlatView = Flat<std::string_view, std::span<const std::string>>;

// In the order of the names, which makes the text canonical. Those that are optional came later: the texts of
// entries without them are what they were.
constexpr auto kMembers = [](auto& codec, auto& flat) {
  codec.member("action", flat.action);
  codec.member("actor_id", flat.actor_id);
  codec.member("actor_name", flat.actor_name);
  codec.member("actor_type", flat.actor_type);
  codec.optional("count", flat.count);
  codec.member("created_at", flat.created_at);
  codec.optional("first_at", flat.first_at);
  codec.member("id", flat.id);
  codec.member("ip", flat.ip);
  codec.optional("last_at", flat.last_at);
  codec.json("metadata", flat.metadata);
  codec.member("outcome", flat.outcome);
  codec.member("policies", flat.policies);
  codec.member("prev_hash", flat.prev_hash);
  codec.member("request_id", flat.request_id);
  codec.member("resource_id", flat.resource_id);
  if (flat.count != 0) codec.member("resource_ids", flat.resource_ids);
  codec.member("resource_type", flat.resource_type);
  codec.member("seq", flat.seq);
  codec.member("tenant_id", flat.tenant_id);
};

constexpr std::uint8_t kAsJson = 1, kPacked = 2;         // versions
constexpr std::size_t kMaxText = std::size_t{1} << 30U;  // bytes; far beyond what an entry can be

constexpr std::string_view kAllowed = "allowed";
constexpr std::string_view kRefused = "refused";

std::string write_metadata(const AuditEntry& entry) {
  RecordWriter writer;
  if (entry.after != "null") writer.json("after", entry.after);
  if (entry.before != "null") writer.json("before", entry.before);
  return std::move(writer).take();
}

bool read_metadata(const std::string& json, AuditEntry& entry) {
  RecordReader reader(json);
  if (reader.next_is("after")) reader.json("after", entry.after);
  if (reader.next_is("before")) reader.json("before", entry.before);
  reader.finish();
  return reader.ok();
}

// What is wrong, or nothing.
std::string_view read_repeats(FlatRead& flat, AuditEntry& entry) {
  if (flat.count == 0) return flat.first_at.empty() && flat.last_at.empty() ? "" : "count: not there";
  const auto first = base::parse_timestamp(flat.first_at), last = base::parse_timestamp(flat.last_at);
  if (!first || !last) return "first_at, last_at: not times";
  entry.repeats = Repeats{flat.count, *first, *last, std::move(flat.resource_ids)};
  return {};
}

// What is wrong, or nothing.
std::string_view unflatten(FlatRead&& flat, AuditEntry& entry) {
  if (flat.actor_id.has_value() != flat.actor_type.has_value()) return "actor_id and actor_type: only one";
  if (flat.actor_id) {
    const auto id = base::Uuid::parse(*flat.actor_id);
    const auto kind = parse_principal_kind(*flat.actor_type);
    if (!id || !kind) return "actor_id, actor_type: not a principal";
    entry.actor = Principal{*kind, *id};
  }
  const auto at = base::parse_timestamp(flat.created_at);
  if (!at) return "created_at: not a time";
  if (flat.outcome != kAllowed && flat.outcome != kRefused) return "outcome: is none of its names";
  if (!read_metadata(flat.metadata, entry)) return "metadata: not before and after";
  if (const auto wrong = read_repeats(flat, entry); !wrong.empty()) return wrong;
  entry.created_at = *at;
  entry.allowed = flat.outcome == kAllowed;
  entry.id = AuditEntryId(flat.id);
  entry.seq = flat.seq;
  entry.tenant = owner_of(flat.tenant_id);
  entry.prev_hash = flat.prev_hash;
  entry.action = std::move(flat.action);
  entry.actor_name = std::move(flat.actor_name);
  entry.ip = std::move(flat.ip);
  entry.policies = std::move(flat.policies);
  entry.request_id = std::move(flat.request_id);
  entry.resource_id = std::move(flat.resource_id);
  entry.resource_type = std::move(flat.resource_type);
  return {};
}

}  // namespace

std::string canonical_text(const AuditEntry& entry) {
  const std::string actor_id = entry.actor ? entry.actor->id.to_string() : "";
  const std::string created_at = to_string(entry.created_at), metadata = write_metadata(entry);
  std::string first_at, last_at;
  FlatView flat;
  flat.action = entry.action;
  if (entry.actor) flat.actor_id = actor_id;
  if (entry.actor) flat.actor_type = name_of(entry.actor->kind);
  flat.actor_name = entry.actor_name;
  flat.created_at = created_at;
  if (entry.repeats) {
    flat.count = entry.repeats->count;
    flat.first_at = first_at = to_string(entry.repeats->first_at);
    flat.last_at = last_at = to_string(entry.repeats->last_at);
    flat.resource_ids = entry.repeats->resource_ids;
  }
  flat.id = entry.id;
  flat.ip = entry.ip;
  flat.metadata = metadata;
  flat.outcome = entry.allowed ? kAllowed : kRefused;
  flat.policies = entry.policies;
  flat.prev_hash = entry.prev_hash;
  flat.request_id = entry.request_id;
  flat.resource_id = entry.resource_id;
  flat.resource_type = entry.resource_type;
  flat.seq = entry.seq;
  flat.tenant_id = to_stored(entry.tenant);
  RecordWriter writer;
  kMembers(writer, flat);
  return std::move(writer).take();
}

std::string seal_audit(std::string_view key, std::string_view text, const crypto::Sha256& hash) {
  std::string payload(crypto::raw(hash));
  payload.append(store::pack(text, key));
  return store::seal(kPacked, payload);
}

namespace {

// The two versions, without their seals.
base::Result<void> read_json(const Entry& record, StoredAudit& stored) {
  RecordReader reader(record.value);
  stored.text = reader.json_view("entry");
  reader.member("hash", stored.entry.hash);
  reader.finish();
  if (!reader.ok()) return store::corrupt(Table::kAudit, record.key, reader.problem());
  return {};
}

base::Result<void> read_packed(const Entry& record, StoredAudit& stored) {
  crypto::Sha256& hash = stored.entry.hash;
  if (record.value.size() < hash.size())
    return store::corrupt(Table::kAudit, record.key, "the record is cut short");
  std::copy_n(record.value.begin(), hash.size(), hash.begin());
  auto text = store::unpack(record.value.substr(hash.size()), record.key, kMaxText);
  if (!text) return store::corrupt(Table::kAudit, record.key, "can't be unpacked");
  stored.text = *std::move(text);
  return {};
}

}  // namespace

namespace {

// What is wrong, or nothing.
std::string read_text(std::string_view text, AuditEntry& entry) {
  FlatRead flat;
  RecordReader inner(text);
  kMembers(inner, flat);
  inner.finish();
  if (!inner.ok()) return inner.problem();
  return std::string(unflatten(std::move(flat), entry));
}

}  // namespace

base::Result<AuditEntry> parse_audit_text(std::string_view text) {
  AuditEntry entry{TenantId()};
  if (auto wrong = read_text(text, entry); !wrong.empty())
    return base::Error{base::ErrorCode::kInvalid, std::move(wrong)};
  entry.hash = crypto::sha256(text);
  return entry;
}

base::Result<StoredAudit> unseal_audit(std::string_view key, std::string_view sealed) {
  const auto record = store::unseal(Table::kAudit, key, sealed);
  if (!record.ok()) return record.error();
  StoredAudit stored;
  base::Result<void> read;
  switch (record->version) {
    case kAsJson:
      read = read_json({key, record->payload}, stored);
      break;
    case kPacked:
      read = read_packed({key, record->payload}, stored);
      break;
    default:
      read = store::corrupt(Table::kAudit, key, "layout " + std::to_string(record->version) + " is unknown");
  }
  if (!read.ok()) return read.error();
  if (const auto wrong = read_text(stored.text, stored.entry); !wrong.empty())
    return store::corrupt(Table::kAudit, key, wrong);
  if (Key().uuid(to_stored(stored.entry.tenant)).u64(stored.entry.seq).view() != key)
    return store::corrupt(Table::kAudit, key, "it is another entry, with another tenant_id or seq");
  return stored;
}

std::optional<AuditHead> parse_audit_head(std::string_view value) {
  AuditHead head;
  store::KeyReader parts(value);
  head.seq = parts.u64();
  const std::string_view hash = parts.bytes(head.hash.size());
  head.bytes = parts.u64();
  if (parts.ok() && !parts.complete()) {
    AuditCut& cut = head.cut.emplace();
    cut.through = parts.u64();
    const std::string_view cut_hash = parts.bytes(cut.hash.size());
    cut.sealed = parts.u64();
    cut.seal = parts.u64();
    if (parts.ok()) std::copy(cut_hash.begin(), cut_hash.end(), cut.hash.begin());
  }
  if (!parts.complete()) return std::nullopt;
  std::copy(hash.begin(), hash.end(), head.hash.begin());
  return head;
}

base::Result<std::optional<AuditHead>> get_audit_head(const store::ReadTxn& txn, const Owner& tenant) {
  const Key key = Key().uuid(to_stored(tenant));
  const auto value = txn.get(Table::kAuditHead, key);
  if (!value.ok()) return value.error();
  if (!*value) return {std::nullopt};
  const auto head = parse_audit_head(**value);
  if (!head) return store::corrupt(Table::kAuditHead, key, "not a seq, a hash and a size");
  return head;
}

base::Result<void> put_audit_head(store::WriteTxn& txn, const Owner& tenant, const AuditHead& head) {
  Key value = Key().u64(head.seq).bytes(crypto::raw(head.hash)).u64(head.bytes);
  if (head.cut)
    value.u64(head.cut->through).bytes(crypto::raw(head.cut->hash)).u64(head.cut->sealed).u64(head.cut->seal);
  return txn.put(Table::kAuditHead, Key().uuid(to_stored(tenant)), value);
}

}  // namespace domain
