// SPDX-License-Identifier: Apache-2.0
//
// What one place tells another about the store: a result, which somebody has to vouch for, or the tree of an
// input, which its path follows from. The text of a result is its own signed form, so that nothing in it is
// unsigned, and there is one text for one statement: what is read and would not be written so is refused.
//
//   contract result 1                       contract tree 1
//   action <hex>                            path <32>-<name>
//   output <32>-<name>                      tree <hex> <bytes of its Directory message>
//   tree <hex> <bytes>
//   reference <32>-<name>                   any number, sorted
//   root <32>-<name>                        of what needs one to run
//   level sealed
//   duration-ms 1200
//   record <hex>                            of the build record, where there is one
//   signature <name>:<base64>               any number; over everything above
//                                           an empty line, then the record
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/base/signature.hpp"
#include "contract/store/store.hpp"

namespace contract::copy {

inline constexpr std::size_t largest_statement = 16u << 20;  // bytes

struct ResultStatement {
    store::ResultRow row;
    std::uint64_t tree_size = 0;          // bytes of the Directory message of the tree
    core::StorePath root;                 // empty: it needs none to run
    std::string record;                   // empty: there is none
    std::vector<Signature> signatures{};  // not looked at by anybody but trust()
};

struct TreeStatement {
    core::StorePath path;
    Digest tree;
    std::uint64_t tree_size = 0;
};

using Statement = std::variant<ResultStatement, TreeStatement>;

const core::StorePath& path_of(const Statement& statement);
const Digest& tree_of(const Statement& statement);
std::uint64_t tree_size_of(const Statement& statement);
// What has to be where its path is: its references but for itself, and its root.
std::vector<core::StorePath> needs_of(const Statement& statement);

// Everything above the signatures.
std::string signed_text(const ResultStatement& statement);
std::string encode(const Statement& statement);
// Accepts exactly what encode() writes. `where` is for messages. Error: copy-damaged.
Result<Statement> parse_statement(std::string_view text, std::string_view where);

// Whether it may be believed: a result is signed by one of the keys, the path of a tree follows from it.
// Errors: result-untrusted, with each signature and what is wrong with it in the notes; copy-damaged.
Result<> trust(const Statement& statement, const std::vector<PublicKey>& trusted);

// "'<where>' is damaged: <what>".
Error copy_damaged(std::string_view where, std::string_view what);

}  // namespace contract::copy
