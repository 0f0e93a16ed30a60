// SPDX-License-Identifier: Apache-2.0
//
// Module files, and what the table of a host says as a module.
#include "contract/manifest/module_file.hpp"

#include "reading.hpp"

using namespace contract;
using namespace contract::test;

namespace {

const std::string whole = R"([module]
class = "linux"
imports = ["./tls.toml", "modules.base", "inputs.site.modules.ntp"]
disable = ["inputs.site.modules.chrony"]
description = "A small web front"

[options."web.port"]
type = "port"
default = 8080
check = "value != 22"
message = "22 is taken"
min = 1
max = 65_535.5
description = "Where it listens."
unique = true
readonly = true
sensitive = true
internal = true

[options."web.vhosts.<name>.root"]
type = "path"
match = "/srv/.*"
required = true

[[set]]
priority = "default"
values.ntp.enable = true

[config]
web.port = 8443

[[set]]
for = "config.web.vhosts"
when = "config.web.enable"
values.files."/etc/web.d/${{ each.key }}.conf".text = "root ${{ each.value.root }};\n"

[[set]]
priority = "force"
because = "OPS-114: 8080 is taken by the old proxy"
values.web.port = 8081

[[set]]
order = "before"
values.web.flags = ["--early"]

[[set]]
order = "after"
unset = ["web.banner", 'files."/etc/motd"']

[[set]]
replace = ["web.vhosts", 'files."/etc/a.conf"']
values.web.vhosts.only.root = "/srv"
values.files."/etc/a.conf" = {}

[[assert]]
that = "config.web.port != config.admin.port"
message = "web and admin must not share a port"
[[assert]]
that = "true"

[[warn]]
when = "size(config.web.vhosts) == 0"
message = "no virtual host is declared"

[[renamed]]
from = "www.port"
to = "web.port"

[[removed]]
option = "web.fork"
reason = "the server no longer forks"
)";

manifest::ParsedModule read(std::string text) {
    return manifest::parse_module({"modules/web.toml", "", "modules.web", std::move(text)});
}

struct Mistake {
    std::string text, code, place, message;
};

void check_each(const std::vector<Mistake>& mistakes) {
    for (const auto& [text, code, place, message] : mistakes) {
        INFO(text);
        const auto parsed = read(text);
        REQUIRE(codes(parsed.findings) == std::vector<std::string>{"evaluation." + code});
        const auto& finding = parsed.findings[0];
        CHECK(finding.message == message);
        CHECK(slice(text, *finding.where) == place);
        CHECK(finding.where->file == "modules/web.toml");
        CHECK(finding.target == "modules.web");
        CHECK(parsed.usable);
    }
}

std::string option(const std::string& lines) {
    return "[options.\"a.b\"]\ntype = \"int\"\n" + lines + "\n";
}
std::string set(const std::string& lines) {
    return "[[set]]\n" + lines + "\n";
}

}  // namespace

TEST_CASE("a whole module file is read into its nouns") {
    const auto parsed = read(whole);
    CHECK(codes(parsed.findings).empty());
    CHECK(parsed.usable);
    const auto& module = parsed.module;
    CHECK(module.module_class->value == "linux");
    CHECK(module.imports.size() == 3);
    CHECK(module.disable.at(0).value == "inputs.site.modules.chrony");
    CHECK(module.description->value == "A small web front");

    REQUIRE(module.options.size() == 2);
    const auto& port = module.options[0];
    CHECK(port.path.value == "web.port");
    CHECK(slice(whole, port.path.where) == "\"web.port\"");
    CHECK(slice(whole, port.where) == "[options.\"web.port\"]");
    CHECK(port.type.value == "port");
    CHECK(*port.default_value->integer() == 8080);
    CHECK(port.check->value == "value != 22");
    CHECK(port.message->value == "22 is taken");
    CHECK(*port.least->integer() == 1);
    CHECK(std::get<double>(port.most->data) == 65535.5);
    CHECK((port.unique && port.readonly && port.sensitive && port.internal && !port.required));
    const auto& root = module.options[1];
    CHECK(root.match->value == "/srv/.*");
    CHECK((root.required && !root.unique && !root.default_value));

    CHECK(module.assertions.size() == 2);
    CHECK_FALSE(module.assertions.at(1).message);
    CHECK(module.warnings.at(0).message.value == "no virtual host is declared");
    CHECK(module.renamed.at(0).to.value == "web.port");
    CHECK(slice(whole, module.removed.at(0).where) == "[[removed]]");
}

