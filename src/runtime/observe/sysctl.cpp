// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "kinds.hpp"

namespace contract::runtime {

namespace {

// As sysctl(8) reads a key: the first separator decides, and the other character is then the dot or slash of
// a name ("net.ipv4.conf.eth0/1.rp_filter" is the device eth0.1). Empty for what cannot be a key.
std::string file_of(std::string key) {
    const auto first = key.find_first_of("./");
    if (first != std::string::npos && key[first] == '.') {
        for (char& c : key) c = c == '.' ? '/' : c == '/' ? '.' : c;
    }
    const auto parts = split(key, '/');
    const bool plain = std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
        return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string::npos;
    });
    return plain ? "/proc/sys/" + key : "";
}

Fact value_of(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (!text.empty() && parsed.ec == std::errc() && parsed.ptr == end) return Fact::known({number});
    return text_fact(std::move(text));
}

Facts no_such_key(const std::string& source) {
    Facts out;
    out.source = source;
    out.facts["exists"] = Fact::known({false});
    out.facts["value"] = Fact::absent("this kernel has no such key");
    return out;
}

}  // namespace

Facts observe_sysctl(const Observation& observation) {
    const std::string path = file_of(text_parameter(observation, "key"));
    struct stat status {};
    if (path.empty()) return no_such_key("/proc/sys");
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return no_such_key(path);
        const Fact why = unknown_from(errno);
        Facts out = all_unknown(observation, why.reason, why.help);
        out.source = path;
        return out;
    }
    if (!S_ISREG(status.st_mode)) return no_such_key(path);
    Facts out;
    out.source = path;
    out.facts["exists"] = Fact::known({true});
    const os::Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        out.facts["value"] = unknown_from(errno);
        return out;
    }
    auto bytes = os::read_all(fd.get(), 1 << 20, path);
    out.facts["value"] = bytes ? value_of(std::move(*bytes)) : Fact::unknown(bytes.error().message);
    return out;
}

}  // namespace contract::runtime
