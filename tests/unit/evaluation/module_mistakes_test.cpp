// SPDX-License-Identifier: Apache-2.0
//
// One contract with many mistakes of modules, each used by others: all are told in one run at their
// characters, and each alone is gone when it is. Nothing follows from any of them.
#include <algorithm>

#include "contract/base/text.hpp"
#include "module_host.hpp"

using namespace contract;
using namespace contract::test;

namespace {

struct Mistake {
    std::string file;
    std::string text;
    std::string found;  // code, and the characters it points at
};

const std::vector<Mistake> mistakes{
    {"a.toml",
     "[options.\"m1\"]\ntype = \"intt\"\n\n[[set]]\nvalues.m1 = 'x'\n[[assert]]\nthat = 'config.m1 == 5'\n",
     "bad-type intt"},
    {"a.toml", "[options.\"m2\"]\ntype = \"int\"\ndefualt = 5\n[[assert]]\nthat = 'config.m2 > 1'\n",
     "unknown-key defualt"},
    {"a.toml", "[options.m3]\ndefault = 1\n[[set]]\nvalues.m3 = 'x'\n[[assert]]\nthat = 'config.m3 > 1'\n",
     "missing-key [options.m3]"},
    {"a.toml", "[options.\"m4 x\"]\ntype = \"int\"\n\n[[set]]\nvalues.'m4 x' = 1\n", "bad-value \"m4 x\""},
    {"a.toml", "[options.m5.port]\ntype = 'int'\n[[set]]\nvalues.m5.port = 1\n",
     "bad-value [options.m5.port]"},
    {"a.toml", "[options.\"m6\"]\ntype = \"int\"\ndefault = 'six'\n[[assert]]\nthat = 'config.m6 > 1'\n",
     "wrong-type 'six'"},
    {"a.toml", "[options.\"m7\"]\ntype = \"int\"\ndefault = 7\nmin = 8\n", "bad-value 7"},
    {"a.toml", "[options.\"m8\"]\ntype = \"string\"\nmin = 88\n[[set]]\nvalues.m8 = 'x'\n", "wrong-type 88"},
    {"a.toml", "[options.\"m9\"]\ntype = \"string\"\nmatch = '('\n[[set]]\nvalues.m9 = 'x'\n",
     "bad-value '('"},
    {"a.toml", "[options.\"m10\"]\ntype = \"int\"\ncheck = 'valu > 1'\ndefault = 1\n", "expression valu"},
    {"b.toml",
     "[options.\"m11\"]\ntype = \"string\"\n\n[[set]]\nvalues.m11 = 'x'\n[[assert]]\nthat = 'config.m11 == "
     "4'\n",
     "option-redeclared [options.\"m11\"]"},
    {"a.toml",
     "[options.\"m12\"]\ntype = \"int\"\n\n[options.\"m12.sub\"]\ntype = \"int\"\n\n[[set]]\nvalues.m12.sub "
     "= 1\n",
     "option-nesting [options.\"m12.sub\"]"},
    {"a.toml",
     "[options.\"m13\"]\ntype = \"enum('a', 'b')\"\n\n[[set]]\nvalues.m13 = 'c13'\n[[assert]]\nthat = "
     "\"config.m13 == 'a'\"\n",
     "bad-value 'c13'"},
    {"a.toml",
     "[options.\"m14\"]\ntype = \"int\"\n\n[[set]]\nvalues.m14 = 'x14'\n[[assert]]\nthat = 'config.m14 == "
     "1'\n",
     "wrong-type 'x14'"},
    {"a.toml", "[[set]]\nvalues.m15 = 1\n", "unknown-option m15"},
    {"a.toml",
     "[options.\"m16\"]\ntype = \"int\"\n\n[[set]]\nvalues.m16 = 1\n[[set]]\nvalues.m16 = "
     "216\n[[assert]]\nthat = 'config.m16 == 1'\n",
     "conflict 216"},
    {"a.toml", "[[set]]\nunset = ['m17']\n", "unknown-option 'm17'"},
    {"a.toml", "[options.\"m18\"]\ntype = \"int\"\n\n[[set]]\nreplace = ['m18']\nvalues.m18 = 1\n",
     "bad-value 'm18'"},
    {"a.toml",
     "[options.\"m19\"]\ntype = \"int\"\nrequired = true\n[[set]]\npriorty = 'normal'\nvalues.m19 = 1\n",
     "unknown-key priorty"},
    {"a.toml",
     "[options.\"m20\"]\ntype = \"int\"\nrequired = true\n[[set]]\npriority = 'force'\nvalues.m20 = 1\n",
     "missing-key 'force'"},
    {"a.toml",
     "[options.\"m21\"]\ntype = \"int\"\nrequired = true\n[[set]]\nwhen = 'config.m21x'\nvalues.m21 = 1\n",
     "expression m21x"},
    {"a.toml",
     "[options.\"m22\"]\ntype = \"int\"\ndefault = 1\n[options.\"m22m.<name>.a\"]\ntype = "
     "\"int\"\n\n[[set]]\nfor = 'config.m22'\nvalues.m22m.'${{ each.key }}'.a = 1\n[[assert]]\nthat = "
     "'size(config.m22m) > 0'\n",
     "expression config.m22"},
    {"a.toml",
     "[options.\"m23a\"]\ntype = \"int\"\n\n[options.\"m23b\"]\ntype = \"int\"\n\n[[set]]\nvalues.m23a = "
     "'${{ config.m23b }}'\nvalues.m23b = '${{ config.m23a }}'\n",
     "option-cycle config.m23b"},
    {"a.toml", "[options.\"m24\"]\ntype = \"int\"\nrequired = true\n", "missing-option [options.\"m24\"]"},
    {"a.toml", "[[assert]]\nthat = '1 == 25'\n", "assertion 1 == 25"},
    {"a.toml", "[[removed]]\noption = 'm26'\nreason = 'gone'\n[[set]]\nvalues.m26 = 1\n",
     "removed-option m26"},
    {"a.toml",
     "[[renamed]]\nfrom = 'm27'\nto = 'nope27'\n[[set]]\nvalues.m27 = 1\n[[assert]]\nthat = 'config.m27 == "
     "1'\n",
     "unknown-option 'nope27'"},
    {"c.toml", "[[set]]\nvalues.m28 = 28\n", "readonly-option 28"},
    {"a.toml",
     "[options.\"m29.<name>.root\"]\ntype = \"path\"\nrequired = true\n[[set]]\nvalues.m29.main.rot = '/x'\n",
     "unknown-option rot"},
    {"a.toml",
     "[options.\"m30\"]\ntype = \"package\"\n\n[[set]]\nvalues.m30 = '${{ packages.nope30 "
     "}}'\n[[assert]]\nthat = \"config.m30.name == 'x'\"\n",
     "unknown-reference packages.nope30"},
    {"a.toml",
     "[options.\"m31\"]\ntype = \"int\"\n\n[[set]]\nvalues.m31 = '${{ 1 ++ 31 }}'\n[[assert]]\nthat = "
     "'config.m31 == 1'\n",
     "expression +"},
    {"a.toml", "[options.\"m32\"]\ntype = \"int\"\n\n[[set]]\norder = 'before'\nvalues.m32 = 1\n",
     "bad-value 'before'"},
    {"a.toml",
     "[options.\"m33\"]\ntype = \"list(int)\"\ndefault = []\n[options.\"m33i\"]\ntype = "
     "\"int\"\n\n[[set]]\nvalues.m33i = '${{ config.m33[33] }}'\n[[assert]]\nthat = 'config.m33i == 1'\n",
     "expression 33"},
    {"a.toml", "[[renamed]]\nfrom = 'm34'\n[[set]]\nvalues.m34 = 1\n", "missing-key [[renamed]]"},
    {"contract.toml",
     "[hosts.two]\nclass = 'linux'\nmodules = ['./broken.toml', './good.toml']\nconfig.other = "
     "1\n[[hosts.two.set]]\nwhen = 'config.some'\nvalues.other = 2\n",
     "syntax @"},
    {"contract.toml", "[hosts.three]\nclass = 'linux'\nmodules = ['./missing.toml']\nconfig.other = 1\n",
     "missing-file './missing.toml'"},
    {"contract.toml", "[hosts.four]\nclas = 'linux'\nmodules = ['./good.toml']\nconfig.good = 'x4'\n",
     "unknown-key clas"},
    {"contract.toml",
     "[hosts.five]\nclass = 'linux'\nmodules = ['./good.toml', './home.toml']\nconfig.home = 5\n",
     "wrong-class './home.toml'"},
    {"contract.toml",
     "[hosts.six]\nclass = 'linux'\nmodules = ['./good.toml', 'modules.sixx']\nconfig.home = 5\n",
     "unknown-reference 'modules.sixx'"},
};

std::vector<std::string> found_without(std::size_t left_out) {
    Contract contract(
        "[hosts.web]\nclass = \"linux\"\nmodules = [\"./a.toml\", \"./b.toml\", \"./c.toml\"]\n");
    auto& files = contract.files.tracked;
    files["a.toml"] = option("m11", "int");
    files["b.toml"] = option("m28", "int", "readonly = true");
    files["c.toml"] = "";
    files["good.toml"] = option("good", "string");
    files["home.toml"] = "[module]\nclass = \"home\"\n" + option("home", "int");
    files["broken.toml"] = option("other", "int") + option("some", "bool") + "@\n";
    for (std::size_t i = 0; i < mistakes.size(); ++i) {
        if (i == left_out) continue;
        std::string& file = mistakes[i].file == "contract.toml" ? contract.text : files[mistakes[i].file];
        file += mistakes[i].text;
    }
    const auto evaluated = contract.run();
    std::vector<std::string> out;
    for (const auto& list : {contract.parsed.findings, evaluated.result.findings})
        for (const auto& finding : list) {
            INFO(ModuleHost::told(finding));
            const Span where = finding.where.value_or(Span{});
            const std::string& text =
                where.file == "contract.toml" ? contract.text : files[where.file.text()];
            out.push_back(finding.code.substr(finding.code.find('.') + 1) + " " +
                          text.substr(where.begin_byte, where.end_byte - where.begin_byte));
        }
    std::sort(out.begin(), out.end());
    return out;
}

std::string expected_without(std::size_t left_out) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < mistakes.size(); ++i)
        if (i != left_out) out.push_back(mistakes[i].found);
    std::sort(out.begin(), out.end());
    return join(out, "\n");
}

}  // namespace

TEST_CASE("every mistake of modules is told in one run, and each leaves the others when it is corrected") {
    REQUIRE(mistakes.size() >= 30);
    for (std::size_t left_out = 0; left_out <= mistakes.size(); ++left_out) {
        INFO("without " << left_out);
        CHECK(join(found_without(left_out), "\n") == expected_without(left_out));
    }
}