TEST_CASE("settings keep the order of the file, [config] among them") {
    const auto module = read(whole).module;
    REQUIRE(module.settings.size() == 7);
    CHECK(module.settings[0].priority == core::Priority::defaults);
    CHECK(slice(whole, module.settings[0].where) == "[[set]]");
    CHECK(slice(whole, module.settings[1].where) == "config");
    CHECK(*module.settings[1].values->find("web")->value.find("port")->value.integer() == 8443);
    CHECK(module.settings[2].each->value == "config.web.vhosts");
    CHECK(module.settings[2].when->value == "config.web.enable");
    CHECK(module.settings[3].priority == core::Priority::force);
    CHECK(module.settings[3].because->value.starts_with("OPS-114"));
    CHECK(module.settings[4].order == core::Order::before);
    CHECK(module.settings[5].order == core::Order::after);
    CHECK(module.settings[5].unset.at(1).value == "files.\"/etc/motd\"");
    CHECK_FALSE(module.settings[5].values);
    CHECK(module.settings[6].replace.size() == 2);
}

TEST_CASE("what a module file cannot say") {
    check_each({
        {"modul = 1\n", "unknown-key", "modul", "unknown key 'modul'"},
        {"module = 1\n", "wrong-type", "1", "'module' is an integer, not a table"},
        {"[module]\nclass = \"darwin\"\n", "unsupported", "\"darwin\"",
         "the class 'darwin' is reserved and means nothing yet"},
        {"[module]\nclass = \"hom\"\n", "bad-value", "\"hom\"", "'module.class' is 'hom'"},
        {"[module]\nimports = [\"tls.toml\"]\n", "bad-value", "\"tls.toml\"",
         "'module.imports' names 'tls.toml', which is no module"},
        {"[module]\ndisable = [\"packages.web\"]\n", "bad-value", "\"packages.web\"",
         "'module.disable' names 'packages.web', which is no module"},
        {"[module]\nimports = [\"./../../x.toml\"]\n", "path-outside", "\"./../../x.toml\"",
         "'module.imports' leads out of the contract directory"},
        {"options = []\n", "wrong-type", "[]", "'options' is a list, not a table"},
        {"[options]\n\"a.b\" = 1\n", "wrong-type", "1", "'options.\"a.b\"' is an integer, not a table"},
        {"[options.\"a..b\"]\ntype = \"int\"\n", "bad-value", "\"a..b\"",
         "'a..b' in 'options' is no path of an option"},
        {"[options.\"<a>.b\"]\ntype = \"int\"\n", "bad-value", "\"<a>.b\"",
         "'<a>.b' in 'options' is no path of an option"},
        {"[options.a.b]\ntype = \"int\"\n", "bad-value", "[options.a.b]",
         "the path of the option 'a.b' is not quoted"},
        {"[options.\"a.b\"]\n", "missing-key", "[options.\"a.b\"]", "'options.\"a.b\"' has no 'type'"},
        {option("min = \"1\""), "wrong-type", "\"1\"", "'options.\"a.b\".min' is a string, not a number"},
        {option("min = 2\nmax = 1.5"), "bad-value", "2", "'options.\"a.b\".min' is above 'max'"},
        {option("message = \"x\""), "bad-value", "\"x\"", "'options.\"a.b\"' has a 'message' and no 'check'"},
        {option("default = 1\nrequired = true"), "bad-value", "required",
         "'options.\"a.b\"' is required and has a default"},
        {option("unique = 1"), "wrong-type", "1", "'options.\"a.b\".unique' is an integer, not a boolean"},
        {option("defualt = 1"), "unknown-key", "defualt", "unknown key 'options.\"a.b\".defualt'"},
    });
}

