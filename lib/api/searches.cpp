// Every candidate is tried, in order, by the decision that a question about it alone would get:
//
//   who may view doc:7      user 0190…1  no    user 0190…2  yes    entity user:alice  yes    …
//
// Where scopes and mappings say of a few alone that they can be allowed (authz/reach.h), these are the
// candidates; else all that there are of the type. Both are in the same order, so that one page may be made
// so and the next otherwise.
//
// Of people there are two lists, the directory's and what is stored of the type `user`, which are walked side
// by side; of roles the tenant's own and those that all tenants have. The place where a page ends is a place
// in each of the lists.
#include "api/searches.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "api/parts/authorize.h"
#include "base/json.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/group.h"
#include "domain/role.h"
#include "domain/service_user.h"
#include "domain/user.h"

namespace api {
namespace {

constexpr std::size_t kAtOnce = 64;  // of a list, read in one scan

struct Candidate {
  std::string id;     // as decisions know it
  std::string shown;  // as it is answered
};

// One list of candidates, in order of their ids.
class CandidateList {
 public:
  // Reads some behind an id; from the beginning where that is empty.
  using Read = std::function<base::Result<std::vector<Candidate>>(const std::string& after)>;

  CandidateList(Read read, std::string after) : read_(std::move(read)), after_(std::move(after)) {}

  // The next one; null at the end, and where it can't be read.
  base::Result<const Candidate*> peek() {
    if (at_ < some_.size()) return &some_[at_];
    if (has_ended_) return nullptr;
    auto more = read_(some_.empty() ? after_ : some_.back().id);
    if (!more.ok()) return more.error();
    has_ended_ = more->size() < kAtOnce;
    if (!more->empty()) some_ = std::move(more).value(), at_ = 0;
    return at_ < some_.size() ? &some_[at_] : nullptr;
  }
  void pop() { after_ = some_[at_++].id; }

  const std::string& after() const { return after_; }

