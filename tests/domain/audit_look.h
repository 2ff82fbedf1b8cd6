#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/audit.h"
#include "tests/domain/support.h"

// What each_audit() gives for a filter, and how many entries it looked at, in falling order.
struct AuditLook {
  std::vector<std::uint64_t> passed;
  std::size_t looks = 0;
};

inline AuditLook look(const TestStore& store, const domain::Owner& tenant, std::uint64_t before,
                      const domain::AuditFilter& filter) {
  AuditLook looked;
  std::uint64_t last = before == 0 ? ~std::uint64_t{0} : before;
  REQUIRE(each_audit(store.read(), tenant, before, filter, [&](std::uint64_t seq, domain::AuditEntry* entry) {
            CHECK(seq < last);
            last = seq;
            ++looked.looks;
            if (entry) looked.passed.push_back(entry->seq);
            return true;
          }).ok());
  return looked;
}
