#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/json.h"
#include "store/key.h"
#include "store/record.h"
#include "store/store.h"
#include "tests/support/catch.h"

// All that a store has, table by table, as texts to compare: "group 6163…: {"name":"Ops"}". But for what
// every change alters: the audit log, change records, kept answers, revisions, and times and authors of the
// last change. Entities stand under their names, since one that was away may come under another number.
class StoreContents {
 public:
  using Rows = std::map<std::string, std::string>;

  explicit StoreContents(const store::ReadTxn& txn) : txn_(txn) {
    using store::Table;
    each(Table::kEntityName, [&](std::string_view key, std::string_view value) {
      names_[std::string(key)] = base::to_hex(value);
    });
    for (std::size_t i = 0; i < store::kTableCount; ++i) {
      const auto table = static_cast<Table>(i);
      if (is_left_out(table)) continue;
      each(table, [&](std::string_view key, std::string_view value) {
        const std::string text = text_of(table, value);
        if (text.empty()) return;
        rows_[std::string(store::name_of(table)) + " " + key_of(table, key)] = text;
      });
    }
  }

  const Rows& rows() const { return rows_; }

 private:
  static bool is_left_out(store::Table table) {
    using store::Table;
    switch (table) {
      case Table::kMeta:
      case Table::kChange:
      case Table::kAudit:
      case Table::kAuditHead:
      case Table::kAuditHour:
      case Table::kAuditByActor:
      case Table::kAuditByResource:
      case Table::kIdempotency:
      case Table::kIdempotencyByTime:
      case Table::kEntityNumber:  // the other way round of entity_name
        return true;
      default:
        return false;
    }
  }

  template <typename Fn>
  void each(store::Table table, const Fn& fn) const {
    REQUIRE(txn_.scan(table, {},
                      [&](std::string_view key, std::string_view value) {
                        fn(key, value);
                        return true;
                      })
                .ok());
  }

  std::string key_of(store::Table table, std::string_view key) const {
    using store::Table;
    const bool numbers = table == Table::kEntity || table == Table::kEntityName ||
                         table == Table::kEntityParent || table == Table::kEntityChild;
    if (!numbers) return base::to_hex(key);
    const std::string tenant(key.substr(0, 16));
    std::string named = base::to_hex(tenant);
    for (std::size_t at = 16; at + 8 <= key.size(); at += 8) {
      const auto found = names_.find(tenant + std::string(key.substr(at, 8)));
      named += " " + (found == names_.end() ? "nothing" : found->second);
    }
    return named;
  }

  static std::string text_of(store::Table table, std::string_view value) {
    // A role's counts move with the time; whether they are right domain/check.h says.
    if (table == store::Table::kRoleCount) return "= " + base::to_hex(value.substr(8, 8));
    const bool is_record = value.size() > store::kSealBytes && value[store::kSealBytes] == '{';
    if (!is_record) return "= " + base::to_hex(value);
    auto json = base::parse_json(value.substr(store::kSealBytes), {.rounds_integers = true});
    REQUIRE(json.ok());
    base::Json::Object kept;
    for (auto& [name, member] : *json->object()) {
      if (name == "revision" || name.ends_with("_revision") || name == "updated_at" || name == "updated_by" ||
          name == "roles_updated_at" || name == "next_ordinal" || name == "log_since")
        continue;
      kept.emplace_back(name, member);
    }
    const std::string text = base::to_text(base::Json(std::move(kept)));
    // A tenant that decides as every tenant does may have a record that says so, or none.
    if (table == store::Table::kDecisions && text == R"({"on_error":"deny","reasons":"none"})") return "";
    return text;
  }

  const store::ReadTxn& txn_;
  std::map<std::string, std::string> names_;
  Rows rows_;
};
