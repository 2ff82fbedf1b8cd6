#include "api/service.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "api/parts/system_roles.h"
#include "api/platform_credentials.h"
#include "authz/cached_principal.h"
#include "base/log.h"
#include "crypto/token.h"
#include "domain/credential.h"
#include "domain/index.h"

namespace api {
namespace {

base::Error plain(const Error& why) {
  return {base::ErrorCode::kInvalid, why.message};
}

// Those of the file, with those made through the API that the file doesn't have.
base::Result<std::shared_ptr<const domain::Catalogue>> build_catalogue(
    const store::ReadTxn& txn, const std::vector<domain::Permission>& defined) {
  auto made = domain::list_stored_permissions(txn);
  if (!made.ok()) return made.error();
  std::unordered_set<std::string> known;
  for (const domain::Permission& permission : defined) known.insert(domain::fold_case(permission.scope));
  std::vector<domain::Permission> permissions = defined;
  for (domain::Permission& permission : made.value())
    if (!known.contains(domain::fold_case(permission.scope))) permissions.push_back(std::move(permission));
  return domain::Catalogue::make(std::move(permissions));
}

// But for the guesses, which are made in a rehearsal alone.
bool says_the_same(const Error& one, const Error& other) {
  return one.code == other.code &&
         std::equal(one.fields.begin(), one.fields.end(), other.fields.begin(), other.fields.end(),
                    [](const FieldError& a, const FieldError& b) {
                      return a.pointer == b.pointer && a.message.starts_with(b.message);
                    });
}

Error overloaded(const base::Error& why) {
  return error(Code::kOverloaded, why.code == base::ErrorCode::kFull
                                      ? "too many requests at once; try again shortly"
                                      : "the server is stopping");
}

}  // namespace

struct Service::InForce {
  std::vector<domain::Permission> defined;  // of the file
  std::shared_ptr<const domain::Catalogue> catalogue;
  std::shared_ptr<const authz::Guard> guard;
};

// Shared by the change and what is told of it, both on the writer thread.
struct Service::ChangeTask {
  Caller caller;
  Origin origin;
  ChangeFunction function;
  std::optional<domain::AuditEntry> refused{};  // in its rehearsal: that is then all there is to write
  std::optional<Error> guessed{};               // in its rehearsal, what else was against it
  bool has_run = false;
  std::optional<Error> failed{};  // of the last run, or of a rehearsal that was refused