TEST_CASE("what a table that sets options cannot say") {
    check_each({
        {"config = 1\n", "wrong-type", "1", "'config' is an integer, not a table"},
        {"[set]\nvalues.a = 1\n", "wrong-type", "[set]", "'set' is a table, not a list of tables"},
        {"set = [1]\n", "wrong-type", "1", "'set[0]' is an integer, not a table"},
        {set("values = 1"), "wrong-type", "1", "'set[0].values' is an integer, not a table"},
        {set("when = \"true\""), "missing-key", "[[set]]", "'set[0]' sets nothing"},
        {set("priority = \"high\"\nvalues.a = 1"), "bad-value", "\"high\"", "'set[0].priority' is 'high'"},
        {set("order = \"first\"\nvalues.a = 1"), "bad-value", "\"first\"", "'set[0].order' is 'first'"},
        {set("priority = \"force\"\nvalues.a = 1"), "missing-key", "\"force\"",
         "'set[0]' forces values and does not say why"},
        {set("because = \" \"\npriority = \"force\"\nvalues.a = 1"), "bad-value", "\" \"",
         "'set[0].because' gives no reason"},
        {set("because = 1\npriority = \"force\"\nvalues.a = 1"), "wrong-type", "1",
         "'set[0].because' is an integer, not a string"},
        {set("unset = [\"a b\"]"), "bad-value", "\"a b\"", "'a b' in 'set[0].unset' is no path of an option"},
        {set("unset = [\"a.<b>\"]"), "bad-value", "\"a.<b>\"",
         "'a.<b>' in 'set[0].unset' is no path of an option"},
        {set("unset = [\"a.b\"]\nvalues.a.b = 1"), "bad-value", "\"a.b\"",
         "'set[0]' both sets and unsets 'a.b'"},
        {set("replace = [\"a.b\"]\nvalues.a.c = 1"), "bad-value", "\"a.b\"",
         "'set[0]' replaces 'a.b' and gives it no value"},
        {set("replace = [\"a.b\"]\nunset = [\"c\"]"), "bad-value", "\"a.b\"",
         "'set[0]' replaces 'a.b' and gives it no value"},
        {set("valeus.a = 1\nunset = [\"c\"]"), "unknown-key", "valeus", "unknown key 'set[0].valeus'"},
        {"[[assert]]\nmessage = \"x\"\n", "missing-key", "[[assert]]", "'assert[0]' has no 'that'"},
        {"[[warn]]\nwhen = \"true\"\n", "missing-key", "[[warn]]", "'warn[0]' has no 'message'"},
        {"[[renamed]]\nfrom = \"a\"\n", "missing-key", "[[renamed]]", "'renamed[0]' has no 'to'"},
        {"[[renamed]]\nfrom = \"a\"\nto = \"a\"\n", "bad-value", "\"a\"", "'renamed[0]' changes no name"},
        {"[[removed]]\noption = \"a.\"\nreason = \"x\"\n", "bad-value", "\"a.\"",
         "'a.' in 'removed[0].option' is no path of an option"},
    });
    std::string deep = "a";
    for (int i = 1; i < 32; ++i) deep += ".a";
    CHECK(read("[options.\"" + deep + "\"]\ntype = \"int\"\n").findings.empty());
    CHECK(codes(read("[options.\"" + deep + ".a\"]\ntype = \"int\"\n").findings) ==
          std::vector<std::string>{"evaluation.bad-value"});
    CHECK(read(set("replace = [\"a.b\"]\nvalues.a.\"${{ x }}\" = 1")).findings.empty());
    CHECK(read(set("replace = [\"a.b\"]\nvalues.a.b = {}")).findings.empty());
}

