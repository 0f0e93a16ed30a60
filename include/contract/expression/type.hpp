// SPDX-License-Identifier: Apache-2.0
//
// What is known of values before there are any. Types are shared and never copied: a contract with ten
// thousand packages has one large type that every expression is checked against.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/expression/value.hpp"

namespace contract::expression {

struct Type;
using TypePtr = std::shared_ptr<const Type>;  // never null but where it is said

struct Type {
    using Fields = std::map<std::string, TypePtr, std::less<>>;

    Kind kind = Kind::dynamic;  // never `object`: an object is a map
    bool nullable = false;      // null is possible too
    bool closed = false;        // map: it has no other fields than `fields`
    Fields fields;              // map: what is known of its string keys
    TypePtr element;            // list: its items; map: the value of any other key; null: anything. Closed
                                // map: what all of `fields` are, for a key that is computed

    static TypePtr of(Kind kind);           // one shared instance per kind; of(dynamic): anything
    static TypePtr list(TypePtr element);   // list(T)
    static TypePtr map(TypePtr element);    // map(T): any key
    static TypePtr object(Fields fields);   // these fields and no others
    static TypePtr optional(TypePtr type);  // T or null
};

// The variables that an expression may name, with their types.
class Types {
public:
    virtual ~Types() = default;
    virtual TypePtr find(std::string_view name) const = 0;  // null: there is no such variable
    virtual std::vector<std::string> names() const = 0;     // for suggestions
};

class NamedTypes final : public Types {
public:
    void set(std::string name, TypePtr type) { types_.insert_or_assign(std::move(name), std::move(type)); }
    TypePtr find(std::string_view name) const override;
    std::vector<std::string> names() const override;

private:
    Type::Fields types_;
};

}  // namespace contract::expression
