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
#include "domain/shadowed_role.h"

namespace api {
namespace {

constexpr std::size_t kRefusalsAtOnce = 250;  // entries appended in one change, so that it stays short

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

// The caller as it is on the snapshot, or in a transaction that nothing was written to yet: as it was made
// before, where that still holds, else as it is put into `anew`.
Outcome<const Caller*> valid_caller(const store::ReadTxn& txn, const Caller& caller,
                                    const domain::Catalogue& catalogue, base::Timestamp now,
                                    std::optional<Caller>& anew) {
  if (caller.cached && caller.cached->holds(txn, catalogue, now)) return &caller;
  auto valid = revalidate(txn, caller, now);
  if (!valid.ok()) return valid.error();
  return &anew.emplace(std::move(valid).value());
}

Error no_changes_here() {
  return error(Code::kReadOnly, "this is a copy of another server's store, which takes no changes");
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
  domain::QuotaLimits quotas;
  std::map<std::string, std::string> configured;
  const base::MonotonicClock& ticks;
  authz::TenantPolicyCache& policies;
  authz::AuthorityCache& people;
  const EntityChanges& entity_changes;
  decision_log::Log* const& decision_log;

  // What an operation works with. REQUIRES: transaction, caller and origin outlive it
  Read begin(const store::ReadTxn& txn, base::Timestamp now, const Caller& caller,
             const Origin& origin) const {
    return Read{.txn = txn,
                .now = now,
                .catalogue = catalogue,
                .guard = guard,
                .caller = caller,
                .origin = origin,
                .ticks = ticks,
                .quotas = quotas,
                .policies = &policies,
                .people = &people,
                .entity_changes = &entity_changes,
                .decision_log = decision_log};
  }
};

// Shared by the change and what is told of it, both on the writer thread.
struct Service::ChangeTask {
  Caller caller;
  Origin origin;
  ChangeFunction function;
  std::optional<domain::AuditEntry> refused{};  // in its rehearsal: that is then all there is to write
  std::optional<Error> guessed{};               // in its rehearsal, what else was against it
  bool is_own = false;  // Reeve's, for its configuration's sake: must not fail for want of the reserve
  bool has_run = false;
  bool begins = false;            // its rehearsal has found nothing against it
  bool is_noted = false;          // in refusals_, as a first one
  bool refuses = false;           // the last run did, or a rehearsal: all it wrote is its audit entry
  std::optional<Error> failed{};  // of the last run, or of a rehearsal that was refused

