#include "api/mappings.h"
#include "api/undo.h"
#include "bench/foresee/growth.h"
#include "bench/foresee/measure.h"
#include "bench/foresee/tenant.h"

namespace {

constexpr int kRounds = 7;

// What it takes in the writer, while others' changes wait: the first, of a rehearsal, doesn't count.
struct InWriter {
  Taken taken;
  store::Revision undone = 0;  // by the last of them, which is undone next
};

// One change that gives n people a role on a folder.
store::Revision give(Tenant& tenant, std::size_t n) {
  store::Revision revision = 0;
  tenant.change([&](api::Change& change) -> api::Outcome<void> {
    for (std::size_t i = 0; i < n; ++i) {
      const api::NewRoleMapping given{"editor", tenant.user(i), "Folder:7", {}, {}, {}, {}};
      if (const auto made = api::create_mapping(change, tenant.id(), given); !made.ok()) return made.error();
    }
    revision = change.txn.revision();
    return {};
  });
  return revision;
}

void undo(Tenant& tenant, InWriter& in) {
  const auto draft = std::make_shared<api::UndoDraft>();
  tenant.change([&](api::Change& change) -> api::Outcome<void> {
    const double processor = processor_ms();
    const auto begin = std::chrono::steady_clock::now();
    const auto done = api::undo_change(change, tenant.id(), in.undone, draft);
    if (!done.ok()) return done.error();
    if (change.is_rehearsal()) return {};
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
    in.taken.wall.push_back(wall.count());
    in.taken.processor.push_back(processor_ms() - processor);
    in.undone = change.txn.revision();
    return {};
  });
}

}  // namespace

void print_undone(const std::string& dir) {
  print_heading("mappings that one change made, in the writer");
  Tenant tenant(dir);
  tenant.fill(api::kMostUndone);
  for (const std::size_t n : {std::size_t{10}, std::size_t{100}, api::kMostUndone}) {
    InWriter removed{{}, give(tenant, n)}, put_back;
    for (int round = 0; round < kRounds; ++round) {
      undo(tenant, removed);
      put_back.undone = removed.undone;
      undo(tenant, put_back);
      removed.undone = put_back.undone;
    }
    undo(tenant, removed);
    print_row({"undone: removed", n, "300"}, removed.taken);
    print_row({"undone: put back", n, "300"}, put_back.taken);
  }
}
