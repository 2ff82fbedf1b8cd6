// Three passes over the rows, of which a rehearsal makes the first two:
//
//   plan     each row is looked up, and asked of the guard as its own call asks it
//   begin    the change, with as many mappings as are new
//   write    removals first, then updates, then what is made
//
// So a row is judged by what was there before all of them: none makes another possible, nor impossible. What
// rows have in common, such as what a role gives, is looked up once.
#include "api/mapping_batch.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "api/parts/change_time.h"
#include "api/parts/mapping_plans.h"
#include "api/parts/mapping_views.h"
#include "api/parts/row_errors.h"
#include "base/nearest.h"
#include "domain/pending_deletion.h"

namespace api {
namespace {

std::string place(const char* list, std::size_t at) {
  return std::string("/") + list + "/" + std::to_string(at);
}

// In what a row differs from another of the same mapping; "" where both ask for the same.
std::string_view difference(const NewRoleMapping& row, const NewRoleMapping& other) {
  if (row.valid_from != other.valid_from || row.expires_at != other.expires_at) return "other times";
  if (row.reason != other.reason) return "another reason";
  if (row.title != other.title) return "another title";
  return row.metadata == other.metadata ? "" : "other metadata";
}

// Whether the row's own call would say that it names what isn't there.
bool is_unknown(Code code) {
  return code == Code::kNotFound || code == Code::kInvalidInput;
}

class Batch {
 public:
  Batch(Change& change, const domain::TenantId& tenant, const MappingBatch& batch, IfUnknown if_unknown)
      : change_(change),
        tenant_(tenant),
        batch_(batch),
        if_unknown_(if_unknown),
        time_(change),
        plans_(change, tenant),
        views_(change, tenant) {}

  Outcome<ChangedMappings> run() {
    auto leftovers = stored(domain::Leftovers::of(change_.txn, tenant_));
    if (!leftovers.ok()) return leftovers.error();
    leftovers_ = std::move(leftovers).value();
    changed_.create.resize(batch_.create.size());
    changed_.update.resize(batch_.update.size());
    changed_.remove.resize(batch_.remove.size());
    if (auto planned = plan(); !planned.ok()) return planned.error();
    if (auto wrong = errors_.error()) return *std::move(wrong);
    if (auto begun = begin(); !begun.ok()) return begun.error();
    if (auto written = write(); !written.ok()) return written.error();
    return std::move(changed_);
  }

 private:
  Outcome<void> plan() {
    const auto each = [&](std::size_t rows, Outcome<void> (Batch::*plan_row)(std::size_t)) -> Outcome<void> {
      for (std::size_t i = 0; i < rows; ++i) {
        if (time_.is_over()) return takes_too_long(batch_.size());
        if (auto planned = (this->*plan_row)(i); !planned.ok()) return planned;
      }
      return {};
    };
    if (auto done = each(batch_.create.size(), &Batch::plan_create); !done.ok()) return done;
    if (auto done = each(batch_.update.size(), &Batch::plan_update); !done.ok()) return done;
    return each(batch_.remove.size(), &Batch::plan_remove);
  }

  // What becomes of a row whose plan failed; an error refuses all.
  Outcome<void> look_at(const std::string& row, Error error) {
    if (!is_unknown(error.code)) return in_row(row, std::move(error));
    if (if_unknown_ == IfUnknown::kRefuse) errors_.add(row, error);
    return {};
  }

  Outcome<void> plan_create(std::size_t i) {
    const std::string row = place("create", i);
    const Guess guess = guesses_ < base::kGuessesOfRequest ? Guess::kYes : Guess::kNo;
    auto planned = plans_.create(batch_.create[i], guess);
    if (!planned.ok()) ++guesses_;
    if (!planned.ok()) return look_at(row, std::move(planned).error());
    MappingRow& shown = changed_.create[i];
    const domain::MappingKey key{planned->mapping.principal, planned->role.id, planned->mapping.resource};
    const auto [twin, is_first] = made_.try_emplace(key, i);
    if (!is_first) {
      const std::string_view other = difference(batch_.create[i], batch_.create[twin->second]);
      if (!other.empty()) {
        errors_.add(row, "is what " + place("create", twin->second) + " is, with " + std::string(other));
        return {};
      }
    }
    if (planned->is_there_already()) {
      shown.outcome = RowOutcome::kKnown;
      return show(shown, *planned->there);
    }
    if (planned->there) {
      errors_.add(
          row, "is there already, with other times: change it by its id, " + planned->there->id.to_string());
      return {};
    }
    if (!is_first) {
      shown.outcome = RowOutcome::kKnown;
      repeated_.emplace_back(i, twin->second);
      return {};
    }
    const auto left = stored(leftovers_->has(key.principal, key.role, key.resource));
    if (!left.ok()) return left.error();
    if (*left) {
      errors_.add(row, "is on what is still being deleted; try again shortly");
      return {};
    }
    shown.outcome = RowOutcome::kNew;
    creations_.emplace_back(i, std::move(planned).value());
    return {};
  }

