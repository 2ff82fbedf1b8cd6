#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/authenticate.h"
#include "api/caller_cache.h"
#include "api/context.h"
#include "api/entity_changes.h"
#include "api/error.h"
#include "api/key_uses.h"
#include "api/object_changes.h"
#include "api/refusals.h"
#include "api/session_uses.h"
#include "api/tenant_changes.h"
#include "authz/authority_cache.h"

#include "authz/last_changed.h"
#include "authz/tenant_policies.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "domain/permission.h"
#include "domain/quota.h"
#include "domain/role.h"
#include "store/store.h"

namespace api {

// What a deployment edits, as read from its files.
struct Definitions {
  std::vector<domain::Permission> permissions;  // of permissions.yaml; id, times and is_builtin are set here
  std::vector<domain::Role> roles;              // of roles.yaml: slug, name, description, scopes
  std::shared_ptr<const authz::Guard> guard;
  domain::QuotaLimits quotas = domain::kNoLimits;  // of every tenant

  // What of the configuration decides what is answered, for comparing two servers: the name of a key, and its
  // value or a digest of what the file or folder holds that it names.
  std::map<std::string, std::string> configured{};
};

struct PlatformCredential {
  domain::CredentialId client_id;
  std::string secret;
};

// A function that makes one change by calling one operation, and perhaps keep_answer(). It is rehearsed on
// the thread that submits it, and then runs on the store's writer thread, inside the transaction, and again
// if the store retries it; so what it puts elsewhere must be assigned anew each time. It must not wait for
// anything. If it fails, nothing of it stays.
using ChangeFunction = std::function<Outcome<void>(Change&)>;

// Called once, on the writer thread, with the outcome: the revision, on disk; or the error. Must be short,
// must not throw, and must not submit and wait.
using ChangeDone = std::function<void(Outcome<std::uint64_t> revision)>;

// What has to be done before a change can be made and takes too long for the writer, once its rehearsal has
// found nothing against it. It is given what queues the change, to be called once, on any thread; never,
// where it failed, here or later. Called on the thread that submits, which must not wait for it.
using GoOn = std::function<Outcome<void>()>;
using Before = std::function<Outcome<void>(GoOn)>;

// What a change would do: the store without it, and the change as it was made in memory.
using LookAhead = base::FunctionRef<Outcome<void>(const Read& before, const Change& after)>;

// The API's long-lived half: the store, the clock, and what is in force, that is catalogue and guard. Gives
// every operation what it works with. Safe for use by several threads.
//
// What is in force belongs to the store's writer thread, which alone replaces it, whole: between two
// transactions, when the first is on disk and before anybody is told of it. So it follows the store's
// revisions, whatever comes at the same time; every change of one transaction is judged by the same; and the
// catalogue is exactly of the file's permissions and those in the store. Other threads read it. A snapshot
// may be newer than what is in force, for as long as one replacing takes, or older.
class Service {
 public:
  // How long what Reeve changes of its own accord waits for the writer: definitions, what a command asks for.
  static constexpr std::chrono::milliseconds kWriterLimit = std::chrono::seconds(10);

  // All of them must outlive the service; `ticks` tells how long a page of a list takes. adopt() must succeed
  // before anything else is called.
  Service(store::Store& store, const base::Clock& clock, crypto::Random& random,
          std::chrono::milliseconds writer_limit = kWriterLimit,
          const base::MonotonicClock& ticks = kSteadyClock);

  // Stops the store's writer, having told of every change that waited.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Serves a copy of another server's store, whose changes come from there: nothing is written of its own
  // accord, neither system roles nor entries of refusals. REQUIRES: before adopt()
  void serve_copy() { is_copy_ = true; }
  bool is_copy() const { return is_copy_; }

  // Definitions::configured of what is in force. REQUIRES: adopt() has succeeded
  std::map<std::string, std::string> configured() const;

  // Takes up new definitions, at start and on reload: writes what differs of the system roles to the store,
  // with an audit entry for each, and with that replaces catalogue and guard together. System roles that are
  // no longer defined stay, disabled, while somebody is mapped to them. The log says which roles are shadowed
  // (domain/shadowed_role.h). On an error all is as before, unless
  // it says that this is unknown. Waits for the writer, up to its limit; whatever is asked after this has
  // returned is asked of the new ones.
  base::Result<void> adopt(Definitions);

  // Authenticates and calls fn, both on one snapshot that ends when this returns. Fails with
  // kUnauthenticated, or kInternal where the store can't be read, and then hasn't called fn.
  Outcome<void> read(const Presented&, const Origin&, base::FunctionRef<void(const Read&)> fn) const;

  // The same for a caller known already.
  Outcome<void> read_as(const Caller&, const Origin&, base::FunctionRef<void(const Read&)> fn) const;

  // Rehearses a change of a caller authenticated before, on a snapshot, and queues it: there the caller is
  // validated again when its turn comes, and the guard asked again. Of a change that the guard refuses in the
  // rehearsal an audit entry alone is queued, whatever else it wanted, and done is told of the refusal once
  // that is on disk; where an entry to come counts it (Refusals), nothing is queued, and this fails with the
  // refusal. Other errors are the writer's to find, since what comes before may put them right; what
  // the rehearsal guessed at is told with them. Fails with kUnauthenticated where the caller is valid no
  // longer, with kOverloaded where the queue is full, or half of it is of the caller's tenant, or the store
  // has stopped, and then never calls done. `before` comes between, where there is one and the change has got
  // as far as begin(); its failure is that of this function.
  Outcome<void> submit(Caller, Origin, ChangeFunction, ChangeDone, const Before& before = {});

