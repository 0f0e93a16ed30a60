// SPDX-License-Identifier: Apache-2.0
#include "contract/manifest/host_name.hpp"

#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

core::Finding finding_of(const std::string& name, std::string& text) {
    text = good_header + "[hosts.\"" + name + "\"]\nclass = \"linux\"\n";
    return only(parse(text));
}

}  // namespace

TEST_CASE("a range of hosts has a prefix, two numbers and perhaps a suffix") {
    const auto parsed = parse_below_header(
        "[hosts.'gpu-[001-064]']\nclass = 'linux'\n[hosts.'r[7-7]-login']\nclass = 'linux'\n"
        "[hosts.'n[000000000-000099999]']\n[hosts.web]\nclass = 'linux'\n");
    REQUIRE(codes(parsed.findings).empty());
    const auto& hosts = parsed.manifest.hosts;
    CHECK(hosts.at(0).range == core::HostRange{"gpu-", 1, 64, 3, ""});
    CHECK(hosts.at(1).range == core::HostRange{"r", 7, 7, 1, "-login"});
    CHECK(hosts.at(2).range == core::HostRange{"n", 0, 99'999, 9, ""});
    CHECK_FALSE(hosts.at(3).range);
}

TEST_CASE("what is no range is shown where it is wrong") {
    struct Mistake {
        std::string name, place, label;
    };
    const std::string numbers = "not two numbers of at most 9 digits with '-' between them";
    const std::vector<Mistake> mistakes{
        {"gpu-[1-64]", "1-64", "the two numbers have different numbers of digits"},
        {"gpu-[64-01]", "64-01", "the first number is above the last"},
        {"gpu-[01]", "01", numbers},
        {"gpu-[]", "", numbers},
        {"gpu-[01-02,05]", "01-02,05", numbers},
        {"gpu-[a-b]", "a-b", numbers},
        {"gpu-[-1-02]", "-1-02", numbers},
        {"gpu-[0000000001-0000000002]", "0000000001-0000000002", numbers},
        {"gpu-[000000-100000]", "000000-100000", "more than 100000 hosts"},
        {"gpu-[01-02", "gpu-[01-02", "a bracket without the other one"},
        {"gpu-]01-02[", "gpu-]01-02[", "a bracket without the other one"},
        {"r[1-2]-n[1-2]", "[1-2]", "a second bracket"},
        {"[01-02]", "[01-02]", "nothing in front of the bracket"},
        {"-gpu[01-02]", "-gpu[01-02]", "names of hosts that cannot be"},
        {"gpu[01-02].example", "gpu[01-02].example", "names of hosts that cannot be"},
        {std::string(60, 'a') + "[001-064]-x", std::string(60, 'a') + "[001-064]-x",
         "names of hosts that cannot be"},
    };
    for (const auto& [name, place, label] : mistakes) {
        INFO(name);
        std::string text;
        const auto finding = finding_of(name, text);
        CHECK(finding.code == "evaluation.bad-value");
        CHECK(finding.message == "'" + name + "' is no range of hosts");
        CHECK(slice(text, *finding.where) == place);
        CHECK(finding.label == label);
        CHECK(finding.help.size() == 1);
    }
}
