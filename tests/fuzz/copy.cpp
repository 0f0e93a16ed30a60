// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as what a place says: as a statement of a result or a tree, and as a Directory message. What is
// accepted has exactly this text, and without a key nobody is believed. A promise that is broken ends the
// process. expression.cpp says how more is looked for.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "contract/base/text.hpp"
#include "contract/copy/statement.hpp"

namespace {

using namespace contract;

[[noreturn]] void broken(const char* promise, const std::string& text) {
    std::fprintf(stderr, "broken promise: %s\n  of: %s\n", promise, quoted(text).c_str());
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto statement = copy::parse_statement(text, "fuzz")) {
        if (copy::encode(*statement) != text) broken("one statement has one text", text);
        const bool is_result = std::holds_alternative<copy::ResultStatement>(*statement);
        if (is_result && copy::trust(*statement, {})) broken("nobody is trusted without a key", text);
        for (const auto& need : copy::needs_of(*statement))
            if (need == copy::path_of(*statement)) broken("nothing needs itself", text);
    }
    if (const auto directory = core::decode_directory(text)) {
        const auto again = core::encode(*directory);
        if (!again || *again != text) broken("one directory has one text", text);
        for (const auto& file : directory->files)
            if (file.name.find('/') != std::string::npos) broken("a name is no path", text);
    }
    return 0;
}