  Outcome<void> plan_update(std::size_t i) {
    const std::string row = place("update", i);
    const MappingBatch::Update& update = batch_.update[i];
    if (!ids_.insert(update.id).second) {
      errors_.add(row + "/id", "is named twice");
      return {};
    }
    auto planned = plans_.update(update.id, update.patch, {});
    if (!planned.ok() && planned.error().code == Code::kInvalidInput) {
      errors_.add(row, planned.error());
      return {};
    }
    if (!planned.ok()) return look_at(row, std::move(planned).error());
    MappingRow& shown = changed_.update[i];
    if (planned->is_none()) {
      shown.outcome = RowOutcome::kKnown;
      return show(shown, planned->before);
    }
    shown.outcome = RowOutcome::kChanged;
    updates_.emplace_back(i, std::move(planned).value());
    return {};
  }

  Outcome<void> plan_remove(std::size_t i) {
    const std::string row = place("delete", i);
    const domain::MappingId& id = batch_.remove[i];
    if (!ids_.insert(id).second) {
      errors_.add(row, "is named twice");
      return {};
    }
    auto planned = plans_.remove(id, {});
    if (!planned.ok()) return look_at(row, std::move(planned).error());
    MappingRow& shown = changed_.remove[i];
    shown.outcome = RowOutcome::kDeleted;
    if (auto done = show(shown, planned->mapping); !done.ok()) return done;
    removals_.push_back(std::move(planned).value());
    return {};
  }

  Outcome<void> show(MappingRow& row, const domain::Mapping& mapping) {
    auto view = views_.view(mapping);
    if (!view.ok()) return view.error();
    row.view = std::move(view).value();
    return {};
  }

  Outcome<void> begin() {
    if (creations_.empty() && updates_.empty() && removals_.empty()) return {};
    if (creations_.empty() && updates_.empty()) return change_.begin_removal();
    if (creations_.empty()) return change_.begin(tenant_);
    return change_.begin(tenant_, {{domain::Quota::kMappings, creations_.size()}});
  }

  Outcome<void> write() {
    for (const MappingRemoval& removal : removals_) {
      if (time_.is_over()) return takes_too_long(batch_.size());
      if (auto done = carry_out(change_, removal); !done.ok()) return done;
    }
    for (const auto& [i, update] : updates_) {
      if (time_.is_over()) return takes_too_long(batch_.size());
      const auto after = carry_out(change_, update);
      if (!after.ok()) return after.error();
      if (auto done = show(changed_.update[i], *after); !done.ok()) return done;
    }
    for (const auto& [i, creation] : creations_) {
      if (time_.is_over()) return takes_too_long(batch_.size());
      const auto made = carry_out(change_, creation);
      if (!made.ok()) return made.error();
      if (auto done = show(changed_.create[i], *made); !done.ok()) return done;
    }
    for (const auto& [i, first] : repeated_) changed_.create[i].view = changed_.create[first].view;
    return {};
  }

  Change& change_;
  const domain::TenantId& tenant_;
  const MappingBatch& batch_;
  const IfUnknown if_unknown_;
  const ChangeTime time_;
  MappingPlans plans_;
  MappingViews views_;
  std::optional<domain::Leftovers> leftovers_;
  RowErrors errors_;
  std::size_t guesses_ = 0;
  ChangedMappings changed_;
  std::map<domain::MappingKey, std::size_t> made_;
  std::vector<std::pair<std::size_t, std::size_t>> repeated_;  // a row, and the one that makes its mapping
  std::set<domain::MappingId> ids_;
  std::vector<std::pair<std::size_t, MappingCreation>> creations_;
  std::vector<std::pair<std::size_t, MappingUpdate>> updates_;
  std::vector<MappingRemoval> removals_;
};

}  // namespace

std::optional<Error> check(const MappingBatch& batch, base::Timestamp now) {
  RowErrors errors;
  if (batch.size() == 0 || batch.size() > kMostInBatch)
    errors.add("", "must have 1 to " + std::to_string(kMostInBatch) + " rows in all");
  for (std::size_t i = 0; i < batch.create.size(); ++i)
    if (const auto wrong = check(batch.create[i], now)) errors.add(place("create", i), *wrong);
  for (std::size_t i = 0; i < batch.update.size(); ++i)
    if (const auto wrong = check(batch.update[i].patch, now)) errors.add(place("update", i), *wrong);
  return errors.error();
}

Outcome<ChangedMappings> change_mappings(Change& change, const domain::TenantId& tenant,
                                         const MappingBatch& batch, IfUnknown if_unknown) {
  if (auto wrong = check(batch, change.now)) return *std::move(wrong);
  return Batch(change, tenant, batch, if_unknown).run();
}

}  // namespace api