 private:
  const Read read_;
  std::string after_;
  std::vector<Candidate> some_;
  std::size_t at_ = 0;
  bool has_ended_ = false;
};

// Gathers what `each` calls its function with.
template <typename Item, typename Each, typename Make>
CandidateList::Read reading(Each each, Make make) {
  return [each, make](const std::string& after) -> base::Result<std::vector<Candidate>> {
    std::vector<Candidate> some;
    const auto read = each(after, [&](Item&& item) {
      some.push_back(make(std::move(item)));
      return some.size() < kAtOnce;
    });
    if (!read.ok()) return read.error();
    return some;
  };
}

// The id that a place names; null for the beginning.
template <typename Id>
struct After {
  explicit After(const std::string& text) : id(Id::parse(text)) {}
  const Id* get() const { return id ? &*id : nullptr; }
  std::optional<Id> id;
};

Candidate plain(std::string id) {
  return {id, id};
}

CandidateList::Read users(const api::Read& read, const domain::TenantId& tenant, UserIds ids) {
  return reading<domain::User>(
      [&read, tenant](const std::string& after, auto fn) {
        return domain::each_user(read.txn, tenant, After<domain::UserId>(after).get(), fn);
      },
      [ids](domain::User&& user) {
        std::string id = user.id.to_string();
        return Candidate{id, ids == UserIds::kEmail ? std::move(user.email) : id};
      });
}

CandidateList::Read service_users(const api::Read& read, const domain::TenantId& tenant) {
  return reading<domain::ServiceUser>(
      [&read, tenant](const std::string& after, auto fn) {
        return domain::each_service_user(read.txn, tenant, After<domain::ServiceUserId>(after).get(), fn);
      },
      [](domain::ServiceUser&& user) { return plain(user.id.to_string()); });
}

CandidateList::Read groups(const api::Read& read, const domain::TenantId& tenant) {
  return reading<domain::Group>(
      [&read, tenant](const std::string& after, auto fn) {
        return domain::each_group(read.txn, tenant, After<domain::GroupId>(after).get(), fn);
      },
      [](domain::Group&& group) { return plain(group.id.to_string()); });
}

CandidateList::Read roles(const api::Read& read, const domain::Owner& owner) {
  return reading<domain::Role>(
      [&read, owner](const std::string& after, auto fn) {
        return domain::each_role(read.txn, owner, after, fn);
      },
      [](domain::Role&& role) { return plain(role.slug); });
}

CandidateList::Read entities(const api::Read& read, const domain::TenantId& tenant, const std::string& type) {
  return reading<domain::StoredEntity>(
      [&read, tenant, type](const std::string& after, auto fn) {
        const EntityName name{type, after};
        return domain::each_entity(read.txn, tenant, type, after.empty() ? nullptr : &name, fn);
      },
      [](domain::StoredEntity&& entity) { return plain(std::move(entity.name.id)); });
}

// Those of these ids, sorted, of which `look` makes a candidate.
template <typename Look>
CandidateList::Read among(std::shared_ptr<const std::vector<std::string>> ids, Look look) {
  return [ids = std::move(ids), look](const std::string& after) -> base::Result<std::vector<Candidate>> {
    std::vector<Candidate> some;
    auto next = after.empty() ? ids->begin() : std::upper_bound(ids->begin(), ids->end(), after);
    for (; next != ids->end() && some.size() < kAtOnce; ++next) {
      auto candidate = look(*next);
      if (!candidate.ok()) return candidate.error();
      if (*candidate) some.push_back(*std::move(*candidate));
    }
    return some;
  };
}

using Looked = base::Result<std::optional<Candidate>>;

CandidateList::Read users_among(const api::Read& read, const domain::TenantId& tenant, UserIds form,
                                std::shared_ptr<const std::vector<std::string>> ids) {
  return among(std::move(ids), [&read, tenant, form](const std::string& id) -> Looked {
    const auto user_id = domain::user_of({std::string(domain::kUserType), id});
    if (!user_id) return std::optional<Candidate>();
    auto user = domain::get_user(read.txn, tenant, *user_id);
    if (!user.ok()) return user.error();
    if (!*user) return std::optional<Candidate>();
    return std::optional(Candidate{id, form == UserIds::kEmail ? std::move((*user)->email) : id});
  });
}

CandidateList::Read entities_among(const api::Read& read, const domain::TenantId& tenant,
                                   const std::string& type,
                                   std::shared_ptr<const std::vector<std::string>> ids) {
  return among(std::move(ids), [&read, tenant, type](const std::string& id) -> Looked {
    const EntityName name{type, id};
    if (!domain::is_valid(name)) return std::optional<Candidate>();
    const auto is_stored = domain::has_entity(read.txn, tenant, name);
    if (!is_stored.ok()) return is_stored.error();
    return *is_stored ? std::optional(plain(id)) : std::nullopt;
  });
}

CandidateList::Read tenants(const domain::TenantId& tenant) {
  return [tenant](const std::string& after) -> base::Result<std::vector<Candidate>> {
    if (!after.empty()) return std::vector<Candidate>();
    return std::vector<Candidate>{plain(tenant.to_string())};
  };
}

std::vector<CandidateList::Read> lists_of(const api::Read& read, const domain::TenantId& tenant, UserIds ids,
                                          const std::string& type) {
  if (type == domain::kUserType) return {users(read, tenant, ids), entities(read, tenant, type)};
  if (type == domain::kServiceUserType) return {service_users(read, tenant)};
  if (type == domain::kGroupType) return {groups(read, tenant)};
  if (type == domain::kRoleType) return {roles(read, tenant), roles(read, domain::Platform{})};
  if (type == domain::kTenantType) return {tenants(tenant)};
  if (!domain::is_valid(EntityName{type, "-"})) return {};
  return {entities(read, tenant, type)};
}

// The same of a few of them. REQUIRES: the type is one that Reach finds
std::vector<CandidateList::Read> lists_among(const api::Read& read, const domain::TenantId& tenant,
                                             UserIds form, const std::string& type,
                                             std::vector<std::string> some) {
  const auto ids = std::make_shared<const std::vector<std::string>>(std::move(some));
  if (type == domain::kUserType)
    return {users_among(read, tenant, form, ids), entities_among(read, tenant, type, ids)};
  if (!domain::is_valid(EntityName{type, "-"})) return {};
  return {entities_among(read, tenant, type, ids)};
}

Error bad_token() {
  return invalid("/page/token", "is not a token that this search has given");
}

// Where a page has ended: an id of each list.
std::string place_text(const std::vector<CandidateList>& lists) {
  base::JsonWriter w;
  w.begin_array();
  for (const CandidateList& list : lists) w.string(list.after());
  return w.end_array().take();
}

Outcome<std::vector<std::string>> parse_place(const std::string& text, std::size_t lists) {
  if (text.empty()) return std::vector<std::string>(lists);
  const auto json = base::parse_json(text);
  if (!json.ok() || !json->array() || json->array()->size() != lists) return bad_token();
  std::vector<std::string> places;
  for (const base::Json& place : *json->array()) {
    const std::string* const id = place.string();
    if (!id || id->size() > domain::kMaxEntityId || id->find('\0') != std::string::npos) return bad_token();
    places.push_back(*id);
  }
  return places;
}

// How long a page may go on: it tries one candidate at least.
class PageTime {
 public:
  explicit PageTime(const api::Read& read) : read_(read), begun_(read.ticks.now()) {}
  bool goes_on() {
    return std::exchange(has_begun_, true) ? read_.ticks.now() - begun_ < read_.page_limits.time : true;
  }

