// Many rows by one call: what becomes of each, that all are judged by what was there before, and that one
// that is refused refuses all.
#include "api/mapping_batch.h"
#include "api/member_batch.h"

#include <functional>

#include "api/audit.h"
#include "api/members.h"
#include "domain/membership.h"
#include "tests/support/api_world.h"
#include "tests/support/ticking_clock.h"

namespace {

using C = api::Change;
using api::IfUnknown;

// However slow the machine, a thousand rows take no time.
const TickingClock kStopped(std::chrono::nanoseconds(0));

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.admin(acme);
  domain::UserId ann = world.add_user(acme, "ann"), bob = world.add_user(acme, "bob");
  domain::UserId cyd = world.add_user(acme, "cyd"), theirs = world.add_user(world.globex(), "dee");
  domain::GroupId team = world.add_group(acme, "Team");
  const domain::UserId nobody{base::Uuid::parse("0190ffff-0000-7000-8000-00000000ffff").value()};

  explicit Scene(const base::MonotonicClock& ticks = kStopped) : world(ticks) {
    world.add_role(acme, "lead", {"group:get", "group:update"});
    world.add_role(acme, "small", {"group:get"});
    world.add_member(acme, team, ann);
  }

  api::Outcome<std::vector<api::AddedMember>> add(const std::vector<api::GivenMember>& given,
                                                  IfUnknown if_unknown, const api::Caller& caller) {
    return world.change(caller, [&](C& c) { return api::add_members(c, acme, team, given, if_unknown); });
  }
  api::Outcome<api::ChangedMappings> change(const api::MappingBatch& batch, IfUnknown if_unknown,
                                            const api::Caller& caller) {
    return world.change(caller, [&](C& c) { return api::change_mappings(c, acme, batch, if_unknown); });
  }
  domain::Mapping make(const api::NewRoleMapping& given) {
    return ApiWorld::must(
        world.change(world.platform(), [&](C& c) { return api::create_mapping(c, acme, given); }));
  }
  std::size_t members() {
    return ApiWorld::must(world.read(admin,
                                     [&](const api::Read& r) {
                                       return api::list_members(r, acme, team, {0, ""});
                                     }))
        .data.size();
  }
  std::size_t mappings() {
    return ApiWorld::must(world.read(admin,
                                     [&](const api::Read& r) {
                                       return api::list_mappings(r, acme, {}, {0, ""});
                                     }))
        .data.size();
  }
  std::size_t entries(const std::string& action) {
    domain::AuditFilter filter;
    filter.action = action;
    return ApiWorld::must(world.read(admin,
                                     [&](const api::Read& r) {
                                       return api::list_audit(r, acme, filter, {200, ""});
                                     }))
        .data.size();
  }
};

std::string outcomes(const std::vector<api::AddedMember>& rows) {
  std::string text;
  for (const api::AddedMember& row : rows) text += std::string(name_of(row.outcome)) + " ";
  return text;
}
std::string outcomes(const std::vector<api::MappingRow>& rows) {
  std::string text;
  for (const api::MappingRow& row : rows) text += std::string(name_of(row.outcome)) + " ";
  return text;
}

api::GivenMember by(const domain::UserId& user) {
  return {user, {}};
}
api::GivenMember by(const char* email) {
  return {{}, email};
}

}  // namespace

TEST_CASE("batches: a pasted list says who is new, who is known and who isn't there", "[api][batches]") {
  Scene s;
  const std::vector<api::GivenMember> list = {
      by("ann@example.org"), by("BOB@Example.org"), by("x@example.org"), by(s.cyd),   by("cyd@example.org"),
      by(s.theirs),          by("y@example.org"),   by(s.nobody),        by(s.nobody)};
  const std::string unknown = to_text(s.add(list, IfUnknown::kRefuse, s.admin));
  CHECK(unknown.ends_with(
      " | /members/2/email: `x@example.org` is nobody's | /members/5/user_id: " + s.theirs.to_string() +
      " is no user | /members/6/email: `y@example.org` is nobody's | /members/7/user_id: " +
      s.nobody.to_string() + " is no user | /members/8/user_id: " + s.nobody.to_string() + " is no user"));
  CHECK(s.members() == 1);
  const auto before = s.entries("member:add");
  const auto added = ApiWorld::must(s.add(list, IfUnknown::kSkip, s.admin));
  CHECK(outcomes(added) == "known new unknown new known unknown unknown unknown unknown ");
  CHECK(added[1].user->id == s.bob);
  CHECK(s.members() == 3);
  CHECK(s.entries("member:add") == before + 2);
  // Again it changes nothing.
  const auto revision = s.world.service().store().revision();
  CHECK(outcomes(ApiWorld::must(s.add({by(s.bob), by(s.cyd)}, IfUnknown::kRefuse, s.admin))) ==
        "known known ");
  CHECK(s.world.service().store().revision() == revision);
}

