// What a table's keys and values are made of is one row of kShapes, as drawn in store/schema.h; a key is
// taken apart and a value shown by going through its row. Text in a key has no end mark, so it takes what the
// parts behind it leave. A change record shows its writes as the tables show theirs, what is not shown there
// included.
//
// One key is in memory at a time, and no order but the store's is needed, so that a dump of any size streams.
#include "domain/dump.h"

#include <array>
#include <optional>
#include <span>
#include <string>

#include "base/encoding.h"
#include "base/enum_table.h"
#include "base/json.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "domain/audit_record.h"
#include "domain/pending_deletion.h"
#include "domain/principal.h"
#include "domain/record.h"
#include "store/change.h"
#include "store/key.h"
#include "store/record.h"

namespace domain {
namespace {

using store::Table;

enum class Part {
  kNone,
  kUuid,
  kKind,
  kDeletedKind,
  kU8,
  kU40,
  kU64,
  kTime,
  kHour,
  kText,
  kShortText,  // with its length in front
  kHash,
  kHash40,
  kHash128
};

struct Field {
  const char* name = nullptr;
  Part part = Part::kNone;
  bool may_be_missing = false;  // the last ones only
};
using Fields = std::array<Field, 6>;

enum class Value {
  kNone,
  kRecord,
  kRecordOrNone,
  kCredential,
  kAnswer,
  kAudit,
  kChange,
  kFields,
  kMappingKey,
  kMeta,
  kHead
};

struct Shape {
  Table table;
  Fields key;
  Value value;
  Fields fields = {};  // of a value of kind kFields
};

constexpr Field kTenant{"tenant", Part::kUuid}, kId{"id", Part::kUuid}, kUser{"user", Part::kUuid},
    kGroup{"group", Part::kUuid}, kMember{"member", Part::kUuid}, kAnyGroup{"group", Part::kUuid, true},
    kRole{"role", Part::kUuid}, kMapping{"mapping", Part::kUuid},
    kPrincipalKind{"principal_kind", Part::kKind}, kPrincipal{"principal", Part::kUuid},
    kResource{"resource", Part::kText}, kCredential{"credential", Part::kUuid},
    kCaller{"caller", Part::kUuid}, kKeyText{"key", Part::kText}, kType{"type", Part::kShortText},
    kIdText{"id", Part::kText}, kEntity{"entity", Part::kU64}, kParent{"parent", Part::kU64},
    kHashedPrincipal{"principal", Part::kHash128}, kHashedResource{"resource", Part::kHash128},
    kRule{"rule", Part::kUuid};

constexpr std::array<Shape, store::kTableCount> kShapes = {{
    {Table::kMeta, {{{"name", Part::kText}}}, Value::kMeta},
    {Table::kTenant, {kId}, Value::kRecord},
    {Table::kTenantSlug, {{{"slug", Part::kText}}}, Value::kFields, {kId}},
    {Table::kPermission, {{{"slug", Part::kText}}}, Value::kRecord},
    {Table::kRole, {kTenant, kId}, Value::kRecord},
    {Table::kRoleSlug, {kTenant, {"slug", Part::kText}}, Value::kFields, {kId}},
    {Table::kGroup, {kTenant, kId}, Value::kRecord},
    {Table::kGroupName, {kTenant, {"name", Part::kText}}, Value::kFields, {kId}},
    {Table::kUser, {kTenant, kId}, Value::kRecord},
    {Table::kUserEmail, {kTenant, {"email", Part::kText}}, Value::kFields, {kId}},
    {Table::kServiceUser, {kTenant, kId}, Value::kRecord},
    {Table::kCredential, {kId}, Value::kCredential},
    {Table::kCredentialHash, {{{"hash", Part::kHash}}}, Value::kFields, {kId}},
    {Table::kCredentialByTenant, {kTenant, kCredential}, Value::kNone},
    {Table::kCredentialByOwner, {kTenant, kPrincipalKind, kPrincipal, kCredential}, Value::kNone},
    {Table::kMemberOf, {kTenant, kUser, kGroup}, Value::kRecord},
    {Table::kMembers, {kTenant, kGroup, kUser}, Value::kNone},
    {Table::kMapping, {kTenant, kPrincipalKind, kPrincipal, kRole, kResource}, Value::kRecord},
    {Table::kMappingByRole, {kTenant, kRole, kPrincipalKind, kPrincipal, kResource}, Value::kRecord},
    {Table::kMappingById, {kTenant, kMapping}, Value::kMappingKey},
    {Table::kAudit, {kTenant, {"seq", Part::kU64}}, Value::kAudit},
    {Table::kAuditHead, {kTenant}, Value::kHead},
    {Table::kChange, {{{"revision", Part::kU64}}}, Value::kChange},
    {Table::kIdempotency, {kCaller, kKeyText}, Value::kAnswer},
    {Table::kIdempotencyByTime, {{{"expires", Part::kTime}, kCaller, kKeyText}}, Value::kNone},
    {Table::kMappingOn, {kTenant, kResource, kPrincipalKind, kPrincipal, kRole}, Value::kRecord},
    {Table::kServiceUserById, {kId, kTenant}, Value::kNone},
    {Table::kCount, {{kTenant, {"what", Part::kU8}, kAnyGroup}}, Value::kFields, {{{"count", Part::kU64}}}},
    {Table::kRoleCount,
     {kTenant, kRole, kPrincipalKind},
     Value::kFields,
     {{{"as_of", Part::kTime},
       {"all", Part::kU64},
       {"in_force", Part::kU64},
       {"later", Part::kU64},
       {"timed", Part::kU64}}}},
    {Table::kRoleTime,
     {kTenant, kRole, kPrincipalKind, {"moment", Part::kTime}},
     Value::kFields,
     {{{"begin", Part::kU64}, {"end", Part::kU64}}}},
    {Table::kAuditByActor, {{{"hash", Part::kHash40}, {"seq", Part::kU40}}}, Value::kNone},
    {Table::kAuditByResource, {{{"hash", Part::kHash40}, {"seq", Part::kU40}}}, Value::kNone},
    {Table::kAuditHour, {{kTenant, {"seq", Part::kU40}}}, Value::kFields, {{{"hour", Part::kHour}}}},
    {Table::kHeldSlug, {{{"slug", Part::kText}}}, Value::kRecord},
    {Table::kHeldSlugByTime, {{{"until", Part::kTime}, {"slug", Part::kText}}}, Value::kNone},
    {Table::kDeletion,
     {{kTenant, {"kind", Part::kDeletedKind, true}, {"id", Part::kUuid, true}}},
     Value::kRecordOrNone},
    {Table::kNameLook, {kTenant, kPrincipalKind, {"hash", Part::kHash128}, kPrincipal}, Value::kNone},
    {Table::kNameClash, {kTenant, kPrincipalKind, {"hash", Part::kHash128}, kPrincipal}, Value::kNone},
    {Table::kGroupIn, {kTenant, kMember, kGroup}, Value::kRecord},
    {Table::kSubgroups, {kTenant, kGroup, kMember}, Value::kNone},
    {Table::kEntityNumber, {kTenant, kType, kIdText}, Value::kFields, {kEntity}},
    {Table::kEntityName, {kTenant, kEntity}, Value::kFields, {kType, kIdText}},
    {Table::kEntity, {kTenant, kEntity}, Value::kRecord},
    {Table::kEntityParent, {kTenant, kEntity, kParent}, Value::kNone},
    {Table::kEntityChild, {kTenant, kParent, kEntity}, Value::kNone},
    {Table::kPolicy, {kTenant, kId}, Value::kRecord},
    {Table::kRule, {kTenant, {"policy", Part::kUuid}, kId}, Value::kRecord},
    {Table::kDecisions, {kTenant}, Value::kRecord},
    {Table::kProject, {kTenant, kId}, Value::kRecord},
    {Table::kProjectSlug, {kTenant, {"slug", Part::kText}}, Value::kFields, {kId}},
    {Table::kProjectById, {kId, kTenant}, Value::kNone},
    {Table::kSchema, {kTenant}, Value::kRecord},
    {Table::kPolicyTest, {kTenant, kId}, Value::kRecord},
    {Table::kGrant, {kTenant, kId}, Value::kRecord},
    {Table::kGrantOf, {kTenant, kHashedPrincipal, kHashedResource, kRule}, Value::kFields, {kId}},
    {Table::kGrantOn, {kTenant, kHashedResource, kHashedPrincipal, kRule}, Value::kFields, {kId}},
    {Table::kGrantByRule, {kTenant, kRule, kId}, Value::kNone},
    {Table::kNameWord, {kTenant, {"what", Part::kU8}, {"text", Part::kText}, kId}, Value::kNone},
    {Table::kMappingByExpiry, {kTenant, {"expires", Part::kTime}, kMapping}, Value::kNone},
    {Table::kSession, {kId}, Value::kCredential},
    {Table::kSessionHash, {{{"hash", Part::kHash}}}, Value::kFields, {kId}},
    {Table::kSessionByCredential, {kCredential, {"session", Part::kUuid}}, Value::kNone},
    {Table::kDisabledGroup, {kTenant, kGroup}, Value::kNone},
}};
static_assert(base::has_row_for_each(kShapes, &Shape::table, Table::kDisabledGroup));

const Shape& shape_of(Table table) {
  return kShapes[static_cast<std::size_t>(table)];
}

// Enough to tell two apart; a secret of 256 random bits isn't found by it, nor by the whole.
std::string shortened_hash(std::string_view hex) {
  return std::string(hex.substr(0, 8)) + "…";
}

// Bytes that may be no text.
void write_text(base::JsonWriter& json, std::string_view bytes) {
  if (base::utf8::is_valid(bytes)) {
    json.string(bytes);
  } else {
    json.begin_object().member("hex", base::to_hex(bytes)).end_object();
  }
}

std::size_t size_of(Part part) {
  switch (part) {
    case Part::kUuid:
      return 16;
    case Part::kKind:
    case Part::kDeletedKind:
    case Part::kU8:
      return 1;
    case Part::kHour:
      return 4;
    case Part::kU40:
    case Part::kHash40:
      return 5;
    case Part::kHash128:
      return 16;
    case Part::kU64:
    case Part::kTime:
      return 8;
    case Part::kHash:
      return 32;
    case Part::kNone:
    case Part::kText:
    case Part::kShortText:
      return 0;
  }
  return 0;
}

// Writes the parts as members; false where the bytes are not made of them.
bool write_fields(base::JsonWriter& json, std::span<const Field> fields, std::string_view bytes) {
  store::KeyReader in(bytes);
  std::size_t left = bytes.size();
  for (std::size_t i = 0; i < fields.size() && fields[i].part != Part::kNone; ++i) {
    if (left == 0 && fields[i].may_be_missing) break;
    std::size_t size = size_of(fields[i].part);
    if (fields[i].part == Part::kText) {
      std::size_t behind = 0;
      for (std::size_t j = i + 1; j < fields.size(); ++j) behind += size_of(fields[j].part);
      if (left < behind) return false;
      size = left - behind;
    }
    if (fields[i].part == Part::kShortText) {
      size = in.u8();
      if (left == 0) return false;
      --left;
    }
    const std::string_view part = in.bytes(size);
    if (!in.ok()) return false;
    left -= size;
    store::KeyReader reader(part);
    json.name(fields[i].name);
    switch (fields[i].part) {
      case Part::kUuid:
        json.string(reader.uuid().to_string());
        break;
      case Part::kKind: {
        const std::uint8_t number = reader.u8();
        const auto kind = principal_kind_of(number);
        kind ? json.string(name_of(*kind)) : json.integer(number);
        break;
      }
      case Part::kDeletedKind: {
        const std::uint8_t number = reader.u8();
        const auto kind = deleted_kind_of(number);
        kind ? json.string(name_of(*kind)) : json.integer(number);
        break;
      }
      case Part::kU8:
        json.integer(reader.u8());
        break;
      case Part::kU40:
        json.integer(static_cast<std::int64_t>(reader.u40()));
        break;
      case Part::kU64:
        json.integer(static_cast<std::int64_t>(reader.u64()));
        break;
      case Part::kHash40:
      case Part::kHash128:
        json.string(base::to_hex(part));
        break;
      case Part::kTime:
        json.string(to_string(base::Timestamp{static_cast<std::int64_t>(reader.u64())}));
        break;
      case Part::kHour:
        json.string(to_string(base::Timestamp{std::int64_t{reader.u32()} * 3'600'000}));
        break;
      case Part::kHash:
        json.string(shortened_hash(base::to_hex(part)));
        break;
      case Part::kNone:
      case Part::kText:
      case Part::kShortText:
        write_text(json, part);
        break;
    }
  }
  return left == 0;
}

void write_key(base::JsonWriter& json, Table table, std::string_view key) {
  base::JsonWriter parts;
  parts.begin_object();
  const bool known = write_fields(parts, shape_of(table).key, key);
  json.name("key");
  if (known) {
    json.raw(parts.end_object().text());
  } else {
    json.begin_object().member("hex", base::to_hex(key)).end_object();
  }
}

class Writer {
 public:
  explicit Writer(const store::ReadTxn& txn) : txn_(txn) {}

