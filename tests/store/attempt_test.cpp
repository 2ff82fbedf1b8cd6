// Attempts against a model that keeps whole copies: what fails leaves no trace, however deep in another, and
// what is written afterwards is what the change record says.
#include <functional>
#include <map>
#include <new>
#include <random>
#include <stdexcept>
#include <string>

#include "store/change.h"
#include "store/store.h"
#include "tests/support/open_store.h"
#include "tests/support/writer_gate.h"

using store::Table;
using store::WriteTxn;

namespace {

using Content = std::map<std::string, std::string>;

Content content_of(const store::ReadTxn& txn, Table table) {
  Content content;
  REQUIRE(txn.scan(table, {}, [&](auto key, auto value) { return content.emplace(key, value), true; }).ok());
  return content;
}

const base::Error kRefused{base::ErrorCode::kConflict, "refused"};

struct Model {
  Content roles, groups;
  bool operator==(const Model&) const = default;
};

Model model_of(const store::ReadTxn& txn) {
  return {content_of(txn, Table::kRole), content_of(txn, Table::kGroup)};
}

class Writes {
 public:
  explicit Writes(unsigned seed) : random_(seed) {}

  // Some puts and deletions, and attempts among them.
  void make(WriteTxn& txn, Model& model, int depth) {
    for (std::size_t left = below(12); left > 0; --left) {
      if (depth > 0 && below(4) == 0)
        attempt(txn, model, depth - 1);
      else
        write(txn, model);
    }
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  void write(WriteTxn& txn, Model& model) {
    const bool is_role = below(2) == 0;
    const Table table = is_role ? Table::kRole : Table::kGroup;
    Content& content = is_role ? model.roles : model.groups;
    const std::string key = "key " + std::to_string(below(40)) + std::string(below(3) * 150, 'k');
    if (below(3) == 0) {
      CHECK(txn.del(table, key).value() == (content.erase(key) == 1));
      return;
    }
    // Some are longer than a page, and lie in pages of their own.
    const std::string value(below(8) == 0 ? 5'000 + below(9'000) : below(300),
                            static_cast<char>('a' + below(26)));
    REQUIRE((below(2) == 0 ? txn.put(table, key, value) : txn.put_append(table, key, value)).ok());
    content[key] = value;
  }

  void attempt(WriteTxn& txn, Model& model, int depth) {
    Model inside = model;
    const std::size_t fate = below(3);
    const auto done = txn.attempt([&](WriteTxn& t) -> base::Result<void> {
      make(t, inside, depth);
      if (fate == 1) return kRefused;
      if (fate == 2) throw std::runtime_error("thrown");
      return {};
    });
    CHECK(done.ok() == (fate == 0));
    if (fate == 1) CHECK(done.error().message == "refused");
    if (fate == 2) CHECK(done.error().message == "change: thrown");
    if (done.ok()) model = std::move(inside);
    CHECK(model_of(txn) == model);
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("attempt: what fails leaves no trace, and the record says what is left", "[store]") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const TempDir dir;
    const auto store = open_store(dir);
    Writes writes(seed);
    Model model;
    for (int change = 0; change < 4; ++change) {
      const Model before = model;
      const store::Revision at = store->revision();
      const auto written = store->write([&](WriteTxn& txn) -> base::Result<void> {
        model = before;
        writes.make(txn, model, 3);
        return {};
      });
      REQUIRE(written.ok());
      const auto txn = store->read();
      CHECK(model_of(*txn) == model);

      // The record leads from the state before to this one, and back.
      const auto record = store::read_change(*txn, *written);
      REQUIRE(record.ok());
      Model forward = before;
      if (record->has_value() && *written > at)
        for (const auto& w : (*record)->writes) {
          Content& content = w.table == Table::kRole ? forward.roles : forward.groups;
          const auto had = content.find(w.key);
          CHECK(w.before ==
                (had == content.end() ? std::optional<std::string>() : std::optional(had->second)));
          if (w.after)
            content[w.key] = *w.after;
          else
            content.erase(w.key);
        }
      if (model != before) CHECK(forward == model);
    }
  }
}

// Forty changes of one transaction.
TEST_CASE("attempt: changes that fail or throw take no others along", "[store]") {
  const TempDir dir;
  const auto store = open_store(dir);
  Content expected;
  std::map<int, bool> told;
  {
    WriterGate gate(*store);
    for (int i = 0; i < 40; ++i) {
      const std::string key = "key " + std::to_string(i % 7), value = std::to_string(i);
      if (i % 3 == 0) expected[key] = value;
      const auto change = [=](WriteTxn& txn) -> base::Result<void> {
        if (auto r = txn.put(Table::kRole, key, value); !r.ok()) return r;
        if (i % 3 == 1) return kRefused;
        if (i % 3 == 2) throw std::bad_alloc();
        return {};
      };
      REQUIRE(store->submit(change, [&told, i](const auto& outcome) { told[i] = outcome.ok(); }).ok());
    }
    gate.open();
    store->stop();
  }
  CHECK(content_of(*store->read(), Table::kRole) == expected);
  CHECK(store->revision() == 14);
  for (int i = 0; i < 40; ++i) CHECK(told[i] == (i % 3 == 0));
}
