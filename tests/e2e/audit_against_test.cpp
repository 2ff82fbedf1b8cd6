// `reeve audit verify --against`: what was published of chains, held against what the store has now.
#include <fstream>
#include <functional>

#include "crypto/signature.h"
#include "domain/audit_cut.h"
#include "domain/audit_record.h"
#include "domain/published_head.h"
#include "domain/record.h"
#include "store/key.h"
#include "tests/app/audit_world.h"
#include "tests/support/ed25519_keys.h"
#include "tests/support/process.h"

using namespace domain;

namespace {

using store::Table;

store::Key key_of(const Owner& chain, std::uint64_t seq) {
  return store::Key().uuid(to_stored(chain)).u64(seq);
}

// Chains of 7 entries of kTenant, 2 of kOther and 3 of the platform.
class ChainWorld : public AuditWorld {
 public:
  ChainWorld() {
    append(kTenant, 5);
    append(kOther, 2);
    append(Platform(), 3);
    clock_.advance(60 * kDay);
    append(kTenant, 2);
  }

  // The first five entries of kTenant, and all of the others, go into archives: "6 7 8S".
  void cut() {
    clock_.advance(46 * kDay);
    beats(40);
    REQUIRE(left(kTenant) == "6 7 8S ");
  }

  // As it is now, or was noted before.
  PublishedHead head(const Owner& chain, std::uint64_t seq) {
    const auto noted = noted_.find({chain, seq});
    if (noted != noted_.end()) return noted->second;
    const auto txn = store_->read();
    const store::Key key = key_of(chain, seq);
    const auto value = txn->get(Table::kAudit, key);
    REQUIRE((value.ok() && *value));
    return noted_[{chain, seq}] = {chain, seq, unseal_audit(key, **value)->entry.hash, clock_.now()};
  }
  void note_all() {
    for (std::uint64_t seq = 1; seq <= 7; ++seq) head(kTenant, seq);
    for (std::uint64_t seq = 1; seq <= 2; ++seq) head(kOther, seq);
    for (std::uint64_t seq = 1; seq <= 3; ++seq) head(Platform(), seq);
  }

  // An entry says something else, and all behind it hang on that, as whoever can write the store can do.
  void make_anew(const Owner& chain, std::uint64_t changed) {
    rewrite(chain, [&](AuditEntry& entry, const crypto::Sha256& before) {
      if (entry.seq == changed) entry.action = "role:delete";
      if (entry.seq > changed) entry.prev_hash = before;
      return true;
    });
  }

  // The chain ends with the entry `last`.
  void cut_end(const Owner& chain, std::uint64_t last) {
    rewrite(chain, [&](const AuditEntry& entry, const crypto::Sha256&) { return entry.seq <= last; });
  }

  // A seal that nobody's archive is behind, as newest entry. `is_told`: the head says that it is the newest.
  void forge_seal(const Owner& chain, std::uint64_t from, std::uint64_t to, const crypto::Sha256& hash,
                  bool is_told = false) {
    change([&](store::WriteTxn& txn) -> base::Result<void> {
      RecordWriter after;
      after.member("archive", "none");
      after.member("archive_sha256", crypto::Sha256{});
      after.member("count", to - from + 1);
      after.member("from", from);
      after.member("hash", hash);
      after.member("previous_seal", last_seal(txn, chain));
      after.member("to", to);
      AuditEntry entry(chain);
      entry.id = id(++made_);
      entry.action = kSealAction;
      entry.after = std::move(after).take();
      entry.created_at = txn.now();
      if (auto done = append_audit(txn, entry); !done.ok()) return done;
      if (!is_told) return {};
      AuditHead head = **get_audit_head(txn, chain);
      head.cut->sealed = to;
      head.cut->seal = entry.seq;
      return put_audit_head(txn, chain, head);
    });
  }

  // As it is now.
  crypto::Sha256 hash_of(const Owner& chain, std::uint64_t seq) const {
    const auto txn = store_->read();
    const store::Key key = key_of(chain, seq);
    return unseal_audit(key, *txn->get(Table::kAudit, key).value())->entry.hash;
  }

  // An entry says something else, and nothing hangs on that.
  void damage(const Owner& chain, std::uint64_t seq) {
    change([&](store::WriteTxn& txn) {
      const store::Key key = key_of(chain, seq);
      auto entry = unseal_audit(key, *txn.get(Table::kAudit, key).value())->entry;
      entry.action = "role:delete";
      return txn.put(Table::kAudit, key, seal_audit(key, canonical_text(entry), entry.hash));
    });
  }

