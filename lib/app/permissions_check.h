#pragma once
#include <string>
#include <vector>

#include "app/settings.h"

namespace app {

// What of the store and the configuration everybody on this machine may write to, and so could change who may
// do what: the store's folder and its file, and every file and folder that the configuration is read from.
// What isn't there yet is made closed, or is somebody else's mistake. In the order in which they are looked
// at.
std::vector<std::string> open_to_everybody(const Settings&);

}  // namespace app
