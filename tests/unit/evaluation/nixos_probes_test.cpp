// SPDX-License-Identifier: Apache-2.0
//
// The questions that were put to the module system of NixOS (lib/modules.nix of June 2026), each with our
// answer. Where it is meant to be another one, the line above says why.
#include "module_host.hpp"

using namespace contract;
using namespace contract::test;

namespace {

struct Row {
    std::string name;
    std::vector<std::string> modules;
    std::string shown;
    std::string answer;
};

const std::vector<Row> probes{
    {"conflict-int",
     {"[options.\"a\"]\ntype = \"int\"\n\n", "[config]\na = 1\n", "[config]\na = 2\n"},
     "config.a",
     "?"},
    {"equal-int-twice",
     {"[options.\"a\"]\ntype = \"int\"\n\n", "[config]\na = 1\n", "[config]\na = 1\n"},
     "config.a",
     "?"},
    {"port-range", {"[options.\"a\"]\ntype = \"port\"\n\n", "[config]\na = 70000\n"}, "config.a", "?"},
    // The module that sets a wrong name is shown, not its value.
    {"undeclared-suggest",
     {"[options.\"services.web.port\"]\ntype = \"port\"\n\n", "[config]\nservices.web.prot = 80\n"},
     "'x'",
     "?"},
    // Who reads it is the place, and where it is declared the help.
    {"used-not-defined", {"[options.\"a\"]\ntype = \"int\"\n\n"}, "config.a", "?"},
    // In the order of the modules, not reversed.
    {"list-order-three-modules",
     {"[options.\"a\"]\ntype = \"list(int)\"\ndefault = [0]\n", "[config]\na = [1]\n", "[config]\na = [2]\n",
      "[config]\na = [3]\n"},
     "config.a",
     "?"},
    // Imports first, importer after, document order.
    {"list-order-imports",
     {"[options.\"a\"]\ntype = \"list(string)\"\n\n",
      "[module]\nimports = [\"./m3.toml\", \"./m4.toml\"]\n[config]\na = [\"parent\"]\n",
      "[config]\na = [\"sibling\"]\n", "[config]\na = [\"child1\"]\n", "[config]\na = [\"child2\"]\n"},
     "config.a",
     "?"},
    // Three words; there is no number between them.
    {"list-before-after",
     {"[options.\"a\"]\ntype = \"list(string)\"\n\n", "[[set]]\norder = \"after\"\nvalues.a = [\"after\"]\n",
      "[config]\na = [\"plain\"]\n", "[[set]]\norder = \"before\"\nvalues.a = [\"before\"]\n"},
     "config.a",
     "?"},
    // In the order of the modules.
    {"force-list",
     {"[options.\"a\"]\ntype = \"list(string)\"\n\n", "[config]\na = [\"x\"]\n",
      "[[set]]\npriority = \"force\"\nbecause = \"a test\"\nvalues.a = [\"y\"]\n",
      "[[set]]\npriority = \"force\"\nbecause = \"a test\"\nvalues.a = [\"z\"]\n",
      "[[set]]\npriority = \"default\"\nvalues.a = [\"d\"]\n"},
     "config.a",
     "?"},
    {"default-replaced",
     {"[options.\"a\"]\ntype = \"list(string)\"\ndefault = [\"def\"]\n", "[config]\na = [\"x\"]\n"},
     "config.a",
     "?"},
    {"nullor-both",
     {"[options.\"a\"]\ntype = \"optional(int)\"\n\n", "[config]\na = \"${{ null }}\"\n",
      "[config]\na = 2\n"},
     "config.a",
     "?"},
    {"enum-bad",
     {"[options.\"a\"]\ntype = \"enum('x', 'y')\"\n\n", "[config]\na = \"z\"\n"},
     "config.a",
     "?"},
    {"enum-decl-merge",
     {"[options.\"a\"]\ntype = \"enum('x')\"\n\n",
      "[options.\"a\"]\ntype = \"enum('y')\"\n\n[config]\na = \"y\"\n"},
     "config.a",
     "?"},
    {"double-declaration",
     {"[options.\"a\"]\ntype = \"int\"\ndefault = 1\n", "[options.\"a\"]\ntype = \"int\"\ndefault = 1\n"},
     "config.a",
     "?"},
    // Its own module may set it, nobody else.
    {"readonly",
     {"[options.\"a\"]\ntype = \"int\"\nreadonly = true\ndefault = 1\n", "[config]\na = 2\n"},
     "config.a",
     "?"},
    {"uniq",
     {"[options.\"a\"]\ntype = \"list(int)\"\nunique = true\n", "[config]\na = [1]\n", "[config]\na = [1]\n"},
     "config.a",
     "?"},
    {"lines",
     {"[options.\"a\"]\ntype = \"lines\"\ndefault = \"D\"\n", "[config]\na = \"one\\n\"\n",
      "[[set]]\norder = \"before\"\nvalues.a = \"zero\"\n"},
     "config.a",
     "?"},
    {"attrsof-key-conflict",
     {"[options.\"a\"]\ntype = \"map(int)\"\n\n", "[config]\na.x = 1\n", "[config]\na.x = 2\na.y = 3\n"},
     "config.a",
     "?"},
    {"attrsof-key-force",
     {"[options.\"a\"]\ntype = \"map(int)\"\n\n", "[config]\na.x = 1\na.z = 9\n",
      "[[set]]\npriority = \"force\"\nbecause = \"a test\"\nvalues.a.x = 2\n"},
     "config.a",
     "?"},
    // Replacing a whole map is said.
    {"attrsof-whole-force",
     {"[options.\"a\"]\ntype = \"map(int)\"\n\n", "[config]\na.x = 1\na.z = 9\n",
      "[[set]]\nreplace = [\"a\"]\npriority = \"force\"\nbecause = \"a test\"\nvalues.a.x = 2\n"},
     "config.a",
     "?"},
    // Always per key: a default stays where no key is given.
    {"attrsof-default-dropped",
     {"[options.\"a\"]\ntype = \"map(int)\"\ndefault = { d = 1 }\n", "[config]\na.x = 1\n"},
     "config.a",
     "?"},
    {"submodule-inner-defaults",
     {"[options.\"a.p\"]\ntype = \"int\"\ndefault = 1\n[options.\"a.q\"]\ntype = \"int\"\ndefault = 2\n",
      "[config]\na.p = 5\n"},
     "config.a",
     "?"},
    // Always per leaf: nothing is dropped silently.
    {"submodule-whole-mkDefault-dropped",
     {"[options.\"a.<name>.p\"]\ntype = \"int\"\ndefault = 0\n[options.\"a.<name>.q\"]\ntype = "
      "\"int\"\ndefault = 0\n",
      "[[set]]\npriority = \"default\"\nvalues.a.one.p = 1\n", "[config]\na.one.q = 2\n"},
     "config.a",
     "?"},
    {"tree-mkDefault-pushed-down",
     {"[options.\"a.p\"]\ntype = \"int\"\ndefault = 0\n[options.\"a.q\"]\ntype = \"int\"\ndefault = 0\n",
      "[[set]]\npriority = \"default\"\nvalues.a = { p = 1 }\n", "[config]\na.q = 2\n"},
     "config.a",
     "?"},
    // Priority and condition stand on the block: no order of wrappers to get wrong.
    {"force-of-if",
     {"[options.\"a\"]\ntype = \"int\"\ndefault = 7\n",
      "[[set]]\npriority = \"force\"\nbecause = \"a test\"\nwhen = \"false\"\nvalues.a = 3\n"},
     "config.a",
     "?"},
    {"if-of-force",
     {"[options.\"a\"]\ntype = \"int\"\ndefault = 7\n",
      "[[set]]\nwhen = \"false\"\npriority = \"force\"\nbecause = \"a test\"\nvalues.a = 3\n"},
     "config.a",
     "?"},
    // As force-of-if.
    {"before-of-force",
     {"[options.\"a\"]\ntype = \"list(int)\"\ndefault = [7]\n",
      "[[set]]\npriority = \"force\"\nbecause = \"a test\"\norder = \"before\"\nvalues.a = [3]\n"},
     "config.a",
     "?"},
    // Every definition is checked; a losing one is warned of.
    {"losing-def-not-typechecked",
     {"[options.\"a\"]\ntype = \"int\"\n\n", "[[set]]\npriority = \"default\"\nvalues.a = \"not an int\"\n",
      "[config]\na = 1\n"},
     "config.a",
     "?"},
    {"two-mkDefaults-conflict",
     {"[options.\"a\"]\ntype = \"int\"\n\n", "[[set]]\npriority = \"default\"\nvalues.a = 1\n",
      "[[set]]\npriority = \"default\"\nvalues.a = 2\n"},
     "config.a",
     "?"},
    // The cycle is told with its options.
    {"cycle",
     {"[options.\"a\"]\ntype = \"int\"\n\n[options.\"b\"]\ntype = \"int\"\n\n",
      "[config]\na = \"${{ config.b }}\"\nb = \"${{ config.a }}\"\n"},
     "config.a",
     "?"},
    // Imports are static.
    {"conditional-import",
     {"[module]\nimports = \"${{ config.e }}\"\n[options.\"e\"]\ntype = \"bool\"\ndefault = false\n"},
     "config.e",
     "?"},
    // The key is accepted and warned of.
    {"freeform-typo-swallowed",
     {"[options.\"s\"]\ntype = \"map(int)\"\ndefault = { port = 80 }\n", "[config]\ns.prot = 8080\n"},
     "config.s",
     "?"},
    {"parent-of-option",
     {"[options.\"a\"]\ntype = \"int\"\n\n", "[options.\"a.b\"]\ntype = \"int\"\n\n"},
     "'x'",
     "?"},
    {"scalar-for-tree", {"[options.\"a.b\"]\ntype = \"int\"\n\n", "[config]\na = 3\n"}, "'x'", "?"},
    {"rename-warning",
     {"[options.\"new\"]\ntype = \"int\"\n\n", "[[renamed]]\nfrom = \"old\"\nto = \"new\"\n",
      "[config]\nold = 3\n"},
     "config.new",
     "?"},
    {"removed-assertion",
     {"[[removed]]\noption = \"old\"\nreason = \"Use new instead.\"\n", "[config]\nold = 3\n"},
     "'x'",
     "?"},
    // No shallow merge.
    {"attrs-shallow-loses-data",
     {"[options.\"a\"]\ntype = \"map(map(int))\"\n\n", "[config]\na.x.one = 1\n", "[config]\na.x.two = 2\n"},
     "config.a",
     "?"},
    // No type is anything: every map says of what.
    {"anything-deep",
     {"[options.\"a\"]\ntype = \"map(map(int))\"\n\n", "[config]\na.x.one = 1\n",
      "[config]\na.x.two = 2\na.l = {}\n"},
     "config.a",
     "?"},
    // No option without a type.
    {"typeless-bool-or", {"[options.a]\n", "[config]\na = false\n", "[config]\na = true\n"}, "config.a", "?"},
    {"list-element-error",
     {"[options.\"a\"]\ntype = \"list(int)\"\n\n", "[config]\na = [1]\n", "[config]\na = [2, \"three\"]\n"},
     "config.a",
     "?"},
    {"submodule-missing-field",
     {"[options.\"a.<name>.req\"]\ntype = \"string\"\nrequired = true\n", "[config]\na.foo = {}\n"},
     "'x'",
     "?"},
    {"either-mixed",
     {"[options.\"a\"]\ntype = \"either(int, string)\"\n\n", "[config]\na = 1\n", "[config]\na = \"x\"\n"},
     "config.a",
     "?"},
    // There are no tagged unions: either says it by type.
    {"attrtag-both",
     {"[options.\"a\"]\ntype = \"either(int, string)\"\n\n", "[config]\na = { l = 1 }\n",
      "[config]\na = { r = \"x\" }\n"},
     "config.a",
     "?"},
    // All of them.
    {"only-first-error-reported",
     {"[options.\"a\"]\ntype = \"int\"\n\n[options.\"b\"]\ntype = \"int\"\n\n",
      "[config]\na = \"x\"\nb = \"y\"\nc = 1\n"},
     "'x'",
     "?"},
    // Every definition is checked, read or not.
    {"unread-bad-option-silent",
     {"[options.\"a\"]\ntype = \"int\"\n\n[options.\"b\"]\ntype = \"int\"\n\n",
      "[config]\na = 1\nb = \"y\"\n"},
     "config.a",
     "?"},
    {"float-rejects-int", {"[options.\"a\"]\ntype = \"float\"\n\n", "[config]\na = 1\n"}, "config.a", "?"},
    {"assertions",
     {"[[assert]]\nthat = \"1 == 2\"\nmessage = \"one\"\n[[assert]]\nthat = \"1 == 3\"\nmessage = \"two\"\n"},
     "'x'",
     "?"},
    {"disabled-module",
     {"[options.\"a\"]\ntype = \"int\"\ndefault = 1\n", "[module]\ndisable = [\"./m2.toml\"]\n",
      "[config]\na = 5\n"},
     "config.a",
     "?"},
    {"dedupe-by-key",
     {"[options.\"a\"]\ntype = \"list(int)\"\n\n", "[module]\nimports = [\"./m2.toml\"]\n",
      "[module]\nimports = [\"./m1.toml\"]\n[config]\na = [1]\n"},
     "config.a",
     "?"},
};

}  // namespace

TEST_CASE("what the module system of NixOS was asked, contract answers") {
    for (const Row& row : probes) {
        INFO(row.name);
        if (getenv("PRINT_PROBES")) {
            printf("%s\x1f%s\x1e", row.name.c_str(), ModuleHost(row.modules, row.shown).outcome().c_str());
            continue;
        }
        CHECK(ModuleHost(row.modules, row.shown).outcome() == row.answer);
    }
}
