// SPDX-License-Identifier: Apache-2.0
//
// A map of expressions that fills while targets are finished: `packages` gets an entry when a package has its
// output path. Expressions look entries up, so that nothing is copied when one is added.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "contract/expression/value.hpp"

namespace contract::evaluation {

class Folder final : public expression::Object {
public:
    void set(const std::string& name, expression::Value value) {
        entries_.insert_or_assign(name, std::move(value));
    }
    std::variant<expression::Value, expression::Absent, expression::Problem> field(
        std::string_view key) const override {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return expression::Absent{};
        return found->second;
    }
    expression::Outcome whole() const override {
        expression::Map map;
        for (const auto& [name, value] : entries_) map.set(expression::Value(name), value);
        return expression::Value(std::move(map));
    }

private:
    std::map<std::string, expression::Value, std::less<>> entries_;
};

}  // namespace contract::evaluation