TEST_CASE("batches: people are added by those who may add each of them", "[api][batches]") {
  Scene s;
  s.world.add_role(s.acme, "strong", {"group:delete"});
  s.world.map_group(s.acme, s.team, "strong");
  const auto keeper = s.world.caller(s.acme, {"group:delete", "group:update"});
  CHECK(outcomes(ApiWorld::must(s.add({by(s.bob)}, IfUnknown::kSkip, keeper))) == "new ");
  // Whoever may not list people doesn't find out whose addresses are known.
  for (const char* const email : {"cyd@example.org", "nobody@example.org"})
    CHECK(to_text(s.add({by(email)}, IfUnknown::kSkip, keeper)).starts_with("forbidden: user:list"));
  const auto weak = s.world.caller(s.acme, {"group:update", "organization:get"});
  const std::string refused = to_text(s.add({by(s.cyd), by(s.bob)}, IfUnknown::kSkip, weak));
  CHECK(refused.starts_with("forbidden: member:add: not allowed | /members/0: member:add: not allowed"));
  CHECK(refused.ends_with("You can't give permissions that you don't hold yourself."));
  for (const auto& row : {by("nobody@example.org"), by(s.nobody)})
    CHECK(to_text(s.add({row}, IfUnknown::kSkip, s.world.caller(s.acme, {"organization:get"})))
              .starts_with("forbidden: member:add"));
  // A policy of one person's refuses all.
  s.world.add_policies(
      "@id(\"not-cyd\") forbid (principal, action == Action::\"member:add\", resource) when { "
      "context.proposed has user && context.proposed.user == User::\"" +
      s.cyd.to_string() + "\" };");
  CHECK(to_text(s.add({by(s.ann), by(s.cyd)}, IfUnknown::kSkip, s.admin)).find("/members/1: ") !=
        std::string::npos);
  CHECK(s.members() == 2);
}

TEST_CASE("batches: from 1 to a thousand rows, each with one name", "[api][batches]") {
  Scene s;
  CHECK(to_text(s.add({}, IfUnknown::kSkip, s.admin)).ends_with("/members: must have 1 to 1000 rows"));
  const std::vector<api::GivenMember> most(api::kMostInBatch, by(s.bob));
  CHECK(outcomes(ApiWorld::must(s.add(most, IfUnknown::kSkip, s.admin))).starts_with("new known known "));
  auto more = most;
  more.push_back(by(s.cyd));
  CHECK(to_text(s.add(more, IfUnknown::kSkip, s.admin)).ends_with("/members: must have 1 to 1000 rows"));
  CHECK(to_text(s.add({{}, {s.bob, "x@y"}}, IfUnknown::kSkip, s.admin))
            .ends_with(
                " | /members/0: must have either user_id or email | /members/1: must have either user_id "
                "or email"));
  CHECK(outcomes(ApiWorld::must(s.add({by(std::string(255, 'x').c_str())}, IfUnknown::kSkip, s.admin))) ==
        "unknown ");
  api::MappingBatch batch;
  CHECK(to_text(s.change(batch, IfUnknown::kSkip, s.admin)) ==
        "invalid_input: body: must have 1 to 1000 rows in all | : must have 1 to 1000 rows in all");
  batch.remove.resize(api::kMostInBatch + 1);
  CHECK(to_text(s.change(batch, IfUnknown::kSkip, s.admin)) ==
        "invalid_input: body: must have 1 to 1000 rows in all | : must have 1 to 1000 rows in all");
}

