#pragma once
#include <cstddef>
#include <functional>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "store/txn.h"

// A tenant that many people are in, written into its store as it is: a million calls would take an hour.
struct CrowdSize {
  std::size_t people = 0;
  std::size_t mappings = 0;  // of people; groups have as many more as there are groups
};

// Calls fn for each of n things, many in one transaction.
using WriteAll = std::function<void(std::size_t n,
                                    const std::function<base::Result<void>(store::WriteTxn&, std::size_t)>&)>;

// People with two names and an e-mail address, a group for every hundred of them, twenty roles of every risk
// and more where each has more mappings than that, and mappings to people, of which each tenth ends within
// the year, some have ended, and some begin later. Each group holds a role.
void fill(const WriteAll&, const domain::TenantId& tenant, base::Timestamp now, const CrowdSize&);