  std::optional<std::string> damage(Table table, const Entry& entry) {
    base::JsonWriter shown;
    std::optional<std::uint8_t> version;
    const auto written = show(shown, version, table, entry);
    if (!written.ok()) return written.error().message;
    base::JsonWriter parts;
    if (!write_fields(parts, shape_of(table).key, entry.key))
      return store::corrupt(table, entry.key, "not a key of this table").message;
    return std::nullopt;
  }

  // The members "version" and "value", or "damaged". `prefix` goes before their names.
  void write_value(base::JsonWriter& json, Table table, const Entry& entry, const std::string& prefix = "") {
    base::JsonWriter shown;
    std::optional<std::uint8_t> version;
    const auto written = show(shown, version, table, entry);
    if (!written.ok()) {
      ++damaged_;
      json.member(prefix + "damaged", written.error().message);
      return;
    }
    if (shown.text().empty()) return;
    if (version) json.member(prefix + "version", *version);
    json.name(prefix + "value").raw(shown.text());
  }

  std::uint64_t damaged() const { return damaged_; }

 private:
  base::Result<void> show(base::JsonWriter& json, std::optional<std::uint8_t>& version, Table table,
                          const Entry& entry) {
    const auto& [key, value] = entry;
    const Shape& shape = shape_of(table);
    switch (shape.value) {
      case Value::kNone:
        return value.empty() ? base::Result<void>()
                             : store::corrupt(table, key, "has a value, and should have none");
      case Value::kFields:
        return show_fields(json, shape, entry);
      case Value::kHead:
        return show_head(json, entry);
      case Value::kMeta:
        show_meta(json, entry);
        return {};
      case Value::kMappingKey:
        json.begin_object();
        write_key(json, Table::kMapping, value);
        json.end_object();
        return {};
      case Value::kAudit:
        return show_audit(json, entry);
      case Value::kChange:
        return show_change(json, key);
      case Value::kRecordOrNone:
        if (value.empty()) return {};
        break;
      case Value::kRecord:
      case Value::kCredential:
      case Value::kAnswer:
        break;
    }
    const auto record = store::unseal(table, key, value);
    if (!record.ok()) return record.error();
    version = record->version;
    auto parsed = base::parse_json(record->payload, {.rounds_integers = true});
    if (!parsed.ok() || !parsed->object()) return store::corrupt(table, key, "not an object");
    if (shape.value == Value::kRecord || shape.value == Value::kRecordOrNone) {
      json.raw(record->payload);
    } else {
      hide(*parsed->object());
      json.value(*parsed);
    }
    return {};
  }

