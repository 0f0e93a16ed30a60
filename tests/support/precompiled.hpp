// SPDX-License-Identifier: Apache-2.0
//
// What every test includes, read once for each test program where a build asks for it (b_pch=true). No file
// includes this one: each names what it uses, and builds without it.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