  // What the command says, with paths and uuids made short.
  Finished verify(std::vector<std::string> arguments, const std::string& input = "") const {
    arguments.insert(arguments.begin(), {reeve(), "audit", "verify", "--data", dir_ / "db"});
    Finished done = run(arguments, input);
    for (std::string* text : {&done.out, &done.err})
      for (const auto& [what, brief] : {std::pair(dir_.path() + "/", std::string()),
                                        {to_string(Owner(kTenant)), "T"},
                                        {to_string(Owner(kOther)), "O"},
                                        {to_string(Owner(kNobody)), "N"},
                                        {std::string("reeve: "), ""},
                                        {std::string("audit chain of "), ""}})
        for (auto at = text->find(what); at != text->npos; at = text->find(what, at))
          text->replace(at, what.size(), brief);
    newest_ = take_line(done.out, "the newest was published at ");
    warning_ = take_line(done.err, "warning: ");
    return done;
  }

  // What verify() has said beside what it answers, without the line's beginning.
  const std::string& newest() const { return newest_; }
  const std::string& warning() const { return warning_; }

  std::string write(const std::vector<PublishedHead>& heads, std::string_view secret = "") const {
    std::string text;
    for (const PublishedHead& head : heads) {
      SignedHead it{head};
      if (!secret.empty()) {
        const auto key = crypto::SigningKey::parse(private_pem(secret));
        it.signature = {key->sign(signed_text(head)).value(), key->id()};
      }
      text += head_line(it) + "\n";
    }
    std::ofstream(dir_ / "HEADS", std::ios::trunc) << text;
    return dir_ / "HEADS";
  }

  static inline const TenantId kNobody = id(0xc0);

 private:
  static std::string take_line(std::string& text, const std::string& begin) {
    const auto at = text.find(begin);
    if (at == text.npos) return "";
    const auto end = text.find('\n', at);
    const std::string rest = text.substr(at + begin.size(), end - at - begin.size());
    text.erase(at, end + 1 - at);
    return rest;
  }

  void change(const store::Change& fn) { REQUIRE(store_->write(fn).ok()); }

  static crypto::Sha256 last_seal(const store::ReadTxn& txn, const Owner& chain) {
    crypto::Sha256 hash{};
    const auto scanned = txn.scan(Table::kAudit, store::Key().uuid(to_stored(chain)),
                                  [&](std::string_view key, std::string_view value) {
                                    const AuditEntry entry = unseal_audit(key, value)->entry;
                                    if (entry.action == kSealAction) hash = entry.hash;
                                    return true;
                                  });
    REQUIRE(scanned.ok());
    return hash;
  }

  void rewrite(const Owner& chain, const std::function<bool(AuditEntry&, const crypto::Sha256& before)>& fn) {
    change([&](store::WriteTxn& txn) -> base::Result<void> {
      AuditHead head = **get_audit_head(txn, chain);
      const std::uint64_t first = head.first(), last = head.seq;
      head.bytes = 0;
      crypto::Sha256 hash = head.cut ? head.cut->hash : crypto::Sha256{};
      for (std::uint64_t seq = first; seq <= last; ++seq) {
        const store::Key key = key_of(chain, seq);
        auto entry = unseal_audit(key, *txn.get(Table::kAudit, key).value())->entry;
        if (!fn(entry, hash)) {
          if (auto done = txn.del(Table::kAudit, key); !done.ok()) return done.error();
          continue;
        }
        const std::string text = canonical_text(entry);
        hash = crypto::sha256(text);
        const std::string sealed = seal_audit(key, text, hash);
        if (auto done = txn.put(Table::kAudit, key, sealed); !done.ok()) return done;
        head.seq = seq;
        head.hash = hash;
        head.bytes += key.view().size() + sealed.size();
      }
      return put_audit_head(txn, chain, head);
    });
  }

  std::map<std::pair<Owner, std::uint64_t>, PublishedHead> noted_;
  mutable std::string newest_, warning_;
};

using Heads = std::vector<PublishedHead>;

constexpr const char* kThen = "2026-06-14T12:00:00.000Z";

std::string other_hash(std::string_view place) {
  return "HEADS:" + std::string(place) + ": its hash is not the one published at " + kThen +
         ": the chain was made anew, or is another\n";
}

}  // namespace

