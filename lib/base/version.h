#pragma once

namespace base {

// Version of this build, e.g. "0.1.0" or "0.1.0-4-gabc1234". Defined in build/*/gen/version.cpp.
extern const char kVersion[];

}  // namespace base
