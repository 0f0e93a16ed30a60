// SPDX-License-Identifier: Apache-2.0
//
//   status                    a stanza for each package, "install ok unpacked", conffiles as "newconffile"
//   info/format               "1": files of Multi-Arch: same packages carry the architecture in their name
//   info/NAME[:ARCH].list     every path, one a line, as the package has it (not as the merge made it)
//   info/NAME[:ARCH].WORD     the other files of the control part: scripts, md5sums, conffiles, triggers, …
//   arch                      only where there is more than one architecture
//   available, diversions, statoverride, updates/, parts/, triggers/, alternatives/: empty
// md5sums are those that packages bring; dpkg --audit misses them where a package has none. File triggers are
// not entered: every package is configured for the first time, when all files are there.
#include "dpkg_database.hpp"

#include <algorithm>
#include <set>

#include "contract/base/text.hpp"
#include "control.hpp"

namespace contract::inputs::deb {

namespace {

constexpr std::string_view home = "var/lib/dpkg/";

// The paths in a conffiles file, with their slash in front; those with flags ("remove-on-upgrade") name files
// that the package no longer has.
std::vector<std::string> conffiles_of(const PackageFile& package) {
    std::vector<std::string> out;
    const auto found = package.control.find("conffiles");
    if (found == package.control.end()) return out;
    for (const auto& line : split(found->second.bytes, '\n')) {
        const auto path = trim(line);
        if (path.starts_with('/') && is_utf8(path)) out.emplace_back(path);
    }
    return out;
}

std::string status_stanza(const PackageFile& package) {
    std::string out = "Package: " + package.name + "\nStatus: install ok unpacked\n";
    std::string_view rest = package.control.at("control").bytes;
    std::string_view stanza = take_stanza(rest);
    while (const auto field = take_field(stanza)) {
        if (same_name(field->name, "Package") || same_name(field->name, "Status") ||
            same_name(field->name, "Conffiles") || field->name.empty())
            continue;
        out += field->lines;
        if (!out.ends_with('\n')) out += '\n';
    }
    const auto conffiles = conffiles_of(package);
    if (!conffiles.empty()) out += "Conffiles:\n";
    for (const auto& path : conffiles) out += " " + path + " newconffile\n";
    return out + "\n";
}

std::string list_of(const PackageFile& package, std::size_t index, const Layout& layout) {
    std::string out = "/.\n";
    for (const auto& entry : package.entries)
        if (!layout.is_replaced(index, entry.path)) out += "/" + entry.path + "\n";
    return out;
}

class Writer {
public:
    Writer(TreeBuilder& tree, store::Store& store) : tree_(tree), store_(store) {}
    Result<> file(const std::string& relative, std::string_view bytes, bool executable = false) {
        const auto path = std::string(home) + relative;
        TRY_ASSIGN(const auto digest, store_.add_blob(bytes));
        return tree_.add_file(path, {digest, bytes.size(), executable});
    }
    Result<> folder(const std::string& relative) { return tree_.add_folder(std::string(home) + relative); }

private:
    TreeBuilder& tree_;
    store::Store& store_;
};

}  // namespace

std::string conffile_aside(const PackageFile& package, const std::string& path) {
    if (package.control.count("conffiles") == 0) return path;
    for (const auto& conffile : conffiles_of(package))
        if (std::string_view(conffile).substr(1) == path) return path + ".dpkg-new";
    return path;
}

Result<> add_dpkg_database(TreeBuilder& tree, const std::vector<PackageFile>& packages, const Layout& layout,
                           store::Store& store) {
    Writer writer(tree, store);
    std::string status;
    std::set<std::string> architectures;
    for (std::size_t i = 0; i < packages.size(); ++i) {
        const auto& package = packages[i];
        status += status_stanza(package);
        if (package.architecture != "all") architectures.insert(package.architecture);
        const auto name =
            "info/" + package.name + (package.multi_arch_same ? ":" + package.architecture : "") + ".";
        TRY(writer.file(name + "list", list_of(package, i, layout)));
        for (const auto& [word, file] : package.control)
            if (word != "control" && word != "list")
                TRY(writer.file(name + word, file.bytes, file.executable));
    }
    TRY(writer.file("status", status));
    TRY(writer.file("info/format", "1\n"));
    for (const char* empty : {"available", "diversions", "statoverride"}) TRY(writer.file(empty, ""));
    for (const char* folder : {"updates", "parts", "triggers", "alternatives"}) TRY(writer.folder(folder));
    if (architectures.size() < 2) return {};
    std::string all;
    for (const auto& architecture : architectures) all += architecture + "\n";
    return writer.file("arch", all);
}

}  // namespace contract::inputs::deb
