// A read of another time is made of today's: the store as it was lies over the snapshot (store/history.h),
// and whatever is remembered of the store between requests is left out, but for compiled policies, which are
// kept under the revision that made them. Today's read stays beside it, since rights are those of now:
//
//   today   snapshot 812, now, catalogue, guard, caller       asked by authorize()
//   then    the same as of 640, at the moment, catalogue of then, caller     read by everything else
#include "api/history.h"

#include <string>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/catalogue_then.h"
#include "domain/tenant.h"
#include "store/history.h"

namespace api {
namespace {

Error gone(const std::string& why, const std::optional<base::Timestamp>& since) {
  Error gone = error(Code::kGone, "at: " + why);
  if (since) gone.details = {{"since", "\"" + to_string(*since) + "\""}};
  return gone;
}

// Or why that can't be said.
Error not_kept(const store::ReadTxn& txn) {
  const auto kept = stored(store::history_kept(txn));
  if (!kept.ok()) return kept.error();
  if (!kept->since) return gone("nothing is kept of what was before now", {});
  return gone("what was is kept since " + to_string(*kept->since), kept->since);
}

// The revision to show; nothing: that of the snapshot, as it is.
Outcome<std::optional<store::Revision>> revision_of(const Read& today, const Moment& moment) {
  using Found = std::optional<store::Revision>;
  if (moment.revision) {
    if (*moment.revision > today.txn.revision())
      return invalid("cursor", "is not a cursor that this list has given");
    if (*moment.revision == today.txn.revision() && moment.time >= today.now) return Found();
    return Found(*moment.revision);
  }
  if (moment.time >= today.now) return Found();
  const auto revision = stored(store::revision_at(today.txn, moment.time));
  if (!revision.ok()) return revision.error();
  if (*revision) return Found(**revision);
  return not_kept(today.txn);
}

Outcome<store::ReadTxn> as_of(const Read& today, store::Revision revision, std::size_t most) {
  const bool are_few = today.txn.revision() - revision <= most;
  auto past = are_few ? store::as_of(today.txn, revision)
                      : base::Result<store::ReadTxn>(base::Error{base::ErrorCode::kFull, "too many changes"});
  if (past.ok()) return std::move(past).value();
  if (past.error().code == base::ErrorCode::kNotFound) return not_kept(today.txn);
  if (past.error().code == base::ErrorCode::kFull)
    return gone("too much was changed since, more than " + std::to_string(most) + " changes or " +
                    std::to_string(store::kMostBytesBack >> 20U) + " MiB; ask about a later time",
                {});
  return from_store(past.error());
}

Outcome<void> call(const Read& today, const domain::TenantId& tenant, const store::ReadTxn& txn,
                   base::Timestamp moment, base::FunctionRef<void(const Read&)> fn) {
  const auto there = stored(domain::get_tenant(txn, tenant));
  if (!there.ok()) return there.error();
  if (!*there)
    return error(Code::kNotFound, "tenant " + tenant.to_string() + ": was not there at " + to_string(moment));
  auto catalogue = stored(catalogue_then(txn, today.catalogue));
  if (!catalogue.ok()) return catalogue.error();
  fn(seen_otherwise(today, txn, moment, std::move(catalogue).value()));
  return {};
}

}  // namespace

Outcome<void> read_at(const Read& today, const domain::TenantId& tenant, const Moment& moment,
                      base::FunctionRef<void(const Read&)> fn, std::size_t most) {
  const auto authorized = authorize(today, on_tenant(op::read_history, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto revision = revision_of(today, moment);
  if (!revision.ok()) return revision.error();
  if (!*revision) return call(today, tenant, today.txn, moment.time, fn);
  const auto past = as_of(today, **revision, most);
  if (!past.ok()) return past.error();
  return call(today, tenant, *past, moment.time, fn);
}

}  // namespace api
