// SPDX-License-Identifier: Apache-2.0
#include "contract_test.hpp"

using namespace contract;
using namespace contract::test;

namespace {

// A host whose modules are given; what it decided is read from a file that interpolates it.
struct Modules : Contract {
    explicit Modules(std::string shown, std::string config = "")
        : Contract(
              "[hosts.web]\nclass = \"linux\"\n"
              "modules = [\"./a.toml\", \"./b.toml\"]\n" +
              std::move(config) + "\n[[hosts.web.set]]\nvalues.files.\"/x\".text = '= ${{ " +
              std::move(shown) + " }}'\n") {
        files.tracked["a.toml"] = "";
        files.tracked["b.toml"] = "";
    }

    std::string value() {
        const auto evaluated = run();
        for (const auto& finding : evaluated.result.findings)
            UNSCOPED_INFO(finding.code << " " << finding.message);
        if (evaluated.plan.hosts.empty()) return "no host";
        return std::get<core::FileText>(evaluated.plan.hosts[0].generation.entries.at(0).content)
            .bytes.substr(2);
    }
};

std::string option(const std::string& path, const std::string& rest) {
    return "[options.\"" + path + "\"]\n" + rest + "\n";
}

}  // namespace

TEST_CASE("an option has its default, and a definition wins over it") {
    Modules one("config.a.x");
    one.files.tracked["a.toml"] = option("a.x", "type = \"int\"\ndefault = 1");
    CHECK(one.value() == "1");
    one.files.tracked["b.toml"] = "[config]\na.x = 2\n";
    CHECK(one.value() == "2");
}

TEST_CASE("lists join: imports first, then the importer, the host last; before and after inside that") {
    Modules one("config.l", "config.l = [\"host\"]");
    one.files.tracked["a.toml"] =
        "[module]\nimports = [\"./c.toml\"]\n" + option("l", "type = \"list(string)\"") +
        "[config]\nl = [\"a\"]\n[[set]]\norder = \"after\"\nvalues.l = [\"last\"]\n";
    one.files.tracked["b.toml"] =
        "[config]\nl = [\"b\"]\n[[set]]\norder = \"before\"\nvalues.l = [\"first\"]\n";
    one.files.tracked["c.toml"] = "[config]\nl = [\"c\"]\n";
    CHECK(one.value() == "[\"first\", \"c\", \"a\", \"b\", \"host\", \"last\"]");
}

TEST_CASE("for makes entries of a map of submodules, and conditions know what was decided") {
    Modules one("config.web.vhosts", "config.web.vhosts.main.root = \"/srv\"\nconfig.web.vhosts.other = {}");
    one.files.tracked["a.toml"] = option("web.vhosts.<name>.root", "type = \"path\"\ndefault = \"/var\"") +
                                  option("web.vhosts.<name>.tls", "type = \"bool\"\ndefault = true") +
                                  option("n", "type = \"map(string)\"") +
                                  "[[set]]\nfor = \"config.web.vhosts\"\nwhen = \"each.value.tls\"\n"
                                  "values.files.\"/etc/${{ each.key }}\".text = \"${{ each.value.root }}\"\n";
    const auto evaluated = one.run();
    for (const auto& finding : evaluated.result.findings) FAIL(finding.code << " " << finding.message);
    const auto& entries = evaluated.plan.hosts.at(0).generation.entries;
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].path == "/etc/main");
    CHECK(std::get<core::FileText>(entries[0].content).bytes == "/srv");
    CHECK(std::get<core::FileText>(entries[1].content).bytes == "/var");
    CHECK(
        std::get<core::FileText>(entries[2].content).bytes ==
        "= {\"main\": {\"root\": \"/srv\", \"tls\": true}, \"other\": {\"root\": \"/var\", \"tls\": true}}");
}
