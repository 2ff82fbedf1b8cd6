#pragma once
#include "base/result.h"
#include "config/config.h"

namespace app {

// What a server does about a store in whose map a process before it faulted (store/map_guard.h), which left a
// marker: it looks before it serves.
//
// Answers whether there is a marker; then everything was checked (domain/check.h), nothing is wrong, and the
// marker is to be removed once the store is held. Fails with kCorrupt where something is wrong, and with what
// the check fails with; the log has each fault, a hundred at most. Without a marker this costs nothing.
base::Result<bool> check_if_marked(const config::StoreConfig&);

// From now on such a fault ends this process in a line of the log, and leaves the marker.
void end_on_damage(const config::Config&);

}  // namespace app