  // Makes a change of a caller authenticated before, in memory and on a snapshot, and calls `look` with what
  // was and what would be; nothing is stored. Fails as the change would, with kTooLarge where it takes more
  // than kMostForeseen, and with what `look` fails with. Where the guard refuses it that is noted, as by
  // submit(): answers false then, `look` isn't called, and `refused` is told once the entry is on disk.
  // `between` is done before the change is made, where its rehearsal found nothing against it. Takes as long
  // as change and look do: not for a reactor.
  static constexpr std::size_t kMostForeseen = std::size_t{64} << 20;  // bytes
  Outcome<bool> foresee(Caller, Origin, const ChangeFunction&, const std::function<Outcome<void>()>& between,
                        LookAhead look, const ChangeDone& refused);

  // Whether what the tenant has and decides by, with what it has of the platform, is as it was at that
  // revision. Says no where that isn't known any more (TenantChanges).
  bool is_unchanged_since(std::uint64_t revision, const domain::Owner& tenant) const {
    return tenant_changes_->is_unchanged_since(revision, tenant);
  }

  // Queues the entries of refusals that were counted, if their minute is over; `all`: all there are, for the
  // end. To be called about once a second. Doesn't wait: what could not be appended is tried again.
  void keep_refusals(bool all);

  // The same as submit(), and waits for the writer, up to its limit; for the command line and for tests. Not
  // on the writer thread.
  Outcome<std::uint64_t> change(const Caller&, const Origin&, ChangeFunction);

  // Reeve itself, with the platform's rights: for what the configuration asks for and what the command line
  // does on this machine. Its audit entries have no actor.
  static Caller itself();

  // A new platform credential, if the store has none; it isn't stored yet, so that the caller can first write
  // it where it can be found again, and then calls keep().
  base::Result<std::optional<PlatformCredential>> first_platform_credential();

  // Stores that platform credential, or gives it that secret if it has another. Waits for the writer, up to
  // its limit.
  base::Result<void> keep(const PlatformCredential&);

  store::Store& store() const { return store_; }

  // When objects of tenants were last written.
  const ObjectChanges& object_changes() const { return *object_changes_; }

  // For what callers bring back, until the server's end.
  const crypto::Sealer& sealer() const { return sealer_; }

  // Where decisions go that tenants want logged; it must outlive every Read. Without it none are, and tenants
  // whose log is strict get no decisions. REQUIRES: nothing was read yet
  void log_decisions_to(decision_log::Log& log) { decision_log_ = &log; }

  // Where it is noted when credentials are used; it must outlive the service. Without it nobody knows.
  // REQUIRES: nothing was read yet
  void note_uses_in(KeyUses& uses) { key_uses_ = &uses; }
  const KeyUses* key_uses() const { return key_uses_; }

 private:
  struct InForce;     // catalogue and guard, replaced together
  struct ChangeTask;  // one change, on its way through the writer

  std::shared_ptr<const InForce> in_force() const;
  void put_in_force(std::shared_ptr<const InForce>);  // on the writer thread, by WriteTxn::then
  base::Result<void> follow_permissions(store::WriteTxn&);
  Outcome<void> count_refusal(ChangeTask&);
  Outcome<void> queue(const std::shared_ptr<ChangeTask>&, const ChangeDone&);
  bool queue_refusals();
  void not_kept(std::vector<domain::AuditEntry>, const base::Error& why);
  base::Result<void> tell_of_shadowed_roles() const;
  base::Result<std::uint64_t> run_own(std::string_view what, ChangeTask&);

  // Runs the change on a snapshot, and leaves in the task what came of it. Fails where the caller isn't
  // valid.
  Outcome<void> rehearse(ChangeTask&) const;

  store::Store& store_;
  const base::Clock& clock_;
  crypto::Random& random_;
  const crypto::Sealer sealer_;
  const std::chrono::milliseconds writer_limit_;
  const base::MonotonicClock& ticks_;
  const std::shared_ptr<authz::LastChanged> changes_;  // before callers_, which refer to it
  mutable CallerCache callers_;
  mutable SessionUses session_uses_;
  mutable authz::TenantPolicyCache policies_;
  mutable authz::AuthorityCache people_;
  const std::shared_ptr<EntityChanges> entity_changes_ = std::make_shared<EntityChanges>();
  const std::shared_ptr<ObjectChanges> object_changes_;
  const std::shared_ptr<TenantChanges> tenant_changes_;
  decision_log::Log* decision_log_ = nullptr;
  KeyUses* key_uses_ = nullptr;
  bool is_copy_ = false;

  Refusals refusals_;
  std::atomic<bool> keeps_refusals_ = false;  // entries of them are queued
  std::atomic<bool> at_end_ = false;          // nothing will try again to keep what can't be kept now

  mutable std::mutex mutex_;
  std::shared_ptr<const InForce> in_force_;  // protected by mutex_
};

}  // namespace api