TEST_CASE("a module file tells all its mistakes, and marks what has one") {
    const auto parsed = read(
        "[options.a]\ntype = 1\n[options.b]\ntype = \"int\"\n[[set]]\n[[set]]\nunset = [\"b\"]\n[[warn]]\n");
    CHECK(parsed.findings.size() == 4);
    REQUIRE(parsed.module.options.size() == 2);
    CHECK(parsed.module.options[0].broken);
    CHECK_FALSE(parsed.module.options[1].broken);
    REQUIRE(parsed.module.settings.size() == 2);
    CHECK(parsed.module.settings[0].broken);
    CHECK_FALSE(parsed.module.settings[1].broken);
    CHECK(parsed.module.warnings.empty());
    const auto broken = read("[options.a]\ntype =\n");
    CHECK_FALSE(broken.usable);
    CHECK(codes(broken.findings) == std::vector<std::string>{"evaluation.syntax"});
    CHECK(broken.findings[0].target == "modules.web");
}

TEST_CASE("paths of a module of a contract input stay inside that contract") {
    const auto reads = [](const std::string& import) {
        return manifest::parse_module({"inputs.site/modules/a.toml", "inputs.site", "inputs.site",
                                       "[module]\nimports = [\"" + import + "\"]\n"})
            .findings;
    };
    CHECK(reads("./b.toml").empty());
    CHECK(reads("./../b.toml").empty());
    REQUIRE(reads("./../../b.toml").size() == 1);
    CHECK(reads("./../../b.toml")[0].code == "evaluation.path-outside");
}

TEST_CASE("paths of options have names, placeholders and quoted keys") {
    using Parts = std::vector<std::string>;
    CHECK(manifest::parts_of_option("web") == Parts{"web"});
    CHECK(manifest::parts_of_option("web.vhosts.<name>.root") == Parts{"web", "vhosts", "<name>", "root"});
    CHECK(manifest::parts_of_option("files.\"/etc/a.conf\".text") == Parts{"files", "/etc/a.conf", "text"});
    CHECK(manifest::parts_of_option(R"(a."b\"c")") == Parts{"a", "b\"c"});
    for (const std::string bad : {"", ".", "a.", ".a", "a..b", "a b", "a.\"b", "a.\"\"", "a.\"b\"c", "a.<>",
                                  "a.<b", "a.<b c>", "a/b", "-a", "a.\"\"\"b\"\"\""}) {
        INFO(bad);
        CHECK_FALSE(manifest::parts_of_option(bad));
    }
}

TEST_CASE("a host says the same in its own table") {
    const std::string text = good_header + R"([hosts.web]
class = "home"
modules = ["./modules/a.toml", "modules.web", "inputs.site.modules.ntp"]
[[hosts.web.set]]
when = "host.index > 32"
values.a = 1
[hosts.web.config]
b = 2
[[hosts.web.assert]]
that = "config.a == 1"
[[hosts.web.warn]]
when = "config.b == 2"
message = "two"
)";
    const auto parsed = parse(text);
    CHECK(codes(parsed.findings).empty());
    const auto& host = parsed.manifest.hosts.at(0);
    CHECK(host.host_class->value == "home");
    CHECK(host.modules.size() == 3);
    REQUIRE(host.body.settings.size() == 2);
    CHECK(slice(text, host.body.settings[0].where) == "[[hosts.web.set]]");
    CHECK(host.body.assertions.size() == 1);
    CHECK(host.body.warnings.size() == 1);
    const auto mistake = only(parse_below_header("[hosts.web]\nmodules = [\"web\"]\n"));
    CHECK(mistake.message == "'hosts.web.modules' names 'web', which is no module");
    CHECK(only(parse_below_header("[[hosts.web.set]]\n")).message == "'hosts.web.set[0]' sets nothing");
}
