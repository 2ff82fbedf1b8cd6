#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <variant>

#include "api/context.h"
#include "api/operation.h"
#include "dialects/body_import.h"
#include "dialects/call.h"
#include "dialects/dialect.h"
#include "dialects/reply.h"
#include "http/method.h"

namespace dialects {

namespace op = api::op;

struct ServerState;

// Answers from the server's own state, without the store's contents: health, documents.
using StateHandler = Answer (*)(const Call&, const ServerState&);

// Answers from one snapshot: on the reactor within microseconds, in the pool a page at most.
using ReadHandler = Answer (*)(const Call&, const api::Read&);

// Reads the request whole, on the reactor, and returns what is to be done in the writer's transaction. That
// runs on another thread after the call is gone, so it holds copies of what it needs.
using Work = std::function<Answer(api::Change&)>;
using ChangeHandler = api::Outcome<Work> (*)(const Call&);

// Answers from one snapshot and the server's own state, such as the folder of its backups.
using StateReadHandler = Answer (*)(const Call&, const api::Read&, const ServerState&);

// A change before which something takes minutes, or milliseconds where its route's place is the pool of slow
// work. `begin` is called on the reactor once the guard has said yes, and fails, or answers what is to be run
// on a thread for such work, without a snapshot. Once that has succeeded `work` is run in the writer as that
// of other changes is; it was rehearsed before, and then it can't succeed.
struct LongWork {
  using Step = std::function<api::Outcome<void>()>;
  std::function<api::Outcome<Step>()> begin;
  Work work;
};
using LongChangeHandler = api::Outcome<LongWork> (*)(const Call&, const ServerState&);

// Of calls whose body is taken as it comes, see body_import.h.
using RouteHandler = std::variant<StateHandler, ReadHandler, StateReadHandler, ChangeHandler,
                                  LongChangeHandler, ImportHandler>;

// Where a read is answered.
enum class Place : std::uint8_t {
  kReactor,  // at once; all other connections of the reactor wait for it
  kPool,     // slow work, for what can take longer than about a millisecond, such as a list with filters

  kPast,  // looks back (api/history.h), one at a time, as every call does that names a moment

  // On the reactor, if the body is small and the answer is there within a millisecond (Call::until); else it
  // is begun anew in the pool.
  kReactorThenPool,
};

// Whether a read takes `at`, the moment that it is about (moment.h), and where.
enum class TakesAt : std::uint8_t { kNo, kInQuery, kInQueryOrBody };

// The names of a call's parameters.
class ParameterNames {
 public:
  static constexpr std::size_t kMost = 10;

  constexpr ParameterNames() = default;
  // More than kMost don't compile.
  constexpr ParameterNames(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) names_.at(size_++) = name;
  }

  constexpr const std::string_view* begin() const { return names_.data(); }
  constexpr const std::string_view* end() const { return names_.data() + size_; }
  constexpr bool empty() const { return size_ == 0; }

 private:
  std::array<std::string_view, kMost> names_{};
  std::size_t size_ = 0;
};

// One call: a row that stands beside its handler. Routing, authentication, the log and the tests go by it,
// and the OpenAPI document is held against it by a test.
struct Route {
  http::Method method = http::Method::kGet;
  std::string_view path;  // "/v1/groups/{id}/roles": a segment in braces is a parameter
  std::string_view id;    // the document's operationId: "add_group_role"

  // What the caller must be allowed to do; none: nobody is asked. A call that needs several permissions, such
  // as one that changes a user and its roles, stands with the one that it always needs.
  std::optional<api::Operation> operation{};

  std::optional<Access> access{};  // none: what the dialect's calls ask for
  int success = 200;
  ParameterNames parameters{};  // of the query
  bool takes_code = false;      // a code that begins a session is a credential here
  bool takes_if_match = false;  // honours If-Match; another change answers 400 to it
  bool takes_dry_run = false;   // of a change: takes `dry_run` in the query, and X-If-Revision
  TakesAt takes_at = TakesAt::kNo;
  bool rehearses_long = false;    // of a change: rehearsing it is slow work
  std::string_view body{};        // the schema of its body in the document; empty: it has none
  bool large_body = false;        // may be larger than others: http::front::Limits
  Place place = Place::kReactor;  // of a ReadHandler or StateReadHandler, and of what a LongWork begins with
  RouteHandler handle{};

  const Dialect* dialect = nullptr;  // set where the routes are gathered

  // REQUIRES: dialect or access is set
  constexpr Access required_access() const { return access ? *access : dialect->access; }
};

}  // namespace dialects
