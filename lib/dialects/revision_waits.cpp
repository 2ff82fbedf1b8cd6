// To wait for a revision is to wait for a change of anything at all: the same thread looks after both kinds
// of waits (change_waits.cpp), each kind with an object, and so with places, of its own.
#include "dialects/revision_waits.h"

#include <algorithm>

namespace dialects {

base::Result<std::unique_ptr<RevisionWaits>> RevisionWaits::start(Options options) {
  auto waits = ChangeWaits::start({.newest = options.newest,
                                   .ticks = options.ticks,
                                   .places = options.places,
                                   .of_one = std::max<std::size_t>(options.places / 2, 1),
                                   .thread = "revision waits"});
  if (!waits.ok()) return waits.error();
  return std::unique_ptr<RevisionWaits>(new RevisionWaits(std::move(options), std::move(waits).value()));
}

bool RevisionWaits::add(const base::Uuid& whose, std::uint64_t revision, Resume resume) {
  auto place = waits_->take_place(whose);
  if (!place) return false;
  const auto go_on = [place = std::move(place), resume = std::move(resume)](std::uint64_t) { resume(); };
  const std::uint64_t before = revision > 0 ? revision - 1 : 0;
  return waits_->add({options_.newest, before, waits_->now() + kLongest, go_on}) != 0;
}

}  // namespace dialects