  static base::Result<void> show_fields(base::JsonWriter& json, const Shape& shape, const Entry& entry) {
    json.begin_object();
    const bool known = write_fields(json, shape.fields, entry.value);
    json.end_object();
    return known ? base::Result<void>() : store::corrupt(shape.table, entry.key, "not a value of this table");
  }

  // Its hash is shown whole: it is no secret, and people note it elsewhere. In change records of before
  // format 4 a head has no bytes.
  static base::Result<void> show_head(base::JsonWriter& json, const Entry& entry) {
    store::KeyReader in(entry.value);
    const std::uint64_t seq = in.u64();
    const std::string_view hash = in.bytes(sizeof(crypto::Sha256));
    json.begin_object().member("seq", seq).member("hash", base::to_hex(hash));
    if (in.ok() && !in.complete()) json.member("bytes", in.u64());
    if (in.ok() && !in.complete()) {
      json.member("removed_through", in.u64());
      json.member("removed_hash", base::to_hex(in.bytes(sizeof(crypto::Sha256))));
      json.member("sealed_through", in.u64()).member("seal", in.u64());
    }
    json.end_object();
    return in.complete() ? base::Result<void>()
                         : store::corrupt(Table::kAuditHead, entry.key, "not a seq, a hash and a size");
  }

  static void show_meta(base::JsonWriter& json, const Entry& entry) {
    if (entry.key == "program") return write_text(json, entry.value);
    std::uint64_t number = 0;
    for (const char c : entry.value) number = number << 8 | static_cast<std::uint8_t>(c);
    json.integer(static_cast<std::int64_t>(number));
  }

