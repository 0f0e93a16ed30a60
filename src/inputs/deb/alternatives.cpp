// SPDX-License-Identifier: Apache-2.0
#include "alternatives.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "contract/base/path.hpp"
#include "contract/base/text.hpp"
#include "layout.hpp"
#include "shell_words.hpp"

namespace contract::inputs::deb {

namespace {

using Words = std::vector<std::optional<std::string>>;

bool is_plain_name(const std::string& name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

// Takes LINK NAME PATH from `words` at `at`.
std::optional<AlternativeLink> take_link(const Words& words, std::size_t& at) {
    if (words.size() - at < 3 || !words[at] || !words[at + 1] || !words[at + 2]) return std::nullopt;
    AlternativeLink out{*words[at], *words[at + 1], *words[at + 2]};
    at += 3;
    const bool fine = path::is_absolute(out.link) && path::is_absolute(out.path) && is_plain_name(out.name);
    return fine ? std::optional<AlternativeLink>(std::move(out)) : std::nullopt;
}

std::optional<long> number(const std::optional<std::string>& word) {
    if (!word) return std::nullopt;
    long out = 0;
    const char* end = word->data() + word->size();
    const auto [rest, error] = std::from_chars(word->data(), end, out);
    return error == std::errc{} && rest == end ? std::optional<long>(out) : std::nullopt;
}

// The words after "update-alternatives"; none when it is no --install, or (with `unclear`) not a clear one.
std::optional<Alternative> parse(const Words& words, bool& unclear) {
    Alternative out;
    bool installs = false;
    for (std::size_t at = 0; at < words.size();) {
        const auto& word = words[at++];
        if (word == "--install") {
            const auto master = take_link(words, at);
            const auto priority = master && at < words.size() ? number(words[at]) : std::nullopt;
            unclear = !priority;
            if (unclear) return std::nullopt;
            ++at;
            installs = true;
            out.master = *master;
            out.priority = *priority;
        } else if (word == "--slave") {
            const auto slave = take_link(words, at);
            unclear = !slave;
            if (unclear) return std::nullopt;
            out.slaves.push_back(*slave);
        } else if (word == "--altdir" || word == "--admindir" || word == "--log" || word == "--root" ||
                   word == "--instdir") {
            ++at;
        }
    }
    return installs ? std::optional<Alternative>(std::move(out)) : std::nullopt;
}

// Whether a symlink of an alternative may stand at `link`: never in place of what a package brought.
bool is_free(const TreeBuilder& tree, const std::string& link) {
    const auto* node = tree.find(link);
    if (node == nullptr) return true;
    const auto* there = std::get_if<TreeBuilder::Link>(node);
    return there != nullptr && there->target.rfind("/etc/alternatives/", 0) == 0;
}

std::string place_of(const TreeBuilder& tree, const std::string& absolute) {
    return behind_links(tree, merged_path(join(path::parts(absolute), "/")));
}

class Installer {
public:
    Installer(TreeBuilder& tree, std::vector<std::string>& notes) : tree_(tree), notes_(notes) {}

    Result<> install(const std::vector<Alternative>& choices) {
        const Alternative* best = nullptr;
        for (const auto& choice : choices) {
            if (!leads_somewhere(tree_, choice.master.path)) continue;
            const auto better = [&] {
                return choice.priority != best->priority ? choice.priority > best->priority
                                                         : choice.master.path < best->master.path;
            };
            if (best == nullptr || better()) best = &choice;
        }
        if (best == nullptr) return {};
        TRY_ASSIGN(const bool made, link(best->master));
        if (!made) return {};
        for (const auto& slave : best->slaves) {
            // Man pages are often left out, and their links then too.
            if (leads_somewhere(tree_, slave.path)) TRY(link(slave));
        }
        return {};
    }

private:
    Result<bool> link(const AlternativeLink& wanted) {
        const auto at = place_of(tree_, wanted.link);
        if (at.empty() || !is_free(tree_, at)) {
            notes_.push_back("the alternative '" + shown_name(wanted.name) +
                             "' is left out, because a package has '" + shown_name(wanted.link) + "'");
            return false;
        }
        TRY(tree_.add_link("etc/alternatives/" + wanted.name, wanted.path));
        TRY(tree_.add_link(at, "/etc/alternatives/" + wanted.name));
        return true;
    }

    TreeBuilder& tree_;
    std::vector<std::string>& notes_;
};

}  // namespace

std::vector<Alternative> alternatives_of(std::string_view script, std::vector<std::string>& unclear) {
    std::vector<Alternative> out;
    for (const auto& command : shell_commands(script)) {
        const auto& program = command.words.front();
        if (!program || path::name(*program) != "update-alternatives") continue;
        bool is_unclear = false;
        auto found = parse({command.words.begin() + 1, command.words.end()}, is_unclear);
        if (found) out.push_back(std::move(*found));
        if (is_unclear) unclear.push_back(command.text);
    }
    return out;
}

Result<> add_alternatives(TreeBuilder& tree, const std::vector<PackageFile>& packages,
                          std::vector<std::string>& notes) {
    std::map<std::string, std::vector<Alternative>> by_name;
    for (const auto& package : packages) {
        const auto script = package.control.find("postinst");
        if (script == package.control.end()) continue;
        std::vector<std::string> unclear;
        for (auto& found : alternatives_of(script->second.bytes, unclear))
            by_name[found.master.name].push_back(std::move(found));
        for (const auto& text : unclear)
            notes.push_back("an alternative of '" + package.name +
                            "' is left out, because only its script knows it: " + shown_name(text));
    }
    Installer installer(tree, notes);
    for (const auto& [name, choices] : by_name) TRY(installer.install(choices));
    return {};
}

}  // namespace contract::inputs::deb