TEST_CASE("audit verify: published heads are held against the chains", "[e2e][audit]") {
  struct Row {
    const char* name;
    std::function<void(ChainWorld&)> meanwhile;
    std::function<Heads(ChainWorld&)> heads;
    int code;
    std::string out, err;
    bool archives = false;
  };
  const auto nothing = [](ChainWorld&) {};
  const auto cut = [](ChainWorld& w) { w.cut(); };
  const auto of_tenant = [](std::vector<std::uint64_t> seqs) {
    return [seqs](ChainWorld& w) {
      Heads heads;
      for (const std::uint64_t seq : seqs) heads.push_back(w.head(kTenant, seq));
      return heads;
    };
  };
  const std::string whole = "12 audit entries, every chain whole\n";
  const std::string cut_whole = "5 audit entries, every chain whole\n";
  const std::string joined = "10 entries in 3 archives join them\n";
  const Row kRows[] = {
      {"as they were", nothing,
       [](ChainWorld& w) {
         return Heads{w.head(kTenant, 5), w.head(Platform(), 3), w.head(kTenant, 2), w.head(kTenant, 7)};
       },
       0, whole + "4 published heads are right, of 2 chains; 1 chains have none\n", ""},
      {"the same twice", nothing, of_tenant({5, 5}), 0,
       whole + "2 published heads are right, of 1 chains; 2 chains have none\n", ""},
      {"appended since", [](ChainWorld& w) { w.append(kTenant, 1); }, of_tenant({7}), 0,
       "13 audit entries, every chain whole\n1 published heads are right, of 1 chains; 2 chains have none\n",
       ""},
      {"a chain that was made anew is whole, and has other hashes from the changed entry on",
       [](ChainWorld& w) { w.make_anew(kTenant, 3); }, of_tenant({2, 3, 5, 7}), 3,
       whole + "1 published heads are right, of 1 chains; 2 chains have none\n",
       other_hash("2: tenant T: entry 3") + other_hash("3: tenant T: entry 5") +
           other_hash("4: tenant T: entry 7")},
      {"made anew behind the newest head", [](ChainWorld& w) { w.make_anew(kTenant, 6); }, of_tenant({2, 5}),
       0, whole + "2 published heads are right, of 1 chains; 2 chains have none\n", ""},
      {"the platform's made anew", [](ChainWorld& w) { w.make_anew(Platform(), 1); },
       [](ChainWorld& w) { return Heads{w.head(Platform(), 3)}; }, 3,
       whole + "0 published heads are right, of 1 chains; 2 chains have none\n",
       other_hash("1: the platform: entry 3")},
      {"the end cut off", [](ChainWorld& w) { w.cut_end(kTenant, 4); }, of_tenant({4, 5, 7}), 3,
       "9 audit entries, every chain whole\n1 published heads are right, of 1 chains; 2 chains have none\n",
       "HEADS:2: tenant T: entry 5: was published at " + std::string(kThen) +
           ", and the chain ends with entry 4\nHEADS:3: tenant T: entry 7: was published at " + kThen +
           ", and the chain ends with entry 4\n"},
      {"no such chain", nothing,
       [](ChainWorld& w) {
         PublishedHead head = w.head(kTenant, 1);
         head.chain = ChainWorld::kNobody;
         return Heads{head};
       },
       3, whole + "0 published heads are right, of 1 chains; 3 chains have none\n",
       "HEADS:1: tenant N: entry 1: was published at " + std::string(kThen) +
           ", and the store has no such chain\n"},
      {"a chain that is broken is named once, and looked at up to there",
       [](ChainWorld& w) { w.damage(kTenant, 3); }, of_tenant({2, 5, 7}), 3,
       "1 published heads are right, of 1 chains; 2 chains have none\n",
       "tenant T: entry 3: the hash is not that of its contents\n"},
      {"cut since: the newest seal says one hash, and older heads need archives", cut,
       of_tenant({2, 3, 5, 7}), 0,
       cut_whole + "2 published heads are right, of 1 chains; 2 chains have none\n",
       "tenant T: 2 published heads, up to entry 3, are of entries that were cut off; --archive compares them\n"},
      {"cut since, and none of the heads can be compared", cut, of_tenant({2, 3}), 3,
       cut_whole + "0 published heads are right, of 1 chains; 2 chains have none\n",
       "tenant T: 2 published heads, up to entry 3, are of entries that were cut off, and there is none behind; "
       "--archive compares them\n"},
      {"cut since, with the archives", cut, of_tenant({2, 3, 5, 7}), 0,
       cut_whole + joined + "4 published heads are right, of 1 chains; 2 chains have none\n", "", true},
      {"cut since, other than in the archives", cut,
       [](ChainWorld& w) {
         Heads heads{w.head(kTenant, 2), w.head(kTenant, 3), w.head(kTenant, 5)};
         heads[1].hash[0] ^= 1U;
         heads[2].hash[0] ^= 1U;
         return heads;
       },
       3, cut_whole + joined + "1 published heads are right, of 1 chains; 2 chains have none\n",
       other_hash("2: tenant T: entry 3") + other_hash("3: tenant T: entry 5"), true},
      {"made anew before it was cut",
       [](ChainWorld& w) {
         w.make_anew(kTenant, 1);
         w.cut();
       },
       of_tenant({2, 7}), 3,
       cut_whole + joined + "0 published heads are right, of 1 chains; 2 chains have none\n",
       other_hash("1: tenant T: entry 2") + other_hash("2: tenant T: entry 7"), true},
      {"made anew, with a seal that says what was published",
       [](ChainWorld& w) {
         w.cut();
         w.make_anew(kTenant, 7);
         w.forge_seal(kTenant, 6, 7, w.head(kTenant, 7).hash);
       },
       of_tenant({5, 7}), 3, "1 published heads are right, of 1 chains; 2 chains have none\n",
       "tenant T: entry 9: is a seal, and the newest that the head knows of is entry 8\n" +
           other_hash("2: tenant T: entry 7")},
      {"made anew, with such a seal, and a newer one of which the head knows",
       [](ChainWorld& w) {
         w.cut();
         w.make_anew(kTenant, 7);
         w.forge_seal(kTenant, 6, 7, w.head(kTenant, 7).hash);
         w.forge_seal(kTenant, 8, 8, w.hash_of(kTenant, 8), true);
       },
       of_tenant({5, 7}), 3,
       "7 audit entries, every chain whole\n1 published heads are right, of 1 chains; 2 chains have none\n",
       other_hash("2: tenant T: entry 7")},
      {"the same, and then cut off",
       [](ChainWorld& w) {
         w.cut();
         w.make_anew(kTenant, 7);
         w.forge_seal(kTenant, 6, 7, w.head(kTenant, 7).hash);
         w.forge_seal(kTenant, 8, 8, w.hash_of(kTenant, 8), true);
         w.beats(40);
         REQUIRE(w.left(kTenant) == "9S 10S ");
       },
       of_tenant({5, 7}), 3,
       "4 audit entries, every chain whole\n0 published heads are right, of 1 chains; 2 chains have none\n",
       "tenant T: 1 published heads, up to entry 7, are of entries that were cut off, and a seal alone says "
       "their hashes; --archive compares them\n"
       "tenant T: 1 published heads, up to entry 5, are of entries that were cut off; --archive compares them\n"},
      {"the end cut off, and a seal says what was published",
       [](ChainWorld& w) {
         w.cut();
         w.append(kTenant, 1);
         w.head(kTenant, 9);
         w.cut_end(kTenant, 8);
         w.forge_seal(kTenant, 6, 9, w.head(kTenant, 9).hash, true);
       },
       of_tenant({9}), 3, "0 published heads are right, of 1 chains; 2 chains have none\n",
       "tenant T: entry 9: the seal is of entries 6 to 9, which can't be before it\n"},
      {"an archive missing",
       [](ChainWorld& w) {
         w.cut();
         std::filesystem::remove(w.files(kTenant).at(0));
       },
       of_tenant({2, 7}), 3,
       cut_whole + "5 entries in 2 archives join them\n"
                   "1 published heads are right, of 1 chains; 2 chains have none\n",
       "tenant T: entries 1 to 5: in none of the files that join\n"
       "tenant T: 1 published heads, up to entry 2, are of entries that were cut off, and in none of the "
       "archives that join\n",
       true},
  };
  for (const Row& row : kRows) {
    INFO(row.name);
    ChainWorld world;
    world.note_all();
    row.meanwhile(world);
    std::vector<std::string> arguments = {"--against", world.write(row.heads(world))};
    if (row.archives) {
      arguments.push_back("--archive");
      for (const Owner& chain : {Owner(kTenant), Owner(kOther), Owner(Platform())})
        for (const std::string& file : world.files(chain)) arguments.push_back(file);
    }
    const Finished done = world.verify(arguments);
    CHECK(done.out == row.out);
    CHECK(done.err == row.err);
    CHECK(done.code == row.code);
  }
}

