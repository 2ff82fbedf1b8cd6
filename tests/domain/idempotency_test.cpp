#include "domain/idempotency.h"

#include "tests/domain/support.h"

using namespace domain;

namespace {

IdempotentAnswer answer_until(std::int64_t ms) {
  IdempotentAnswer answer;
  answer.request_hash = hash_of("request");
  answer.status = 201;
  answer.headers = "Location: /v1/roles/a\r\n";
  answer.body = "{\"a\":\"" + kOdd + "\"}";
  answer.expires_at = {ms};
  return answer;
}

}  // namespace

TEST_CASE("idempotency: the answer comes back to its caller until it expires", "[domain]") {
  TestStore store;
  const auto answer = answer_until(1000);
  const std::string key(128, 'k');
  store.change([&](auto& txn) { return put_idempotent_answer(txn, id(1), key, answer); });
  const auto txn = store.read();
  CHECK(found(get_idempotent_answer(txn, id(1), key, {999})) == answer);
  CHECK(absent(get_idempotent_answer(txn, id(1), key, {1000})));
  CHECK(absent(get_idempotent_answer(txn, id(2), key, {999})));
  CHECK(absent(get_idempotent_answer(txn, id(1), key + "k", {999})));
}

TEST_CASE("idempotency: a new answer replaces the expired one, in both tables", "[domain]") {
  TestStore store;
  for (const std::int64_t until : {1000, 3000, 2000, 2000}) {
    store.change([&](auto& txn) { return put_idempotent_answer(txn, id(1), "k", answer_until(until)); });
    CHECK(found(get_idempotent_answer(store.read(), id(1), "k", {0})).expires_at.ms == until);
    CHECK(store.tables() == "idempotency:1 idempotency_by_time:1");
  }
}

TEST_CASE("idempotency: the oldest expired ones are removed, so many at a time", "[domain]") {
  TestStore store;
  for (std::uint64_t n = 1; n <= 5; ++n)
    store.change([&](auto& txn) {
      return put_idempotent_answer(txn, id(n), "k", answer_until(static_cast<std::int64_t>(n) * 1000));
    });
  struct Row {
    std::int64_t now;
    std::size_t limit, removed;
    const char* left;
  };
  const Row rows[] = {
      {999, 9, 0, "idempotency:5 idempotency_by_time:5"},
      {1000, 9, 1, "idempotency:4 idempotency_by_time:4"},
      {4000, 2, 2, "idempotency:2 idempotency_by_time:2"},
      {4000, 2, 1, "idempotency:1 idempotency_by_time:1"},
      {4000, 0, 0, "idempotency:1 idempotency_by_time:1"},
      {-1, 9, 0, "idempotency:1 idempotency_by_time:1"},
      {9000, 9, 1, ""},
  };
  for (const Row& row : rows) {
    std::size_t removed = 99;
    store.change([&](auto& txn) -> base::Result<void> {
      const auto expired = expire_idempotent_answers(txn, {row.now}, row.limit);
      if (!expired.ok()) return expired.error();
      removed = *expired;
      return {};
    });
    INFO(row.now);
    CHECK(removed == row.removed);
    CHECK(store.tables() == row.left);
  }
}