TEST_CASE("batches: mappings are made, changed and removed in one change", "[api][batches]") {
  Scene s;
  const base::Timestamp soon{s.world.now().ms + 1'000}, later{s.world.now().ms + 9'000};
  const auto held = s.make({"lead", s.ann, "", {}, soon, {}, {}});
  const auto gone = s.make({"small", s.bob, "Folder:7", {}, {}, {}, {}});
  const auto same = s.make({"small", s.team, "", {}, {}, "x", {}});
  api::MappingBatch batch;
  batch.create = {{"lead", s.bob, "", {}, later, "on call", {}},
                  {"small", s.team, "", {}, {}, {}, {}},
                  {"lead", s.bob, "", {}, later, "on call", {}},
                  {"lead", s.theirs, "", {}, {}, {}, {}},
                  {"none", s.bob, "", {}, {}, {}, {}}};
  batch.update = {{held.id, {{}, later, {}}},
                  {same.id, {{}, {}, "x"}},
                  {domain::MappingId(s.nobody.uuid()), {{}, {}, "y"}}};
  batch.remove = {gone.id, domain::MappingId(s.acme.uuid())};
  const std::string wrong = to_text(s.change(batch, IfUnknown::kRefuse, s.admin));
  CHECK_THAT(wrong, Catch::Matchers::Contains(" | /create/3/principal: there is no user:" +
                                              s.theirs.to_string() + " | /create/4/role: `none` is no role"));
  CHECK_THAT(wrong, Catch::Matchers::Contains(" | /update/2: mapping " + s.nobody.to_string() +
                                              ": not found | /delete/1: mapping " + s.acme.to_string()));
  CHECK(s.mappings() == 3);
  const auto revision = s.world.service().store().revision();
  const auto changed = ApiWorld::must(s.change(batch, IfUnknown::kSkip, s.admin));
  CHECK(outcomes(changed.create) == "new known known unknown unknown ");
  CHECK(outcomes(changed.update) == "changed known unknown ");
  CHECK(outcomes(changed.remove) == "deleted unknown ");
  CHECK(changed.create[0].view->mapping.expires_at == later);
  CHECK(changed.create[0].view->mapping.reason == "on call");
  REQUIRE(changed.create[2].view);  // the one that the first has made
  CHECK(changed.create[2].view->mapping == changed.create[0].view->mapping);
  CHECK(changed.update[0].view->mapping.expires_at == later);
  CHECK(changed.remove[0].view->mapping.id == gone.id);
  CHECK(s.world.service().store().revision() == revision + 1);
  CHECK(s.mappings() == 3);
}

