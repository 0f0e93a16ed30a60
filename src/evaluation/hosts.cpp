// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <unordered_map>

namespace contract::evaluation {

namespace {

// "gpu" of "gpu-".
std::string group_of(const core::HostRange& range) {
    std::string group = range.prefix;
    while (!group.empty() && (group.back() == '-' || group.back() == '_')) group.pop_back();
    return group;
}

std::string name_of(const core::HostRange& range, std::int64_t index) {
    const std::string number = std::to_string(index);
    const std::string zeros(range.digits > number.size() ? range.digits - number.size() : 0, '0');
    return range.prefix + zeros + number + range.suffix;
}

class HostList {
public:
    void add(HostEntry entry, std::size_t table) {
        const auto [found, fresh] = by_name_.emplace(entry.name, hosts_.size());
        if (fresh) hosts_.push_back(std::move(entry));
        HostEntry& host = hosts_[found->second];
        // A range knows more of a host than its own name does.
        if (!fresh && !host.index && entry.index) {
            host.index = entry.index;
            host.group = entry.group;
        }
        host.tables.push_back(table);
    }
    std::vector<HostEntry> take() { return std::move(hosts_); }

private:
    std::vector<HostEntry> hosts_;
    std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace

std::vector<HostEntry> list_hosts(const core::Manifest& manifest) {
    HostList list;
    for (std::size_t table = 0; table < manifest.hosts.size(); ++table) {
        const core::Host& host = manifest.hosts[table];
        if (!host.range) {
            list.add({host.name.value, host.name.value, std::nullopt, {}}, table);
            continue;
        }
        const std::string group = group_of(*host.range);
        for (std::int64_t i = host.range->first; i <= host.range->last; ++i)
            list.add({name_of(*host.range, i), group, i, {}}, table);
    }
    return list.take();
}

}  // namespace contract::evaluation
