// SPDX-License-Identifier: Apache-2.0
#include "differences.hpp"

#include <algorithm>
#include <map>

#include "contract/base/text.hpp"

namespace contract::build {

namespace {

constexpr std::size_t longest_part = 160;          // bytes shown of a file
constexpr std::uint64_t largest_read = 64u << 20;  // larger files are not compared byte by byte

bool is_printable(char byte) {
    return byte >= 0x20 && byte < 0x7f;
}

std::string shortened(std::string_view part) {
    if (part.size() <= longest_part) return harmless(part);
    return harmless(part.substr(0, longest_part)) + "…";
}

// The line around `at`, when everything near it is text.
std::string_view line_around(std::string_view bytes, std::size_t at) {
    const auto begin = at == 0 ? std::string_view::npos : bytes.rfind('\n', at - 1);
    const auto end = bytes.find('\n', at);
    const std::size_t from = begin == std::string_view::npos ? 0 : begin + 1;
    return bytes.substr(from, (end == std::string_view::npos ? bytes.size() : end) - from);
}

// The printable characters around `at`.
std::string_view string_around(std::string_view bytes, std::size_t at) {
    std::size_t from = std::min(at, bytes.size());
    while (from > 0 && at - from < longest_part / 2 && is_printable(bytes[from - 1])) --from;
    std::size_t to = std::min(at, bytes.size());
    while (to < bytes.size() && to - at < longest_part / 2 && is_printable(bytes[to])) ++to;
    return bytes.substr(from, to - from);
}

std::string part_around(std::string_view bytes, std::size_t at, bool text) {
    return shortened(text ? line_around(bytes, std::min(at, bytes.size())) : string_around(bytes, at));
}

class Comparison {
public:
    Comparison(const store::Store& store, std::size_t most) : store_(store), most_(most) {}

    Result<> directories(const Digest& first, const Digest& second, const std::string& prefix) {
        if (first == second) return {};
        TRY_ASSIGN(const auto one, store_.directory(first));
        TRY_ASSIGN(const auto two, store_.directory(second));
        auto before = entries_of(one);
        auto after = entries_of(two);
        for (const auto& [name, entry] : before) {
            const auto other = after.find(name);
            if (other == after.end())
                add({prefix + name, "is only in the first", {}, {}, false});
            else
                TRY(entries(entry, other->second, prefix + name));
        }
        for (const auto& [name, entry] : after)
            if (!before.contains(name)) add({prefix + name, "is only in the second", {}, {}, false});
        return {};
    }

    Differences finish() {
        std::sort(found_.shown.begin(), found_.shown.end(),
                  [](const auto& a, const auto& b) { return a.file < b.file; });
        return std::move(found_);
    }

private:
    struct Entry {
        enum class Kind { file, program, directory, symlink };
        Kind kind = Kind::file;
        Digest digest;
        std::uint64_t size = 0;
        std::string target;
        bool is_file() const { return kind == Kind::file || kind == Kind::program; }
    };

    static std::map<std::string, Entry> entries_of(const core::Directory& directory) {
        std::map<std::string, Entry> out;
        for (const auto& file : directory.files)
            out[file.name] = {
                file.executable ? Entry::Kind::program : Entry::Kind::file, file.digest, file.size, {}};
        for (const auto& folder : directory.directories)
            out[folder.name] = {Entry::Kind::directory, folder.digest, folder.size, {}};
        for (const auto& link : directory.symlinks)
            out[link.name] = {Entry::Kind::symlink, {}, 0, link.target};
        return out;
    }

    void add(Difference difference) {
        ++found_.count;
        if (found_.shown.size() < most_) found_.shown.push_back(std::move(difference));
    }

    Result<> entries(const Entry& one, const Entry& two, const std::string& name) {
        if (one.kind == Entry::Kind::directory && two.kind == Entry::Kind::directory)
            return directories(one.digest, two.digest, name + "/");
        if (one.is_file() && two.is_file()) return files(one, two, name);
        if (one.kind != two.kind)
            add({name, "is of another kind", {}, {}, false});
        else if (one.target != two.target)
            add({name, "points somewhere else", harmless(one.target), harmless(two.target), true});
        return {};
    }

    Result<> files(const Entry& one, const Entry& two, const std::string& name) {
        if (one.digest != two.digest) {
            if (found_.shown.size() >= most_ || std::max(one.size, two.size) > largest_read) {
                add({name, "has other bytes", {}, {}, false});
                return {};
            }
            TRY_ASSIGN(const auto first, store_.blob(one.digest));
            TRY_ASSIGN(const auto second, store_.blob(two.digest));
            add(compare_content(name, first, second));
        } else if (one.kind != two.kind) {
            add({name, "is executable in one of them only", {}, {}, false});
        }
        return {};
    }

    const store::Store& store_;
    std::size_t most_;
    Differences found_;
};

}  // namespace

Difference compare_content(const std::string& file, std::string_view first, std::string_view second) {
    const auto [one, two] = std::mismatch(first.begin(), first.end(), second.begin(), second.end());
    const auto at = static_cast<std::size_t>(one - first.begin());
    // As programs that show differences do: a file with a zero byte is no text.
    const bool text =
        first.find('\0') == std::string_view::npos && second.find('\0') == std::string_view::npos;
    Difference out;
    out.file = file;
    out.in_content = true;
    if (text)
        out.what = "differs in line " + std::to_string(std::count(first.begin(), one, '\n') + 1);
    else
        out.what = "differs from byte " + std::to_string(at) + " on";
    out.first = part_around(first, at, text);
    out.second = part_around(second, at, text);
    return out;
}

Result<Differences> differences_of(const store::Store& store, const Digest& first, const Digest& second,
                                   std::size_t most) {
    Comparison comparison(store, most);
    TRY(comparison.directories(first, second, ""));
    return comparison.finish();
}

}  // namespace contract::build