TEST_CASE("audit verify: says when the newest head was published, and warns of older entries behind it",
          "[e2e][audit]") {
  ChainWorld world;
  world.note_all();
  CHECK(world.verify({"--against", world.write({world.head(kTenant, 5), world.head(kTenant, 7)})}).code == 0);
  CHECK(world.newest() == kThen);
  CHECK(world.warning().empty());
  CHECK(world.verify({"--against", world.write({world.head(kTenant, 5)})}).code == 0);
  CHECK(world.warning() == "entries made since " + std::string(kThen) +
                               " are behind the newest head of their chain, and a server publishes one each "
                               "hour: does it still, and are these all?");
  CHECK(world.verify({}).code == 0);
  CHECK(world.newest().empty());
  CHECK(world.warning().empty());
}

TEST_CASE("audit verify: a chain that was made anew passes for whole by itself", "[e2e][audit]") {
  ChainWorld world;
  world.note_all();
  world.make_anew(kTenant, 1);
  CHECK(world.verify({}).code == 0);
  CHECK(world.verify({}).out == "12 audit entries, every chain whole\n");
  CHECK(world.verify({"--against", world.write({world.head(kTenant, 7)})}).code == 3);
}

TEST_CASE("audit verify: heads from several files and from standard input, signed as asked for",
          "[e2e][audit]") {
  ChainWorld world;
  world.note_all();
  const auto file = [&](const std::string& name, const std::string& text) {
    std::ofstream(world.dir_ / name, std::ios::trunc) << text;
    return world.dir_ / name;
  };
  const std::string first = file("first.pub", public_pem(kFirstPublic));
  const std::string second = file("second.pub", public_pem(kSecondPublic));
  const std::string garbage = file("garbage.pub", "x");
  std::filesystem::copy(world.write({world.head(kTenant, 7)}, kFirstPrivate), world.dir_ / "a");
  std::filesystem::copy(world.write({world.head(Platform(), 3)}, kSecondPrivate), world.dir_ / "b");
  const std::string a = world.dir_ / "a", b = world.dir_ / "b", none = file("none", "");
  const std::string plain = world.write({world.head(kOther, 1)});
  std::ifstream in(a);
  const std::string input{std::istreambuf_iterator<char>(in), {}};
  const std::string ids[] = {crypto::PublicKey::parse(public_pem(kFirstPublic))->id(),
                             crypto::PublicKey::parse(public_pem(kSecondPublic))->id()};
  struct Row {
    std::vector<std::string> arguments;
    std::string input;
    int code;
    std::string err;
  };
  const Row kRows[] = {
      {{"--against", a, b, plain}, "", 0, ""},
      {{"--against", a, "--against", b}, "", 0, ""},
      {{"--against", "-"}, input, 0, ""},
      {{"--against", "-", "--public-key", first}, input, 0, ""},
      {{"--against", "-", "--public-key", first}, input.substr(0, input.size() - 1), 0, ""},
      {{"--against", "-"}, "", 3, "standard input: has no heads\n"},
      {{"--against", a, none}, "", 3, "none: has no heads\n"},
      {{"--against", a, b, "--public-key", first, second}, "", 0, ""},
      {{"--against", a, b, "--public-key", first}, "", 3, "b:1: is signed by another key, " + ids[1] + "\n"},
      {{"--against", a, plain, "--public-key", first}, "", 3, "HEADS:1: is not signed\n"},
      {{"--against", world.dir_ / "missing"}, "", 1, "missing: No such file or directory\n"},
      {{"--against", world.dir_.path()}, "", 1, ""},
      {{"--against", a, "--public-key", garbage}, "", 1, "garbage.pub: holds no public key in PEM\n"},
      {{"--against", a, "--public-key", world.dir_ / "missing"},
       "",
       1,
       "missing: No such file or directory\n"},
      {{"--public-key", first}, "", 64, ""},
  };
  for (const Row& row : kRows) {
    std::string line;
    for (const std::string& word : row.arguments) line += word + " ";
    INFO(line);
    const Finished done = world.verify(row.arguments, row.input);
    CHECK(done.code == row.code);
    if (!row.err.empty() || row.code == 0) CHECK(done.err == row.err);
  }
}