  base::Result<void> run(const InForce&, store::WriteTxn&, crypto::Random&);
  std::optional<Error> error_of(const base::Result<store::Revision>& written) const;
};

// What fails here leaves nothing but the audit entry of a refusal. An operation asks the guard before its
// first put; one that is made of several may be refused behind the puts of the first.
base::Result<void> Service::ChangeTask::run(const InForce& in_force, store::WriteTxn& txn,
                                            crypto::Random& random) {
  has_run = true;
  refuses = refused.has_value();
  if (refused) {
    refused->id = domain::AuditEntryId(random.uuid(txn.now()));
    refused->created_at = txn.now();
    return domain::append_audit(txn, *refused);
  }
  failed.reset();
  std::optional<Caller> anew;
  const auto valid = valid_caller(txn, caller, *in_force.catalogue, txn.now(), anew);
  if (!valid.ok()) {
    failed = valid.error();
    return plain(*failed);
  }
  Change change(in_force.begin(txn, txn.now(), *valid.value(), origin), txn, random);
  change.uses_reserve = is_own;
  // What was written before a refusal is undone, so that its entry is then all there is to commit.
  const auto done = txn.attempt([&](store::WriteTxn&) -> base::Result<void> {
    auto made = function(change);
    if (made.ok()) return {};
    failed = std::move(made).error();
    return plain(*failed);
  });
  if (done.ok()) return {};
  if (!failed) return done;  // it threw
  if (!change.refused)
    return base::Error{
        failed->code == Code::kStorageFull ? base::ErrorCode::kFull : base::ErrorCode::kInvalid,
        failed->message};
  refuses = true;
  return domain::append_audit(txn, *change.refused);
}

// Why there is no such change; nothing if there is. How the last run ended counts for nothing where the
// writer could not make it last: what it was judged by may be undone, and a refusal is told only once its
// audit entry is kept.
std::optional<Error> Service::ChangeTask::error_of(const base::Result<store::Revision>& written) const {
  const bool stands = written.ok() || written.error().code == base::ErrorCode::kInvalid ||
                      (written.error().code == base::ErrorCode::kFull && !refuses);
  if (failed && stands) return guessed && says_the_same(*guessed, *failed) ? guessed : failed;
  if (written.ok()) return std::nullopt;
  if (written.error().code != base::ErrorCode::kConflict) return from_store(written.error());
  base::logging::warn("store", {{"reason", written.error().message}});
  return error(Code::kOverloaded,
               "nothing was changed, since the change could not be agreed on; try again shortly");
}

Service::Service(store::Store& store, const base::Clock& clock, crypto::Random& random,
                 std::chrono::milliseconds writer_limit, const base::MonotonicClock& ticks)
    : store_(store),
      clock_(clock),
      random_(random),
      sealer_(random),
      writer_limit_(writer_limit),
      ticks_(ticks),
      changes_(std::make_shared<authz::LastChanged>()),
      callers_(changes_),
      session_uses_(clock.now()),
      people_(changes_),
      object_changes_(std::make_shared<ObjectChanges>(store.revision())),
      tenant_changes_(std::make_shared<TenantChanges>(store.revision())) {
  store_.follow({store::Table::kPermission},
                [this](store::WriteTxn& txn) { return follow_permissions(txn); });
  store_.follow(authz::LastChanged::tables(),
                [changes = changes_](const store::WriteTxn& txn) -> base::Result<void> {
                  changes->note(txn);
                  return {};
                });
  store_.follow(ObjectChanges::tables(),
                [changes = object_changes_](const store::WriteTxn& txn) -> base::Result<void> {
                  changes->note(txn);
                  return {};
                });
  store_.follow({store::Table::kEntity},
                [changes = entity_changes_](const store::WriteTxn& txn) -> base::Result<void> {
                  changes->note(txn);
                  return {};
                });
  store_.follow(TenantChanges::tables(),
                [changes = tenant_changes_](const store::WriteTxn& txn) -> base::Result<void> {
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

std::map<std::string, std::string> Service::configured() const {
  return in_force()->configured;
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
  task.is_own = true;
  const auto take_up = [&](store::WriteTxn& txn) -> base::Result<void> {
    task.failed.reset();
    auto catalogue = build_catalogue(txn, definitions.permissions);
    if (!catalogue.ok()) return catalogue.error();
    const auto next = std::make_shared<const InForce>(
        InForce{definitions.permissions, std::move(catalogue).value(), definitions.guard, definitions.quotas,
                definitions.configured, ticks_, policies_, people_, *entity_changes_, decision_log_});
    const auto done = is_copy_ ? base::Result<void>() : task.run(*next, txn, random_);
    if (done.ok() && !task.failed) txn.then([this, next] { put_in_force(next); });
    return done;
  };
  const auto written = store_.write_within(writer_limit_, "taking up the definitions", take_up);
  if (written.ok() && task.failed) return plain(*task.failed);
  if (!written.ok()) return written.error();
  if (const auto told = tell_of_shadowed_roles(); !told.ok())  // what was adopted is in force all the same
    base::logging::warn("which roles are shadowed can't be told", {{"error", told.error().message}});
  return {};
}

base::Result<void> Service::tell_of_shadowed_roles() const {
  const auto txn = store_.read();
  if (!txn.ok()) return txn.error();
  const auto shadowed = domain::shadowed_roles(*txn);
  if (!shadowed.ok()) return shadowed.error();
  for (const auto& [slug, tenants] : *shadowed)
    base::logging::warn("a role is not in force in tenants that have one of their own with its slug",
                        {{"role", slug}, {"tenants", tenants}, {"hint", "rename one of them"}});
  return {};
}

// In the transaction of whatever changed the permissions in the store.
base::Result<void> Service::follow_permissions(store::WriteTxn& txn) {
  const auto before = in_force();
  if (!before) return {};
  auto catalogue = build_catalogue(txn, before->defined);
  if (!catalogue.ok()) return catalogue.error();
  const auto next = std::make_shared<const InForce>(
      InForce{before->defined, std::move(catalogue).value(), before->guard, before->quotas,
              before->configured, ticks_, policies_, people_, *entity_changes_, decision_log_});
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
  const Caller& who = *caller.value();
  if (!who.session.is_nil() && !session_uses_.use(who.session, {who.session_begun, now}))
    return error(Code::kUnauthenticated, "session: not used for half an hour; log in again");
  if (key_uses_) key_uses_->note(who.credential, now);
  fn(current->begin(txn.value(), now, who, origin));
  return {};
}

Outcome<void> Service::read_as(const Caller& caller, const Origin& origin,
                               base::FunctionRef<void(const Read&)> fn) const {
  const auto txn = store_.read();
  if (!txn.ok())
    return txn.error().code == base::ErrorCode::kFull ? overloaded(txn.error()) : from_store(txn.error());
  const auto current = in_force();
  fn(current->begin(txn.value(), clock_.now(), caller, origin));
  return {};
}

Outcome<void> Service::rehearse(ChangeTask& task) const {
  const auto current = in_force();
  if (!current) return {};  // at start, when nobody can call yet
  const auto txn = store_.read();
  if (!txn.ok())
    return txn.error().code == base::ErrorCode::kFull ? overloaded(txn.error()) : from_store(txn.error());
  const base::Timestamp now = clock_.now();
  std::optional<Caller> anew;
  const auto caller = valid_caller(*txn, task.caller, *current->catalogue, now, anew);
  if (!caller.ok()) return caller.error();
  Change change(current->begin(*txn, now, *caller.value(), task.origin), random_);
  auto done = task.function(change);
  task.begins = change.begun;
  if (done.ok() || change.begun) return {};
  (change.refused ? task.failed : task.guessed) = std::move(done).error();
  task.refused = std::move(change.refused);
  return {};
}

// That the refusal of a rehearsal needs no entry of its own, or can't have one; nothing if it needs one.
Outcome<void> Service::count_refusal(ChangeTask& task) {
  if (!task.refused) return {};
  if (store_.room() == store::Room::kNone) return {};  // it is told only if it can be kept
  switch (refusals_.note(*task.refused)) {
    case Refusals::Noted::kFirst:
      task.is_noted = true;
      return {};
    case Refusals::Noted::kCounted:
      return std::move(*task.failed);
    case Refusals::Noted::kNoRoom:
      return error(Code::kOverloaded, "too many refusals at once to keep account of; try again shortly");
  }
  return {};
}

void Service::keep_refusals(bool all) {
  if (is_copy_) return;  // none are counted there
  if (all) {
    at_end_ = true;
    while (queue_refusals()) {
    }
  } else if (!keeps_refusals_) {
    queue_refusals();
  }
}

// Whether there was something. What has been kept draws the next after it, since the next minute counts
// meanwhile, so that one batch a housekeeper's beat would let it fill up. At the end nothing comes that could
// try again what fails.
bool Service::queue_refusals() {
  const auto entries = std::make_shared<std::vector<domain::AuditEntry>>(
      refusals_.take(clock_.now(), kRefusalsAtOnce, at_end_));
  if (entries->empty()) return false;
  const auto append = [this, entries](store::WriteTxn& txn) -> base::Result<void> {
    for (domain::AuditEntry& entry : *entries) {
      entry.id = domain::AuditEntryId(random_.uuid(txn.now()));
      entry.created_at = txn.now();
      if (auto done = domain::append_audit(txn, entry); !done.ok()) return done;
    }
    return {};
  };
  const auto report = [this, entries](const base::Result<store::Revision>& written) {
    keeps_refusals_ = false;
    if (!written.ok())
      not_kept(std::move(*entries), written.error());
    else if (!at_end_)
      queue_refusals();
  };
  keeps_refusals_ = true;
  const auto queued = store_.submit(append, report);
  if (queued.ok()) return true;
  keeps_refusals_ = false;
  not_kept(std::move(*entries), queued.error());
  return at_end_;
}

void Service::not_kept(std::vector<domain::AuditEntry> entries, const base::Error& why) {
  const bool tries_again = !at_end_ && why.code != base::ErrorCode::kIo;
  base::logging::warn(
      "store", {{"error", why.message}, {"counts_of_refusals_lost", tries_again ? 0 : entries.size()}});
  if (tries_again) refusals_.put_back(std::move(entries));
}

Outcome<void> Service::submit(Caller caller, Origin origin, ChangeFunction function, ChangeDone done,
                              const Before& before) {
  if (is_copy_) return no_changes_here();
  auto task =
      std::make_shared<ChangeTask>(ChangeTask{std::move(caller), std::move(origin), std::move(function)});
  if (auto valid = rehearse(*task); !valid.ok()) return valid;
  if (auto counted = count_refusal(*task); !counted.ok()) return counted;
  const GoOn go_on = [this, task, done = std::move(done)] { return queue(task, done); };
  return before && task->begins ? before(go_on) : go_on();
}

// The caller is looked at anew, on the snapshot that counts. What was refused there alone, since others came
// between, has no entry: the caller may ask again.
Outcome<bool> Service::foresee(Caller caller, Origin origin, const ChangeFunction& function,
                               const std::function<Outcome<void>()>& between, LookAhead look,
                               const ChangeDone& refused) {
  const auto task = std::make_shared<ChangeTask>(ChangeTask{std::move(caller), std::move(origin), function});
  if (auto valid = rehearse(*task); !valid.ok()) return valid.error();
  if (task->refused && is_copy_) return std::move(*task->failed);
  if (task->refused) {
    if (auto counted = count_refusal(*task); !counted.ok()) return counted.error();
    if (auto queued = queue(task, refused); !queued.ok()) return queued.error();
    return false;
  }
  if (between && task->begins)
    if (auto done = between(); !done.ok()) return done.error();

  const auto txn = store_.read();
  if (!txn.ok())
    return txn.error().code == base::ErrorCode::kFull ? overloaded(txn.error()) : from_store(txn.error());
  const base::Timestamp now = clock_.now();
  const auto current = in_force();
  std::optional<Caller> anew;
  const auto valid = valid_caller(*txn, task->caller, *current->catalogue, now, anew);
  if (!valid.ok()) return valid.error();
  auto over = store::WriteTxn::over(*txn, now, kMostForeseen);
  if (!over.ok()) return from_store(over.error());
  Read as_it_would_be = current->begin(*over, now, *valid.value(), task->origin);
  as_it_would_be.policies = nullptr;  // what is compiled of it must not be kept
  Change change(as_it_would_be, *over, random_);
  auto done = function(change);
  if (!done.ok() && done.error().code == Code::kStorageFull)
    return error(Code::kTooLarge, "dry_run: the change writes too much to be made in memory");
  if (!done.ok())
    return task->guessed && says_the_same(*task->guessed, done.error()) ? std::move(*task->guessed)
                                                                        : std::move(done).error();
  const Read as_it_is = current->begin(*txn, now, *valid.value(), task->origin);
  if (auto looked = look(as_it_is, change); !looked.ok()) return looked.error();
  return true;
}

Outcome<void> Service::queue(const std::shared_ptr<ChangeTask>& task, const ChangeDone& done) {
  const auto run = [this, task](store::WriteTxn& txn) { return task->run(*in_force(), txn, random_); };
  const auto report = [this, task, done](base::Result<store::Revision> revision) {
    if (task->is_noted && !revision.ok()) refusals_.withdraw(*task->refused);
    if (auto failed = task->error_of(revision)) return done(std::move(*failed));
    done(revision.value());
  };
  const auto queued = store_.submit(run, report, to_stored(task->caller.tenant));
  if (queued.ok()) return {};
  if (task->is_noted) refusals_.withdraw(*task->refused);
  return overloaded(queued.error());
}

base::Result<std::uint64_t> Service::run_own(std::string_view what, ChangeTask& task) {
  return store_.write_within(writer_limit_, what,
                             [&](store::WriteTxn& txn) { return task.run(*in_force(), txn, random_); });
}

Outcome<std::uint64_t> Service::change(const Caller& caller, const Origin& origin, ChangeFunction function) {
  if (is_copy_) return no_changes_here();
  ChangeTask task{caller, origin, std::move(function)};
  if (const auto valid = rehearse(task); !valid.ok()) return valid.error();
  if (const auto counted = count_refusal(task); !counted.ok()) return counted.error();
  const auto written = run_own(origin.request_id, task);
  if (task.is_noted && !written.ok()) refusals_.withdraw(*task.refused);
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
  task.is_own = true;
  const auto written = run_own("the platform's credential", task);
  if (written.ok() && task.failed) return plain(*task.failed);
  if (!written.ok()) return written.error();
  return {};
}

}  // namespace api
