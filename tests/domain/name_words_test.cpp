#include "domain/name_words.h"

#include <random>
#include <set>

#include "domain/check.h"
#include "domain/deletion.h"
#include "names/fold.h"
#include "store/key.h"
#include "tests/domain/support.h"
#include "tests/support/raw_store.h"

using namespace domain;

namespace {

// Who is found, in the order of the search; `after` goes on behind the so-manyth.
std::string found_users(const TestStore& store, std::string_view typed, const TenantId& tenant = kTenant) {
  const NameQuery query(typed);
  const auto txn = store.read();
  std::string all;
  const auto done = each_found(txn, Searched::kUser, tenant, query, {},
                               [&](const base::Uuid& user_id, std::string_view place) {
                                 CHECK(query.is_place(place));
                                 const User user = found(get_user(txn, tenant, UserId(user_id)));
                                 if (query.is_first(place, names_of(user))) all += user.name + "; ";
                                 return true;
                               });
  REQUIRE(done.ok());
  return all;
}

User named(std::uint64_t number, const std::string& name, const std::string& email) {
  User user = make_user(kTenant, id(number), email);
  user.name = name;
  return user;
}

// What the check finds wrong with the index.
std::string checked(const TestStore& store) {
  std::string faults;
  REQUIRE(check_store(store.read(), [&](const StoreFault& fault) {
            if (fault.what.find("name_word") != std::string::npos) faults += fault.what + "\n";
            return true;
          }).ok());
  return faults;
}

}  // namespace

TEST_CASE("name words: what finds whom", "[domain]") {
  TestStore store;
  std::vector<User> users = {named(1, "Alice Smith", "alice.smith@example.com"),
                             named(2, "Bob van der Smissen", "bvds@example.com"),
                             named(3, "Zoë Ångström-Smythe", "zoe@smile.example"),
                             named(4, "O'Brien, Pat (Ops)", "pat+ops@example.com"),
                             named(5, "  ---  ", "dash@example.com"),
                             named(6, "Straße", "s@example.com"),
                             named(7, "one two three four five", "numbers@example.com"),
                             named(8, std::string(60, 'x') + "yz", "long@example.com"),
                             named(9, std::string(60, 'x') + "zz", "longer@example.com"),
                             named(10, "Siobhán O\u2019Neil\u2013Dubois", "so@example.com"),
                             named(11, "山田\u3000太郎\u30fb花子", "yamada@example.com")};
  for (User& user : users) store.change([&](auto& txn) { return put_user(txn, user); });
  User elsewhere = make_user(kOther, id(1), "alice@example.com");
  elsewhere.name = "Alice Elsewhere";
  store.change([&](auto& txn) { return put_user(txn, elsewhere); });

  struct Row {
    std::string typed, who;
  };
  const Row rows[] = {
      {"alice", "Alice Smith; "},
      {"ALICE  SM", "Alice Smith; "},
      {"alice.", "Alice Smith; "},
      {"smi", "Bob van der Smissen; Alice Smith; "},
      {"smith@ex", "Alice Smith; "},
      {"example", ""},  // a domain's words are everybody's
      {"smile", ""},
      {"lice", ""},  // not where a word begins
      {"der s", "Bob van der Smissen; "},
      {"ångstr", "Zoë Ångström-Smythe; "},
      {"a\xcc\x8angstr", "Zoë Ångström-Smythe; "},  // the same in two characters
      {"angstr", ""},
      {"smy", "Zoë Ångström-Smythe; "},
      {"brien", "O'Brien, Pat (Ops); "},
      {"ops", "O'Brien, Pat (Ops); "},
      {"(ops", ""},
      {"---", "  ---  ; "},
      {"STRASSE", "Straße; "},
      {"four", "one two three four five; "},
      {"five", ""},  // four words of a name are enough
      {std::string(60, 'x'), std::string(60, 'x') + "yz; " + std::string(60, 'x') + "zz; "},
      {std::string(60, 'x') + "z", std::string(60, 'x') + "zz; "},
      {"neil", "Siobhán O\u2019Neil\u2013Dubois; "},
      {"dubois", "Siobhán O\u2019Neil\u2013Dubois; "},
      {"bhán", ""},
      {"太", "山田\u3000太郎\u30fb花子; "},
      {"花", "山田\u3000太郎\u30fb花子; "},
      {"田", ""},
      {"", ""},
      {"   ", ""},
  };
  for (const auto& [typed, who] : rows) {
    INFO(typed);
    CHECK(found_users(store, typed) == who);
  }
  CHECK(found_users(store, "alice", kOther) == "Alice Elsewhere; ");
  CHECK(checked(store).empty());
}

