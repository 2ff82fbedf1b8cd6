#include <cstdio>

#include "base/version.h"

int main() {
  std::printf("reeve %s\n", kVersion);
  return 0;
}