  static base::Result<void> show_audit(base::JsonWriter& json, const Entry& entry) {
    const auto stored = unseal_audit(entry.key, entry.value);
    if (!stored.ok()) return stored.error();
    json.begin_object().name("entry").raw(stored->text);
    json.member("hash", base::to_hex(crypto::raw(stored->entry.hash))).end_object();
    return {};
  }

  base::Result<void> show_change(base::JsonWriter& json, std::string_view key) {
    const auto change = store::read_change(txn_, store::KeyReader(key).u64());
    if (!change.ok()) return change.error();
    if (!*change) return store::corrupt(Table::kChange, key, "not a key of this table");
    json.begin_object().member("at", (*change)->at).name("writes").begin_array();
    for (const store::Write& write : (*change)->writes) {
      json.begin_object().member("table", name_of(write.table));
      write_key(json, write.table, write.key);
      json.member("added", !write.before).member("removed", !write.after);
      if (write.before) write_value(json, write.table, {write.key, *write.before}, "before_");
      if (write.after) write_value(json, write.table, {write.key, *write.after}, "after_");
      json.end_object();
    }
    json.end_array().end_object();
    return {};
  }

  // Of a credential or of an answer to a repeated request.
  static void hide(base::Json::Object& members) {
    for (auto& [name, value] : members) {
      const std::string* text = value.string();
      if (!text) continue;
      if (name == "hash" || name == "request_hash")
        value = base::Json(shortened_hash(*text));
      else if (name == "headers" || name == "body")
        value = base::Json("(" + std::to_string(text->size()) + " bytes, not shown)");
    }
  }

  const store::ReadTxn& txn_;
  std::uint64_t damaged_ = 0;
};

}  // namespace

base::Result<std::uint64_t> dump(const store::ReadTxn& txn,
                                 base::FunctionRef<bool(std::string_view line)> line) {
  Writer writer(txn);
  bool more = true;
  for (std::size_t n = 0; n < store::kTableCount && more; ++n) {
    const auto table = static_cast<Table>(n);
    const auto scanned = txn.scan(table, {}, [&](std::string_view key, std::string_view value) {
      base::JsonWriter json;
      json.begin_object().member("table", name_of(table));
      write_key(json, table, key);
      writer.write_value(json, table, {key, value});
      return more = line(json.end_object().text());
    });
    if (!scanned.ok()) return scanned.error();
  }
  return writer.damaged();
}

std::string shown_key(Table table, std::string_view key) {
  base::JsonWriter json;
  json.begin_object();
  write_key(json, table, key);
  constexpr std::string_view kBefore = R"({"key":)";
  return json.take().substr(kBefore.size());
}

std::optional<std::string> find_damage(const store::ReadTxn& txn, Table table, const Entry& entry) {
  return Writer(txn).damage(table, entry);
}

}  // namespace domain
