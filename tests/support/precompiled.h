#pragma once
// As base/precompiled.h, with Catch2, which every test includes.
#include "base/precompiled.h"
#include "tests/support/catch.h"
