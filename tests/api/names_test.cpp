#include <string>

#include "api/platform_credentials.h"
#include "api/service_users.h"
#include "domain/group.h"
#include "domain/role.h"
#include "domain/tenant.h"
#include "domain/user.h"
#include "tests/support/api_world.h"
#include "tests/support/catch.h"

namespace {

using C = api::Change;

const std::string kHidden = "user\u202Egpj";
const std::string kRefused = "U+202E, a bidirectional control, at character 5";

std::string refused(const std::string& field) {
  return "invalid_input: " + field + ": must not have " + kRefused + " | /" + field + ": must not have " +
         kRefused;
}

}  // namespace

TEST_CASE("names: what isn't seen is refused wherever a name is new", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto as = [&](const api::Caller& caller, auto operation) {
    return to_text(world.change(caller, operation));
  };
  const auto& acme = world.acme();
  const auto ann = world.add_user(acme, "ann");
  const auto ops = world.add_group(acme, "Ops");
  world.add_role(acme, "lead", {"group:get"});

  CHECK(as(admin, [&](C& c) { return api::create_group(c, acme, {kHidden, {}, {}}); }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::update_group(c, acme, ops, {kHidden, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_group(c, acme, {"n", kHidden, {}});
        }) == refused("description"));
  CHECK(as(admin, [&](C& c) { return api::create_user(c, acme, {"a@b", kHidden, {}}); }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_user(c, acme, {kHidden + "@b", "n", {}});
        }) == refused("email"));
  CHECK(as(admin, [&](C& c) {
          return api::update_user(c, acme, ann, {kHidden, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_role(c, acme, {"x", kHidden, {}, {}});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::update_role(c, acme, "lead", {kHidden, {}, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_or_replace_role(c, acme, {"lead", kHidden, {}, {"group:get"}, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          return api::create_or_replace_role(c, acme, {"new", kHidden, {}, {"group:get"}, {}}, {});
        }) == refused("name"));
  CHECK(as(admin, [&](C& c) {
          api::NewServiceUser given;
          given.title = kHidden;
          return api::create_service_user(c, acme, given);
        }) == refused("title"));
  CHECK(as(world.platform(), [&](C& c) {
          api::NewTenant given;
          given.name = kHidden;
          return api::create_tenant(c, given);
        }) == refused("name"));
  CHECK(as(world.platform(), [&](C& c) {
          api::TenantPatch patch;
          patch.name = kHidden;
          return api::update_tenant(c, acme, patch, {});
        }) == refused("name"));
  CHECK(as(world.platform(), [&](C& c) { return api::create_platform_credential(c, kHidden); }) ==
        refused("name"));
  for (const std::string blank : {"\u3000", "\u00A0 ", "\u2003"})
    CHECK(
        as(admin,
           [&](C& c) {
             return api::create_group(c, acme, {blank, {}, {}});
           }) ==
        "invalid_input: name: must have a character that can be seen | /name: must have a character that can "
        "be seen");
}

TEST_CASE("names: one that stands for too many characters is refused", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto made = [&](int count, const char* what) {
    std::string name;
    for (int i = 0; i < count; ++i) name += what;
    return to_text(world.change(admin, [&](C& c) {
      return api::create_group(c, world.acme(), {name, {}, {}});
    }));
  };
  CHECK(made(22, "\uFDFA") == "ok");  // 396
  CHECK(
      made(23, "\uFDFA") ==
      "invalid_input: name: is compared as a text of 414 characters, and may be one of 400: write out the "
      "characters that stand for several | /name: is compared as a text of 414 characters, and may be one of "
      "400: write out the characters that stand for several");
  CHECK(made(200, "\uFB01") == "ok");  // "fi" each
  CHECK(to_text(world.change(admin, [&](C& c) {
          return api::create_user(c, world.acme(), {"ann\u00A0@x.example", "Ann", {}});
        })).starts_with("invalid_input: email: must be an e-mail address"));
}

TEST_CASE("names: one of before that can't be seen at all may be sent again", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto ops = world.add_group(world.acme(), "Ops");
  const std::string unseen = "\u200B";
  ApiWorld::must(world.change(world.platform(), [&](C& c) -> api::Outcome<void> {
    if (auto begun = c.begin(world.acme()); !begun.ok()) return begun.error();
    auto group = domain::get_group(c.txn, world.acme(), ops);
    group.value()->name = unseen;
    REQUIRE(domain::put_group(c.write, *group.value()).ok());
    return {};
  }));
  const auto renamed = [&](const std::string& name) {
    return to_text(world.change(admin, [&](C& c) {
      return api::update_group(c, world.acme(), ops, {name, "d"}, {});
    }));
  };
  CHECK(renamed(unseen) == "ok");
  CHECK(renamed("\u00A0") != "ok");
}

TEST_CASE("names: one of before may be sent again with other changes", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto& acme = world.acme();
  const auto ann = world.add_user(acme, "ann");
  const auto ops = world.add_group(acme, "Ops");
  world.add_role(acme, "lead", {"group:get"});
  ApiWorld::must(world.change(world.platform(), [&](C& c) -> api::Outcome<void> {
    if (auto begun = c.begin(acme); !begun.ok()) return begun.error();
    auto group = domain::get_group(c.txn, acme, ops);
    group.value()->name = kHidden;
    auto user = domain::get_user(c.txn, acme, ann);
    user.value()->name = kHidden;
    auto role = domain::find_role(c.txn, acme, "lead");
    role.value()->name = kHidden;
    auto tenant = domain::get_tenant(c.txn, acme);
    tenant.value()->name = kHidden;
    REQUIRE(domain::put_group(c.write, *group.value()).ok());
    REQUIRE(domain::put_user(c.write, *user.value()).ok());
    REQUIRE(domain::put_role(c.write, *role.value()).ok());
    REQUIRE(domain::put_tenant(c.write, *tenant.value()).ok());
    return {};
  }));
  const auto text = [&](auto operation) { return to_text(world.change(admin, operation)); };
  CHECK(text([&](C& c) { return api::update_group(c, acme, ops, {kHidden, "d"}, {}); }) == "ok");
  CHECK(text([&](C& c) {
          return api::update_group(c, acme, ops, {kHidden + "x", "d"}, {});
        }) == refused("name"));
  CHECK(text([&](C& c) { return api::update_user(c, acme, ann, {kHidden, {{"lead"}}}, {}); }) == "ok");
  CHECK(text([&](C& c) { return api::update_role(c, acme, "lead", {kHidden, "d", {}}, {}); }) == "ok");
  CHECK(text([&](C& c) {
          return api::create_or_replace_role(c, acme, {"lead", kHidden, "e", {"group:get"}, {}}, {});
        }) == "ok");
  CHECK(text([&](C& c) {
          api::TenantPatch patch;
          patch.name = kHidden;
          patch.metadata = base::parse_json(R"({"a":1})").value();
          return api::update_tenant(c, acme, patch, {});
        }) == "ok");
}

TEST_CASE("names: which are another's, or taken for another's", "[api][names]") {
  struct Row {
    const char* what;
    const char* name;
    const char* refused;  // "" where it is made
  };
  const Row rows[] = {
      {"the same", "Straße", "`Straße` is another group's"},
      {"in another case", "sTRASSE", "`sTRASSE` is another group's, written `Straße`"},
      {"of full width", "Ｐaypal", "`Ｐaypal` is another group's, written `paypal`"},
      {"with a ligature", "of\uFB01ce", "`of\uFB01ce` is another group's, written `Office`"},
      {"of Hangul letters", "\u1112\u1161\u11AB", "`\u1112\u1161\u11AB` is another group's, written `한`"},
      {"without an emoji's selector", "❤ Care", "`❤ Care` is another group's, written `❤\uFE0F Care`"},
      {"Cyrillic and an l", "раураl",
       "`раураl` mixes scripts and looks like `paypal`, which is another group's"},
      {"in capitals", "РАУРАL", "`РАУРАL` mixes scripts and looks like `paypal`, which is another group's"},
      {"Greek among Latin", "\u039Fffice",
       "`\u039Fffice` mixes scripts and looks like `Office`, which is another "
       "group's"},
      {"Latin among Cyrillic", "Командa",
       "`Командa` mixes scripts and looks like `Команда`, which is another group's"},
      {"all of another script", "Оffісе-х", ""},
      {"ASCII that looks alike", "paypaI", ""},
      {"ASCII again, in spite of both", "paypa1", ""},
      {"two scripts that look like nothing", "Команда Office", ""},
      {"of one script, alike", "сосо", ""},
      {"ASCII, though it looks like that", "coco", ""},
      {"a dotted capital I", "OFFİCE", ""},
  };
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto other = world.admin(world.globex());
  for (const char* name : {"Straße", "paypal", "Office", "한", "❤\uFE0F Care", "Команда"})
    world.add_group(world.acme(), name);
  for (const Row& row : rows) {
    INFO(row.what);
    const std::string why = row.refused;
    const auto made = world.change(admin, [&](C& c) {
      return api::create_group(c, world.acme(), {row.name, {}, {}});
    });
    CHECK(to_text(made) == (why.empty() ? "ok" : "already_exists: name: " + why + " | /name: " + why));
    // Nobody else's names come in its way.
    const auto elsewhere = ApiWorld::must(world.change(other, [&](C& c) {
      return api::create_group(c, world.globex(), {row.name, {}, {}});
    }));
    ApiWorld::must(world.change(
        other, [&](C& c) { return api::delete_group(c, world.globex(), elsewhere.group.id, {}); }));
  }
}

TEST_CASE("names: a group is never taken for itself, a renamed one is looked at", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto& acme = world.acme();
  const auto mine = world.add_group(acme, "раураl");
  world.add_group(acme, "paypal");
  const auto rename = [&](const std::string& name) {
    return to_text(world.change(admin, [&](C& c) {
      return api::update_group(c, acme, mine, {name, {}}, {});
    }));
  };
  const std::string why = "`РАУРАl` mixes scripts and looks like `paypal`, which is another group's";
  CHECK(to_text(world.change(admin, [&](C& c) {
          return api::update_group(c, acme, mine, {"раураl", "described"}, {});
        })) == "ok");
  CHECK(rename("РАУРАl") == "already_exists: name: " + why + " | /name: " + why);
  CHECK(rename("Раура") == "ok");
  CHECK(rename("Рaура") == "ok");  // which looks like its own name of before
  CHECK(rename("PAYPAL") ==
        "already_exists: name: `PAYPAL` is another group's | /name: `PAYPAL` is another group's");
}

TEST_CASE("names: e-mail addresses are compared as names are", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto user = [&](const std::string& email) {
    const auto made = world.change(admin, [&](C& c) {
      return api::create_user(c, world.acme(), {email, "N", {}});
    });
    return to_text(made).substr(0, to_text(made).find(" | "));
  };
  CHECK(user("anne@straße.example") == "ok");
  CHECK(user("ANNE@STRASSE.example") ==
        "already_exists: email: `ANNE@STRASSE.example` is another user's, written "
        "`anne@straße.example`");
  CHECK(user("joe@example.org") == "ok");
  CHECK(user("jоe@example.org") ==
        "already_exists: email: `jоe@example.org` mixes scripts and looks like "
        "`joe@example.org`, which is another user's");
  CHECK(user("иван@example.org") == "ok");
  CHECK(user("ИВАН@example.org") ==
        "already_exists: email: `ИВАН@example.org` is another user's, written "
        "`иван@example.org`");
  world.add_group(world.acme(), "group@example.org");  // a group's name is no user's
  CHECK(user("group@example.org") == "ok");
}

TEST_CASE("names: a list is filtered as names are compared", "[api][names]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  world.add_group(world.acme(), "Büro Ｅast");
  const auto count = [&](const std::string& part) {
    return ApiWorld::must(world.read(admin,
                                     [&](const api::Read& r) {
                                       return api::list_groups(r, world.acme(), {{}, part}, {});
                                     }))
        .data.size();
  };
  CHECK(count("BÜRO east") == 1);
  CHECK(count("bu\u0308ro") == 1);
  CHECK(count("buro") == 0);
  CHECK(count("\xff") == 0);
}
