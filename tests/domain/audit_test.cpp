#include "domain/audit.h"

#include <algorithm>
#include <functional>

#include "base/encoding.h"
#include "base/json.h"
#include "domain/audit_record.h"
#include "domain/audit_verify.h"
#include "domain/deletion.h"
#include "store/key.h"
#include "store/record.h"
#include "tests/domain/support.h"

using namespace domain;
using store::Key;
using store::Table;

namespace {

AuditEntry make_entry(const Owner& tenant, std::uint64_t n) {
  AuditEntry entry(tenant);
  entry.id = id(n);
  entry.actor = as_user(id(9));
  entry.actor_name = "Ann";
  entry.action = n % 2 == 0 ? "role:update" : "group:create";
  entry.resource_type = n % 2 == 0 ? "role" : "group";
  entry.resource_id = "r" + std::to_string(n);
  entry.request_id = "q";
  entry.ip = "127.0.0.1";
  entry.created_at = {kNow.ms + static_cast<std::int64_t>(n)};
  return entry;
}

// Entries 1 to `count`.
void fill(TestStore& store, const Owner& tenant, std::uint64_t count) {
  for (std::uint64_t n = 1; n <= count; ++n)
    store.change([&](auto& txn) {
      AuditEntry entry = make_entry(tenant, n);
      return append_audit(txn, entry);
    });
}

// The same chain in pieces, each on a snapshot of its own, is found to be right or wrong alike.
void check_in_pieces(const TestStore& store, const std::vector<AuditFault>& faults) {
  const auto is_its = [](const AuditFault& fault) { return fault.tenant == kTenant; };
  const auto whole = std::find_if(faults.begin(), faults.end(), is_its);
  for (const std::size_t most : {1U, 3U, 1'000U}) {
    ChainCheck check(kTenant);
    while (check.go_on(store.read(), most).value()) {
    }
    REQUIRE(check.fault().has_value() == (whole != faults.end()));
    if (check.fault()) CHECK(check.fault()->seq == whole->seq);
    if (check.fault() && !whole->what.starts_with("missing")) CHECK(check.fault()->what == whole->what);
  }
}

std::string faults(const TestStore& store) {
  std::uint64_t seen = 0;
  const auto found = verify_audit(store.read(), seen);
  if (!found.ok()) return found.error().message;
  check_in_pieces(store, *found);
  std::string out;
  for (const AuditFault& fault : *found)
    out += (fault.tenant == kTenant ? "" : "other ") + std::to_string(fault.seq) + ": " + fault.what + "\n";
  return out;
}

std::string value_at(const TestStore& store, std::uint64_t seq) {
  return std::string(found(store.read().get(Table::kAudit, Key().uuid(kTenant).u64(seq))));
}

void put_at(TestStore& store, std::uint64_t seq, const std::string& value) {
  store.change([&](auto& txn) { return txn.put(Table::kAudit, Key().uuid(kTenant).u64(seq), value); });
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

// With the checksum of what it has become.
std::string sealed_again(const std::string& sealed) {
  return store::seal(static_cast<std::uint8_t>(sealed[store::kSealBytes - 1]),
                     sealed.substr(store::kSealBytes));
}

std::string key_of(std::uint64_t seq) {
  return std::string(Key().uuid(kTenant).u64(seq).view());
}

StoredAudit stored_at(const TestStore& store, std::uint64_t seq) {
  const auto stored = unseal_audit(key_of(seq), value_at(store, seq));
  REQUIRE(stored.ok());
  return *stored;
}

std::string seqs(const TestStore& store, std::uint64_t before, const AuditFilter& filter,
                 std::size_t limit = 99) {
  std::string out;
  std::size_t count = 0;
  REQUIRE(each_audit(store.read(), kTenant, before, filter, [&](std::uint64_t seq, AuditEntry* entry) {
            if (!entry) return true;
            CHECK(entry->seq == seq);
            out += std::to_string(seq);
            return ++count < limit;
          }).ok());
  return out;
}

}  // namespace

TEST_CASE("audit: every field comes back, and the hash covers all of them", "[domain]") {
  TestStore store;
  AuditEntry full = make_entry(kTenant, 1);
  full.actor = Principal{PrincipalKind::kPlatform, id(3)};
  full.actor_name = full.action = full.resource_type = full.resource_id = full.request_id = full.ip = kOdd;
  full.allowed = false;
  full.policies = {"guard.cedar:3", kOdd};
  full.before = R"({"b": 1, "a": [true, {"d": null, "c": "\u00e9"}]})";
  full.after = R"([1.50])";
  AuditEntry plain(kTenant);
  store.change([&](auto& txn) { return append_audit(txn, full); });
  store.change([&](auto& txn) { return append_audit(txn, plain); });
  CHECK(full.before == R"({"a":[true,{"c":"é","d":null}],"b":1})");
  CHECK(full.seq == 1);
  CHECK(plain.seq == 2);
  CHECK(full.prev_hash == crypto::Sha256{});
  CHECK(plain.prev_hash == full.hash);
  CHECK(full.hash == crypto::sha256(canonical_text(full)));
  std::vector<AuditEntry> all;
  REQUIRE(each_audit(store.read(), kTenant, 0, {}, [&](auto, AuditEntry* e) {
            return all.push_back(*e), true;
          }).ok());
  CHECK(all == std::vector<AuditEntry>{plain, full});
  CHECK(faults(store) == "");
}

TEST_CASE("audit: the text that is hashed is the documented one", "[domain]") {
  AuditEntry entry = make_entry(kTenant, 2);
  entry.policies = {"p1"};
  entry.after = R"({"name":"a"})";
  entry.seq = 7;
  const std::string text = canonical_text(entry);
  CHECK(
      text ==
      R"({"action":"role:update","actor_id":"00000000-0000-7000-8000-000000000009","actor_name":"Ann",)"
      R"("actor_type":"user","created_at":"2026-04-15T12:00:00.125Z","id":"00000000-0000-7000-8000-000000000002",)"
      R"("ip":"127.0.0.1","metadata":{"after":{"name":"a"}},"outcome":"allowed","policies":["p1"],)"
      R"("prev_hash":"0000000000000000000000000000000000000000000000000000000000000000","request_id":"q",)"
      R"("resource_id":"r2","resource_type":"role","seq":7,"tenant_id":"00000000-0000-7000-8000-0000000000a0"})");
  entry.actor_name = entry.resource_id = kOdd;
  entry.before = R"({"x":[]})";
  const std::string odd = canonical_text(entry);
  CHECK(base::to_canonical_text(base::parse_json(odd).value()) == odd);
}

TEST_CASE("audit: an entry of repeats has four members more, in their order", "[domain]") {
  TestStore store;
  AuditEntry entry = make_entry(kTenant, 1);
  entry.allowed = false;
  const std::string without = canonical_text(entry);
  entry.repeats = Repeats{3, {kNow.ms}, {kNow.ms + 7}, {"r1", kOdd}};
  const std::string with = canonical_text(entry);
  CHECK(base::to_canonical_text(base::parse_json(with).value()) == with);
  CHECK_THAT(with, ContainsSubstring(R"("actor_type":"user","count":3,"created_at":)"));
  CHECK_THAT(with, ContainsSubstring(R"("first_at":"2026-04-15T12:00:00.123Z","id":)"));
  CHECK_THAT(with, ContainsSubstring(R"("last_at":"2026-04-15T12:00:00.130Z","metadata":)"));
  CHECK_THAT(with, ContainsSubstring(R"("resource_id":"r1","resource_ids":["r1",)"));
  CHECK_THAT(without, !ContainsSubstring("count") && !ContainsSubstring("_at\":\"2026-04-15T12:00:00.123Z"));
  AuditEntry bare = make_entry(kTenant, 2);
  bare.repeats = Repeats{1, kNow, kNow, {}};
  for (AuditEntry* each : {&entry, &bare}) store.change([&](auto& txn) { return append_audit(txn, *each); });
  std::vector<AuditEntry> all;
  REQUIRE(each_audit(store.read(), kTenant, 0, {}, [&](auto, AuditEntry* e) {
            if (e) all.push_back(*e);
            return true;
          }).ok());
  CHECK(all == std::vector<AuditEntry>{bare, entry});
  CHECK(faults(store) == "");
  // Half of such a thing is none.
  const std::string text = replaced(stored_at(store, 1).text, R"("count":3,)", "");
  CHECK(unseal_audit(key_of(1), seal_audit(key_of(1), text, crypto::sha256(text))).error().code ==
        base::ErrorCode::kCorrupt);
}

TEST_CASE("audit: what is no JSON is refused", "[domain]") {
  TestStore store;
  AuditEntry entry = make_entry(kTenant, 1);
  entry.after = "{";
  const base::Error error = store.refusal([&](auto& txn) { return append_audit(txn, entry); });
  CHECK(error.code == base::ErrorCode::kInvalid);
  CHECK(error.message == "audit entry: after: line 1, column 2: not valid JSON");
}

TEST_CASE("audit: newest first, filtered, from a place on", "[domain]") {
  TestStore store;
  fill(store, kTenant, 6);
  fill(store, kOther, 2);
  AuditFilter by_actor, by_other_actor, by_type, by_id, by_action, by_time;
  by_actor.actor = id(9);
  by_other_actor.actor = id(8);
  by_type.resource_type = "role";
  by_id.resource_id = "r3";
  by_action.action = "group:create";
  by_time.from = base::Timestamp{kNow.ms + 2};
  by_time.to = base::Timestamp{kNow.ms + 5};
  CHECK(seqs(store, 0, {}) == "654321");
  CHECK(seqs(store, 4, {}) == "321");
  CHECK(seqs(store, 1, {}) == "");
  CHECK(seqs(store, 99, {}, 2) == "65");
  CHECK(seqs(store, 0, by_actor) == "654321");
  CHECK(seqs(store, 0, by_other_actor) == "");
  CHECK(seqs(store, 0, by_type) == "642");
  CHECK(seqs(store, 6, by_type, 1) == "4");
  CHECK(seqs(store, 0, by_id) == "3");
  CHECK(seqs(store, 0, by_action) == "531");
  CHECK(seqs(store, 0, by_time) == "432");
}

TEST_CASE("audit: each chain counts for itself, and goes on after a restart", "[domain]") {
  TestStore store;
  fill(store, kTenant, 3);
  fill(store, kOther, 2);
  fill(store, Platform{}, 1);
  store.reopen();
  fill(store, kTenant, 1);
  std::uint64_t seen = 0;
  CHECK(verify_audit(store.read(), seen).value().empty());
  CHECK(seen == 7);
  CHECK(seqs(store, 0, {}) == "4321");
}

TEST_CASE("audit: a chain stays whole while its tenant is deleted", "[domain]") {
  TestStore store;
  Tenant tenant = make_tenant(kTenant, "acme");
  store.change([&](auto& txn) { return put_tenant(txn, tenant); });
  fill(store, kTenant, 5);
  ChainCheck check(kTenant);
  REQUIRE(check.go_on(store.read(), 2).value());
  store.change([](auto& txn) { return delete_tenant(txn, kTenant); });
  REQUIRE(check.go_on(store.read(), 1).value());
  store.change([](auto& txn) -> base::Result<void> {
    const auto left = continue_deletions(txn, 1'000, kTellNobody);
    CHECK_FALSE(left.value());
    return {};
  });
  fill(store, kTenant, 1);  // which isn't looked at
  REQUIRE_FALSE(check.go_on(store.read(), 1'000).value());
  CHECK_FALSE(check.fault());
  CHECK(check.entries() == 5);
  CHECK(faults(store) == "");
}

TEST_CASE("audit: any byte of an entry that changes is found, sealed again or not", "[domain]") {
  TestStore store;
  fill(store, kTenant, 3);
  const std::string good = value_at(store, 2), text = stored_at(store, 2).text;
  const crypto::Sha256 hash = stored_at(store, 2).entry.hash;
  std::size_t same = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    INFO(at);
    put_at(store, 2, bad);
    CHECK_THAT(faults(store), ContainsSubstring("2: audit "));
    if (at < store::kSealBytes) continue;
    // Packed, one text can be said in several ways; what it says can't change.
    put_at(store, 2, sealed_again(bad));
    const auto read = unseal_audit(key_of(2), value_at(store, 2));
    if (read.ok() && read->text == text && read->entry.hash == hash) {
      ++same;
    } else {
      CHECK(faults(store).substr(0, 3) == "2: ");
    }
  }
  CHECK(same < good.size() / 10);
  put_at(store, 2, good);
  CHECK(faults(store) == "");
}

TEST_CASE("audit: what a change of layout must not change", "[domain]") {
  TestStore store;
  fill(store, kTenant, 2);
  const StoredAudit stored = stored_at(store, 2);
  CHECK(stored.text == canonical_text(stored.entry));
  CHECK(stored.entry.hash == crypto::sha256(stored.text));
  // As version 1 had it.
  const std::string json =
      "{\"entry\":" + stored.text + ",\"hash\":\"" + base::to_hex(crypto::raw(stored.entry.hash)) + "\"}";
  const std::size_t size = value_at(store, 2).size();
  CHECK(size < json.size() / 2);
  const auto old = unseal_audit(key_of(2), store::seal(1, json));
  REQUIRE(old.ok());
  CHECK(old->entry == stored.entry);
  CHECK(unseal_audit(key_of(2), store::seal(3, json)).error().message ==
        "audit " + base::to_hex(key_of(2)) + ": layout 3 is unknown");
}

TEST_CASE("audit: the first bad entry of a chain is named", "[domain]") {
  const auto forge = [](TestStore& store) {
    const std::string text = replaced(stored_at(store, 2).text, "\"Ann\"", "\"Bob\"");
    put_at(store, 2, seal_audit(key_of(2), text, crypto::sha256(text)));
  };
  const auto remove = [](std::uint64_t seq) {
    return [seq](TestStore& store) {
      store.change([&](auto& txn) -> base::Result<void> {
        const auto gone = txn.del(Table::kAudit, Key().uuid(kTenant).u64(seq));
        return gone.ok() ? base::Result<void>() : gone.error();
      });
    };
  };
  const auto set_head = [](std::uint64_t seq) {
    return [seq](TestStore& store) {
      store.change([&](auto& txn) {
        return txn.put(Table::kAuditHead, Key().uuid(kTenant),
                       Key().u64(seq).bytes(std::string(32, 'h')).u64(0));
      });
    };
  };
  const auto swap = [](TestStore& store) {
    const std::string two = value_at(store, 2), three = value_at(store, 3);
    put_at(store, 2, three);
    put_at(store, 3, two);
  };
  const std::string key2 =
      "audit " + base::to_hex(std::string(kTenant.raw()) + std::string(7, '\0') + "\x02") + ": ";
  struct Row {
    const char* name;
    std::function<void(TestStore&)> harm;
    std::string fault;
  };
  const Row rows[] = {
      {"nothing", [](TestStore&) {}, ""},
      {"a name",
       [](TestStore& s) {
         const StoredAudit stored = stored_at(s, 2);
         put_at(s, 2, seal_audit(key_of(2), replaced(stored.text, "Ann", "Bob"), stored.entry.hash));
       },
       "2: the hash is not that of its contents\n"},
      {"a name and the hash", forge, "3: prev_hash is not the hash of the entry before\n"},
      {"the first removed", remove(1), "1: missing; the next is 2\n"},
      {"one removed", remove(3), "3: missing; the next is 4\n"},
      {"the last removed", remove(4), "4: missing; the head is 4\n"},
      {"two swapped", swap, "2: " + key2 + "it is another entry, with another tenant_id or seq\n"},
      {"the head back", set_head(2), "3: stands behind the head, 2\n"},
      {"the head's hash", set_head(4), "4: the hash is not the head's\n"},
      {"the head's size",
       [](TestStore& s) {
         s.change([](auto& txn) {
           auto head = get_audit_head(txn, kTenant).value();
           head->bytes += 1;
           return put_audit_head(txn, kTenant, *head);
         });
       },
       "4: the chain has SIZE bytes, and its head says SIZE+1\n"},
      {"no head",
       [](TestStore& s) {
         s.change([](auto& txn) -> base::Result<void> {
           const auto gone = txn.del(Table::kAuditHead, Key().uuid(kTenant));
           return gone.ok() ? base::Result<void>() : gone.error();
         });
       },
       "4: the chain has no head\n"},
      {"all entries",
       [&](TestStore& s) {
         for (const std::uint64_t n : {1U, 2U, 3U, 4U}) remove(n)(s);
       },
       "1: missing, with the whole chain; its head is there\n"},
      {"no JSON", [](TestStore& s) { put_at(s, 2, store::seal(1, "{}")); },
       "2: " + key2 + "entry: not there\n"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    TestStore store;
    fill(store, kTenant, 4);
    fill(store, kOther, 2);
    const std::uint64_t size = audit_size(store.read(), kTenant)->bytes;
    row.harm(store);
    std::string fault = row.fault;
    if (const auto at = fault.find("SIZE+1"); at != fault.npos) {
      fault.replace(at, 6, std::to_string(size + 1));
      fault.replace(fault.find("SIZE"), 4, std::to_string(size));
    }
    CHECK(faults(store) == fault);
  }
}