TEST_CASE("batches: what is wrong with rows is told of each, and nothing is done", "[api][batches]") {
  Scene s;
  const base::Timestamp soon{s.world.now().ms + 1'000}, past{s.world.now().ms};
  const auto held = s.make({"lead", s.ann, "", {}, soon, {}, {}});
  api::MappingBatch batch;
  batch.create = {{"lead", s.ann, "", {}, {}, {}, {}},  // with other times
                  {"small", s.ann, "", {}, soon, {}, {}},
                  {"small", s.ann, "", {}, {}, {}, {}}};  // twice, with other times
  batch.update = {{held.id, {{}, {}, "x"}}, {held.id, {{}, {}, "y"}}};
  batch.remove = {held.id};
  const std::string told = to_text(s.change(batch, IfUnknown::kSkip, s.admin));
  CHECK(told.ends_with(
      " | /create/0: is there already, with other times: change it by its id, " + held.id.to_string() +
      " | /create/2: is what /create/1 is, with other times | /update/1/id: is named twice | "
      "/delete/0: is named twice"));
  batch = {};
  batch.create = {{"lead", s.ann, "x\n:y", {}, past, {}, {}}};
  batch.update = {{held.id, {{}, past, {}}}};
  CHECK(to_text(s.change(batch, IfUnknown::kSkip, s.admin))
            .ends_with(
                " | /create/0/resource: must not have control characters | /create/0/expires_at: must lie "
                "in the future | /update/0/expires_at: must lie in the future"));
  batch = {};
  batch.update = {{held.id, {soon, {}, {}}}};
  CHECK(to_text(s.change(batch, IfUnknown::kSkip, s.admin))
            .ends_with(" | /update/0/expires_at: must be later than valid_from"));
  // A row that stands before in the list says the same in all, or one of the two would be lost.
  const base::Json noted = base::parse_json(R"({"ticket":7})").value();
  batch = {};
  batch.create = {{"small", s.ann, "", {}, {}, "audit", {}},
                  {"small", s.ann, "", {}, {}, "on call", {}},
                  {"small", s.ann, "", {}, {}, {}, {}},
                  {"small", s.ann, "", {}, {}, "audit", "T"},
                  {"small", s.ann, "", {}, {}, "audit", {}, noted},
                  {"small", s.ann, "", {}, {}, "audit", {}}};
  CHECK_THAT(
      to_text(s.change(batch, IfUnknown::kSkip, s.admin)),
      Catch::Matchers::EndsWith(
          " | /create/1: is what /create/0 is, with another reason | /create/2: is what /create/0 is, with "
          "another reason | /create/3: is what /create/0 is, with another title | /create/4: is what "
          "/create/0 is, with other metadata"));
  CHECK(s.mappings() == 1);
  // Of very many mistakes a hundred are told.
  batch = {};
  batch.create.resize(api::kMostInBatch, {"none", s.ann, "", {}, {}, {}, {}});
  const std::string many = to_text(s.change(batch, IfUnknown::kRefuse, s.admin));
  CHECK(many.ends_with(" | : and 900 more mistakes, which are not listed"));
}

TEST_CASE("batches: no row makes another possible, and one that is refused refuses all", "[api][batches]") {
  Scene s;
  const auto weak = s.world.caller(s.acme, {"organization:policymanage", "organization:get", "group:get"});
  const auto mine = s.make({"small", s.bob, "", {}, {}, {}, {}});
  api::MappingBatch batch;
  batch.create = {{"small", s.ann, "", {}, {}, {}, {}}, {"lead", s.ann, "", {}, {}, {}, {}}};
  batch.remove = {mine.id};
  const std::string refused = to_text(s.change(batch, IfUnknown::kSkip, weak));
  CHECK(
      refused.starts_with("forbidden: mapping:create: not allowed | /create/1: mapping:create: not allowed"));
  CHECK(s.mappings() == 1);
  // A caller who comes to hold a role by one row gives it by none of the others.
  const auto login = s.world.login(s.acme, s.cyd);
  s.world.add_role(s.acme, "giver", {"organization:policymanage", "organization:get"});
  s.make({"giver", s.cyd, "", {}, {}, {}, {}});
  batch = {};
  batch.create = {{"giver", s.ann, "", {}, {}, {}, {}}, {"small", s.bob, "a:b", {}, {}, {}, {}}};
  batch.remove = {mine.id};
  CHECK(to_text(s.change(batch, IfUnknown::kSkip, login))
            .starts_with("forbidden: mapping:create: not allowed | /create/1"));
}

TEST_CASE("batches: quotas count all rows together", "[api][batches]") {
  Scene s;
  domain::QuotaLimits limits = domain::kNoLimits;
  limits[domain::Quota::kMemberships] = 2;
  s.world.set_quotas(limits);
  CHECK(to_text(s.add({by(s.bob), by(s.cyd)}, IfUnknown::kSkip, s.admin)).starts_with("quota_exceeded: "));
  CHECK(s.members() == 1);
  CHECK(outcomes(ApiWorld::must(s.add({by(s.bob), by(s.ann)}, IfUnknown::kSkip, s.admin))) == "new known ");
}

TEST_CASE("batches: what would hold up the writer is refused, whole", "[api][batches]") {
  const TickingClock ticks(std::chrono::milliseconds(1));  // for each row, once when it is looked at
  Scene s(ticks);
  struct Row {
    std::size_t rows;
    bool is_done;
  };
  // A rehearsal has half a second, the writer 300 ms for looking at rows and for writing them.
  for (const Row& row : {Row{120, true}, {180, false}, {400, false}, {600, false}}) {
    INFO(row.rows);
    std::vector<api::GivenMember> people;
    api::MappingBatch batch;
    for (std::size_t n = 0; n < row.rows; ++n) {
      const auto user = s.world.add_user(s.acme, "u" + std::to_string(row.rows) + "-" + std::to_string(n));
      people.push_back(by(user));
      batch.create.push_back({"small", user, "", {}, {}, {}, {}});
    }
    const std::string wanted = row.is_done ? "ok"
                                           : "too_large: " + std::to_string(row.rows) +
                                                 " rows take too long at once; send fewer in one call";
    const auto members = s.members(), mappings = s.mappings();
    CHECK(to_text(s.add(people, IfUnknown::kSkip, s.admin)) == wanted);
    CHECK(to_text(s.change(batch, IfUnknown::kSkip, s.admin)) == wanted);
    CHECK(s.members() == members + (row.is_done ? row.rows : 0));
    CHECK(s.mappings() == mappings + (row.is_done ? row.rows : 0));
  }
}

TEST_CASE("batches: roles that rows share are asked about as each row names them", "[api][batches]") {
  Scene s;
  // More roles than are kept, each of which gives something else.
  const auto weak = s.world.caller(s.acme, {"organization:policymanage", "organization:get", "group:get"});
  api::MappingBatch batch;
  for (int n = 0; n < 240; ++n) {
    const std::string slug = "r" + std::to_string(n % 120);
    if (n < 120) s.world.add_role(s.acme, slug, {"group:get"});
    batch.create.push_back({slug, n < 120 ? s.ann : s.bob, "", {}, {}, {}, {}});
  }
  s.world.add_role(s.acme, "strong", {"group:delete"});
  const auto done = ApiWorld::must(s.change(batch, IfUnknown::kRefuse, weak));
  for (std::size_t n = 0; n < batch.create.size(); ++n) {
    CHECK(done.create[n].outcome == api::RowOutcome::kNew);
    CHECK(done.create[n].view->role == batch.create[n].role);
    CHECK(done.create[n].view->mapping.principal == batch.create[n].principal);
  }
  batch.create = {{"r1", s.cyd, "", {}, {}, {}, {}}, {"strong", s.cyd, "", {}, {}, {}, {}}};
  CHECK(to_text(s.change(batch, IfUnknown::kRefuse, weak)).find("/create/1: ") != std::string::npos);
}