TEST_CASE("name words: a new name takes the place of the old one, and what goes leaves nothing", "[domain]") {
  TestStore store;
  User user = named(1, "Alice Smith", "alice@example.com");
  store.change([&](auto& txn) { return put_user(txn, user); });
  user.name = "Alice Jones";
  store.change([&](auto& txn) { return put_user(txn, user); });
  CHECK(found_users(store, "smith").empty());
  CHECK(found_users(store, "jones") == "Alice Jones; ");
  CHECK(found_users(store, "alice") == "Alice Jones; ");
  CHECK(checked(store).empty());
  store.change([&](auto& txn) { return delete_user(txn, user); });
  CHECK(store.tables().empty());
}

TEST_CASE("name words: pages of any size have all that is found, once, in one order", "[domain]") {
  TestStore store;
  std::mt19937 random(4);
  const std::string words[] = {"an", "ann", "anna", "annabel", "bo", "an-an", "Ån"};
  for (std::uint64_t n = 1; n <= 60; ++n) {
    const auto word = [&] { return words[random() % std::size(words)]; };
    User user = named(n, word() + " " + word() + " " + word(), word() + std::to_string(n) + "@an.example");
    store.change([&](auto& txn) { return put_user(txn, user); });
  }
  const auto txn = store.read();
  for (const char* const typed : {"an", "ann", "anna", "bo", "å", "an an", "b"}) {
    const NameQuery query(typed);
    // By the names alone: a word of one of them begins with it.
    std::set<std::string> expected;
    REQUIRE(each_user(txn, kTenant, nullptr, [&](User&& user) {
              for (const std::string& name : names_of(user)) {
                const std::string folded = names::fold(name);
                const std::string text = folded.substr(0, folded.find('@'));
                const std::string wanted = names::fold(typed);
                for (std::size_t at = text.find(wanted); at != std::string::npos;
                     at = text.find(wanted, at + 1))
                  if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '-')
                    expected.insert(user.id.to_string());
              }
              return true;
            }).ok());
    for (const std::size_t page : {1, 2, 7, 1000}) {
      std::vector<std::string> all;
      std::string after;
      bool goes_on = true;
      while (goes_on) {
        goes_on = false;
        std::size_t rows = 0;
        REQUIRE(each_found(txn, Searched::kUser, kTenant, query, after,
                           [&](const base::Uuid& user_id, std::string_view place) {
                             if (rows++ == page) return !(goes_on = true);
                             after = place;
                             const User user = found(get_user(txn, kTenant, UserId(user_id)));
                             if (query.is_first(place, names_of(user))) all.push_back(user.id.to_string());
                             return true;
                           })
                    .ok());
      }
      INFO(typed << " by " << page);
      CHECK(std::set<std::string>(all.begin(), all.end()) == expected);
      CHECK(all.size() == expected.size());
    }
  }
}

TEST_CASE("name words: a store of before has them, as one of today writes them", "[domain]") {
  TestStore store;
  User user = named(1, "Zoë van der Ångström-Smythe Esq.", "zoe.v@smile.example");
  User dashes = named(2, "--", "d@example.com");
  User expires = named(3, std::string(39, 'x') + "é", "x@example.com");
  Group group = make_group(kTenant, id(4), "On Call");
  group.title = "Who carries the phone";
  Mapping mapping = make_mapping(kTenant, id(5), user.id, id(9));
  mapping.expires_at = base::Timestamp{1'790'000'000'000};
  Mapping for_ever = make_mapping(kTenant, id(6), group.id, id(9));
  store.change([&](auto& txn) -> base::Result<void> {
    for (User* each : {&user, &dashes, &expires})
      if (auto put = put_user(txn, *each); !put.ok()) return put;
    if (auto put = put_group(txn, group); !put.ok()) return put;
    if (auto put = put_mapping(txn, mapping); !put.ok()) return put;
    return put_mapping(txn, for_ever);
  });
  const auto rows_of = [](const TestStore& from, store::Table table) {
    std::vector<std::string> keys;
    REQUIRE(from.read()
                .scan(table, {},
                      [&](std::string_view key, std::string_view value) {
                        CHECK(value.empty());
                        keys.emplace_back(key);
                        return true;
                      })
                .ok());
    return keys;
  };
  const auto words = rows_of(store, store::Table::kNameWord),
             expiries = rows_of(store, store::Table::kMappingByExpiry);
  CHECK(words.size() == 16);
  CHECK(expiries.size() == 1);

  // The same records, in a store of the format before.
  std::vector<RawRow> rows;
  for (std::size_t n = 0; n < store::kTableCount; ++n) {
    const auto table = *store::table_of(static_cast<std::uint8_t>(n));
    if (table == store::Table::kMeta || table == store::Table::kChange || table == store::Table::kNameWord ||
        table == store::Table::kMappingByExpiry)
      continue;
    REQUIRE(store.read()
                .scan(table, {},
                      [&](std::string_view key, std::string_view value) {
                        rows.push_back({table, std::string(key), std::string(value)});
                        return true;
                      })
                .ok());
  }
  const TestStore old([&](const std::string& dir) { make_raw_store(dir, 11, 0, rows); });
  CHECK(rows_of(old, store::Table::kNameWord) == words);
  CHECK(rows_of(old, store::Table::kMappingByExpiry) == expiries);
}
