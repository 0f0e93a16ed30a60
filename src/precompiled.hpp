// SPDX-License-Identifier: Apache-2.0
//
// What many files of the program include, read once for each room where a build asks for it (b_pch=true). No
// file includes this one: each names what it uses, and builds without it.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "contract/core/manifest.hpp"
#include "contract/core/plan.hpp"
#include "contract/expression/expression.hpp"
#include "contract/os/file.hpp"
