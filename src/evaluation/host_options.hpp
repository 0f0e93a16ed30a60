// SPDX-License-Identifier: Apache-2.0
//
// The options that hosts have without any module, as data: what an option takes and which classes have it.
// The table knows nothing of what an option does: the files named host_*.cpp render what was decided, the
// manual tells every row.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "modules/module_set.hpp"

namespace contract::evaluation {

enum class Classes { every, linux_only, home_only };

// What a type does not say of a value, or of every item of a list.
enum class Limit {
    none,
    one_line,  // what a setting of a unit file can hold
    mode,      // octal permission bits
    account,   // the name of a user or group
    account_number,
    unit_name,  // "network-online.target"
    kernel_module,
    at_least_one,  // a number
    not_empty,     // a list
};

struct HostOption {
    std::string_view path;          // as a module would declare it: files.<path>.mode
    std::string_view type;          // the same: list(string)
    std::string_view default_text;  // as it would be written; empty: none
    Limit limit = Limit::none;
    Classes classes = Classes::every;
    std::string_view meaning;
    bool required = false;
};
std::span<const HostOption> host_options();

// The options of a class as a module without a file: what every other module of a host stands on. The
// parameters of every kind of probe are among them.
const core::Module& class_module(const std::string& host_class);

// What a class has not and another one has, with the reason.
const std::vector<AbsentOption>& absent_options(const std::string& host_class);

}  // namespace contract::evaluation