  base::Result<void> run(const InForce&, store::WriteTxn&, crypto::Random&);
  std::optional<Error> error_of(const base::Result<store::Revision>& written) const;
};

// What fails here leaves nothing but the audit entry of a refusal: since an operation asks the guard before
// its first put, that entry is then all there is to commit.
base::Result<void> Service::ChangeTask::run(const InForce& in_force, store::WriteTxn& txn,
                                            crypto::Random& random) {
  has_run = true;
  if (refused) {
    refused->id = domain::AuditEntryId(random.uuid(txn.now()));
    refused->created_at = txn.now();
    return domain::append_audit(txn, *refused);
  }
  failed.reset();
  const auto valid = revalidate(txn, caller, txn.now());
  if (!valid.ok()) {
    failed = valid.error();
    return plain(*failed);
  }
  const Read read{txn, txn.now(), in_force.catalogue, in_force.guard, valid.value(), origin};
  Change change(read, txn, random);
  const auto done = function(change);
  if (done.ok()) return {};
  failed = done.error();
  if (!change.refused || change.noted)
    return base::Error{
        failed->code == Code::kStorageFull ? base::ErrorCode::kFull : base::ErrorCode::kInvalid,
        failed->message};
  return domain::append_audit(txn, *change.refused);
}

// Why there is no such change; nothing if there is. How the last run ended counts for nothing where the
// writer could not make it last: what it was judged by may be undone.
std::optional<Error> Service::ChangeTask::error_of(const base::Result<store::Revision>& written) const {
  const bool stands = written.ok() || written.error().code == base::ErrorCode::kInvalid ||
                      written.error().code == base::ErrorCode::kFull;
  if (failed && stands) return guessed && says_the_same(*guessed, *failed) ? guessed : failed;
  if (written.ok()) return std::nullopt;
  if (written.error().code != base::ErrorCode::kConflict) return from_store(written.error());
  base::logging::warn("store", {{"reason", written.error().message}});
  return error(Code::kOverloaded,
               "nothing was changed, since the change could not be agreed on; try again shortly");
}

Service::Service(store::Store& store, const base::Clock& clock, crypto::Random& random,
                 std::chrono::milliseconds writer_limit)
    : store_(store),
      clock_(clock),
      random_(random),
      writer_limit_(writer_limit),
      changes_(std::make_shared<authz::LastChanged>()),
      callers_(changes_) {
  store_.follow({store::Table::kPermission},
                [this](store::WriteTxn& txn) { return follow_permissions(txn); });
  store_.follow(authz::LastChanged::tables(),
                [changes = changes_](const store::WriteTxn& txn) -> base::Result<void> {
                  changes->note(txn);
                  return {};
                });
}

// Changes that still wait refer to this.
Service::~Service() {
  store_.stop();
}

std::shared_ptr<const Service::InForce> Service::in_force() const {
  const std::lock_guard lock(mutex_);
  return in_force_;
}

void Service::put_in_force(std::shared_ptr<const InForce> next) {
  const std::lock_guard lock(mutex_);
  in_force_.swap(next);  // what was before ends after the lock
}

base::Result<void> Service::adopt(Definitions definitions) {
  for (domain::Permission& permission : definitions.permissions) {
    permission.id = domain::permission_id(permission.scope);
    permission.is_builtin = true;
    permission.created_at = permission.updated_at = clock_.now();
  }
  ChangeTask task{
      itself(), {"", "start"}, [&](Change& change) { return sync_system_roles(change, definitions.roles); }};
  const auto take_up = [&](store::WriteTxn& txn) -> base::Result<void> {
    task.failed.reset();
    auto catalogue = build_catalogue(txn, definitions.permissions);
    if (!catalogue.ok()) return catalogue.error();
    const auto next = std::make_shared<const InForce>(
        InForce{definitions.permissions, std::move(catalogue).value(), definitions.guard});
    const auto done = task.run(*next, txn, random_);
    if (done.ok() && !task.failed) txn.then([this, next] { put_in_force(next); });
    return done;
  };
  const auto written = store_.write_within(writer_limit_, "taking up the definitions", take_up);
  if (written.ok() && task.failed) return plain(*task.failed);
  if (!written.ok()) return written.error();
  return {};
}

// In the transaction of whatever changed the permissions in the store.
base::Result<void> Service::follow_permissions(store::WriteTxn& txn) {
  const auto before = in_force();
  if (!before) return {};
  auto catalogue = build_catalogue(txn, before->defined);
  if (!catalogue.ok()) return catalogue.error();
  const auto next =
      std::make_shared<const InForce>(InForce{before->defined, std::move(catalogue).value(), before->guard});
  txn.then([this, next] { put_in_force(next); });
  return {};
}

Outcome<void> Service::read(const Presented& presented, const Origin& origin,
                            base::FunctionRef<void(const Read&)> fn) const {
  const auto txn = store_.read();
  if (!txn.ok())
    return txn.error().code == base::ErrorCode::kFull ? overloaded(txn.error()) : from_store(txn.error());
  const base::Timestamp now = clock_.now();
  const auto current = in_force();
  const auto caller = callers_.authenticate(txn.value(), current->catalogue, presented, now);
  if (!caller.ok()) return caller.error();
  fn(Read{txn.value(), now, current->catalogue, current->guard, *caller.value(), origin});
  return {};
}

Outcome<void> Service::read_as(const Caller& caller, const Origin& origin,
                               base::FunctionRef<void(const Read&)> fn) const {
  const auto txn = store_.read();
  if (!txn.ok())
    return txn.error().code == base::ErrorCode::kFull ? overloaded(txn.error()) : from_store(txn.error());
  const auto current = in_force();
  fn(Read{txn.value(), clock_.now(), current->catalogue, current->guard, caller, origin});
  return {};
}

Outcome<void> Service::rehearse(ChangeTask& task) const {
  const auto current = in_force();
  if (!current) return {};  // at start, when nobody can call yet
  const auto txn = store_.read();
  if (!txn.ok())
    return txn.error().code == base::ErrorCode::kFull ? overloaded(txn.error()) : from_store(txn.error());
  const base::Timestamp now = clock_.now();
  Caller caller = task.caller;
  const bool known = caller.cached && caller.cached->holds(*txn, *current->catalogue, now);
  if (!known) {
    auto valid = revalidate(*txn, task.caller, now);
    if (!valid.ok()) return valid.error();
    caller = std::move(valid).value();
  }
  Change change(Read{*txn, now, current->catalogue, current->guard, caller, task.origin}, random_);
  auto done = task.function(change);
  if (done.ok() || change.begun) return {};
  (change.refused ? task.failed : task.guessed) = std::move(done).error();
  task.refused = std::move(change.refused);
  return {};
}

Outcome<void> Service::submit(Caller caller, Origin origin, ChangeFunction function, ChangeDone done) {
  auto task =
      std::make_shared<ChangeTask>(ChangeTask{std::move(caller), std::move(origin), std::move(function)});
  if (auto valid = rehearse(*task); !valid.ok()) return valid;
  const auto run = [this, task](store::WriteTxn& txn) { return task->run(*in_force(), txn, random_); };
  const auto report = [task, done = std::move(done)](base::Result<store::Revision> revision) {
    if (auto failed = task->error_of(revision)) return done(std::move(*failed));
    done(revision.value());
  };
  const auto queued = store_.submit(run, report, to_stored(task->caller.tenant));
  if (!queued.ok()) return overloaded(queued.error());
  return {};
}

base::Result<std::uint64_t> Service::run_own(std::string_view what, ChangeTask& task) {
  return store_.write_within(writer_limit_, what,
                             [&](store::WriteTxn& txn) { return task.run(*in_force(), txn, random_); });
}

Outcome<std::uint64_t> Service::change(const Caller& caller, const Origin& origin, ChangeFunction function) {
  ChangeTask task{caller, origin, std::move(function)};
  if (const auto valid = rehearse(task); !valid.ok()) return valid.error();
  const auto written = run_own(origin.request_id, task);
  if (!written.ok() && !task.has_run) return error(Code::kOverloaded, written.error().message);
  if (auto failed = task.error_of(written)) return std::move(*failed);
  return written.value();
}

Caller Service::itself() {
  return {{domain::Principal::platform({}), domain::Platform{}, {}}, "reeve"};
}

base::Result<std::optional<PlatformCredential>> Service::first_platform_credential() {
  const auto txn = store_.read();
  if (!txn.ok()) return txn.error();
  bool any = false;
  const auto read =
      domain::each_credential(txn.value(), domain::Platform{}, nullptr, [&](domain::Credential&&) {
        any = true;
        return false;
      });
  if (!read.ok()) return read.error();
  if (any) return std::optional<PlatformCredential>();
  return std::optional(PlatformCredential{domain::CredentialId(random_.uuid(clock_.now())),
                                          crypto::make_token(crypto::TokenKind::kSecret, random_)});
}

base::Result<void> Service::keep(const PlatformCredential& credential) {
  ChangeTask task{itself(), {"", "start"}, [&](Change& change) {
                    return ensure_platform_credential(change, credential.client_id, credential.secret);
                  }};
  const auto written = run_own("the platform's credential", task);
  if (written.ok() && task.failed) return plain(*task.failed);
  if (!written.ok()) return written.error();
  return {};
}

}  // namespace api
