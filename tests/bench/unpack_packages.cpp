// SPDX-License-Identifier: Apache-2.0
//
// unpack_packages HOME [--jobs N] [--configure] [--place DIRECTORY] DEB…
//
// Unpacks Debian packages into a store and prints the digest of the tree; notes go to standard error. For the
// benchmark beside it, and for whoever wants to see what unpacking makes of packages at hand.
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "../../src/inputs/deb/unpack.hpp"
#include "contract/base/path.hpp"

using namespace contract;

namespace {

int fail(const Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    for (const auto& note : error.notes) std::fprintf(stderr, "  %s\n", note.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    std::vector<inputs::deb::DebFile> packages;
    inputs::deb::UnpackRules rules;
    unsigned jobs = std::thread::hardware_concurrency();
    std::string home, place;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--configure")
            rules.configure = true;
        else if (words[i] == "--jobs" && i + 1 < words.size())
            jobs = static_cast<unsigned>(std::stoul(words[++i]));
        else if (words[i] == "--place" && i + 1 < words.size())
            place = words[++i];
        else if (home.empty())
            home = words[i];
        else
            packages.push_back({words[i], path::name(words[i])});
    }
    auto store = store::Store::open(home);
    if (!store) return fail(store.error());
    const auto unpacked = inputs::deb::unpack_packages(packages, rules, *store, jobs, {});
    if (!unpacked) return fail(unpacked.error());
    for (const auto& note : unpacked->notes) std::fprintf(stderr, "note: %s\n", note.c_str());
    std::printf("%s\n", unpacked->tree.text().c_str());
    if (place.empty()) return 0;
    const auto placed = store->place(unpacked->tree, place, store::Placement::writable);
    return placed ? 0 : fail(placed.error());
}
