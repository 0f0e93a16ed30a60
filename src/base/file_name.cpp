// SPDX-License-Identifier: Apache-2.0
#include "contract/base/file_name.hpp"

#include <mutex>
#include <set>

namespace contract {

namespace {

// Never destroyed: a span in a static object may be looked at while the process ends.
struct Names {
    std::mutex mutex;
    std::set<std::string, std::less<>> texts;  // its nodes stay where they are
};

Names& names() {
    static Names& all = *new Names;
    return all;
}

}  // namespace

FileName::FileName(std::string_view text) {
    if (text.empty()) return;
    auto& all = names();
    const std::lock_guard lock(all.mutex);
    auto found = all.texts.find(text);
    if (found == all.texts.end()) found = all.texts.emplace(text).first;
    text_ = &*found;
}

const std::string& FileName::text() const {
    static const std::string empty;
    return text_ == nullptr ? empty : *text_;
}

}  // namespace contract