 private:
  const api::Read& read_;
  const std::chrono::nanoseconds begun_;
  bool has_begun_ = false;
};

Outcome<Page<EntityName>> search_entities(const api::Read& read, const domain::TenantId& tenant, UserIds ids,
                                          const Search& search, Decisions& decisions) {
  DecisionQuestion question = search.question;
  const bool is_subject = search.wanted == Search::For::kSubjects;
  EntityName& wanted = is_subject ? question.subject : question.resource;
  (is_subject ? question.subject_properties : question.resource_properties) = base::Json();

  auto sources = lists_of(read, tenant, ids, wanted.type);
  PageTime time(read);
  auto reached = decisions.within_reach(question, is_subject);
  if (!reached.ok()) return reached.error();
  if (*reached) sources = lists_among(read, tenant, ids, wanted.type, *std::move(*reached));
  const auto places = parse_place(search.after, sources.size());
  if (!places.ok()) return places.error();
  std::vector<CandidateList> lists;
  for (std::size_t i = 0; i < sources.size(); ++i) lists.emplace_back(std::move(sources[i]), (*places)[i]);

  Page<EntityName> page;
  for (;;) {
    const Candidate* next = nullptr;
    for (CandidateList& list : lists) {
      const auto here = stored(list.peek());
      if (!here.ok()) return here.error();
      if (*here && (!next || (*here)->id < next->id)) next = *here;
    }
    if (!next) return page;
    if (page.data.size() == search.limit || !time.goes_on()) {
      page.next = place_text(lists);
      return page;
    }
    const Candidate candidate = *next;
    wanted.id = candidate.id;
    const auto decided = decisions.try_candidate(question);
    if (!decided.ok()) return decided.error();
    if (*decided) page.data.push_back({wanted.type, candidate.shown});
    for (CandidateList& list : lists) {
      const auto here = stored(list.peek());
      if (here.ok() && *here && (*here)->id == candidate.id) list.pop();
    }
  }
}

Outcome<Page<EntityName>> search_actions(const api::Read& read, const Search& search, Decisions& decisions) {
  const std::vector<std::string> names = decisions.action_names();
  std::size_t at = 0;
  if (!search.after.empty()) {
    // Behind the action of that name; where it is gone, as far down as it was.
    const auto place = parse_place(search.after, 2);
    if (!place.ok()) return place.error();
    const auto found = std::find(names.begin(), names.end(), (*place)[1]);
    const std::string& number = (*place)[0];
    if (number.empty() || number.size() > 9 || number.find_first_not_of("0123456789") != std::string::npos)
      return bad_token();
    at = found != names.end() ? static_cast<std::size_t>(found - names.begin()) + 1
                              : static_cast<std::size_t>(std::stoul(number));
  }
  DecisionQuestion question = search.question;
  question.action_properties = base::Json();
  Page<EntityName> page;
  PageTime time(read);
  for (; at < names.size(); ++at) {
    if (page.data.size() == search.limit || !time.goes_on()) {
      base::JsonWriter w;
      w.begin_array().string(std::to_string(at)).string(names[at - 1]).end_array();
      page.next = w.take();
      return page;
    }
    question.action = names[at];
    const auto decided = decisions.try_candidate(question);
    if (!decided.ok()) return decided.error();
    if (*decided) page.data.push_back({"", names[at]});
  }
  return page;
}

}  // namespace

Outcome<Page<EntityName>> search(const Read& read, const domain::TenantId& tenant, UserIds ids,
                                 const Search& search) {
  const auto authorized = authorize(read, on_tenant(op::search, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto decisions = Decisions::begin(read, tenant, ids, Decisions::Haste::kNone);
  if (!decisions.ok()) return decisions.error();
  return search.wanted == Search::For::kActions ? search_actions(read, search, **decisions)
                                                : search_entities(read, tenant, ids, search, **decisions);
}

}  // namespace api
