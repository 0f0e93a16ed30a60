// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace contract::expression;

namespace {

NamedValues variables() {
    NamedValues values;
    values.set("n", 7);
    values.set("s", "wörld");
    values.set("t", true);
    values.set("l", List{1, "two", 3});
    values.set("m", Map{{"zlib", Map{{"path", "/store/zlib"}, {"name", "zlib"}}},
                        {"node-ctl", Map{{"path", "/store/node-ctl"}}}});
    return values;
}

}  // namespace

TEST_CASE("references are whole chains with their places and how they go on") {
    const auto references = [](const std::string& text) {
        std::string out;
        for (const auto& reference : program(text).references()) {
            for (const auto& step : reference.steps)
                out += to_literal(step.key) + "@" + std::to_string(step.begin) + "-" +
                       std::to_string(step.end) + " ";
            static constexpr std::string_view uses[] = {"value", "presence", "element", "iterated"};
            out += "[" + std::to_string(reference.begin) + "-" + std::to_string(reference.end) + " " +
                   std::string(uses[static_cast<std::size_t>(reference.use)]) + "]";
        }
        return out;
    };
    CHECK(references("m.zlib.path") == R"("m"@0-1 "zlib"@2-6 "path"@7-11 [0-11 value])");
    CHECK(references("1 + m['a b'].path") == R"("m"@4-5 "a b"@6-11 "path"@13-17 [4-17 value])");
    CHECK(references("l[0] == n") == R"("l"@0-1 0@2-3 [0-4 value]"n"@8-9 [8-9 value])");
    CHECK(references("has(m.zlib)") == R"("m"@4-5 "zlib"@6-10 [0-11 presence])");
    CHECK(references("m.a[n].b") == R"("m"@0-1 "a"@2-3 [0-3 element]"n"@4-5 [4-5 value])");
    CHECK(references("size(m)") == R"("m"@5-6 [5-6 value])");
    CHECK(references("1 + 2").empty());
}

TEST_CASE("a false result is explained by the facts that decided it") {
    const auto steps = [](const std::string& text) {
        std::string out;
        for (const auto& step : program(text).steps(variables()))
            out += step.text + " = " + to_literal(step.value) + ";";
        return out;
    };
    CHECK(steps("n >= 1024") == "n = 7;");
    CHECK(steps("t && n >= 1024") == "n = 7;");
    CHECK(steps("n == 1 || n == 2 || s == 'x'") == "n = 7;s = \"wörld\";");
    CHECK(steps("!t") == "t = true;");
    CHECK(steps("t ? size(l) == 2 : true") == "t = true;size(l) = 3;");
    CHECK(steps("s.contains('q')") == "s = \"wörld\";");
    CHECK(steps("n == 7").empty());
    CHECK(steps("n / 0 == 1").empty());
}

TEST_CASE("references go through macros, whose variables are none") {
    const auto names = [](const std::string& text) {
        std::string out;
        for (const auto& reference : program(text).references()) {
            for (const auto& step : reference.steps) out += "/" + std::string(step.name());
            out += reference.partial() ? "* " : " ";
        }
        return out;
    };
    CHECK(names("config.hosts.all(h, h.port > config.least)") == "/config/hosts* /config/least ");
    CHECK(names("a.map(x, b[x].c + x.d)") == "/a* /b* ");
    CHECK(names("[a, b.c].exists(a, a == b)") == "/a /b/c /b ");
    CHECK(names("{a: b}[c]") == "/a /b /c ");
    CHECK(names("size(a) + a.b.size()") == "/a /a/b ");
    CHECK(names(".a.`b-c`['d']") == "/a/b-c/d ");
    CHECK(names("f(a) || a.b.c(d)") == "/a /a/b /d ");
    CHECK(program("a.b[n]").references()[0].use == Program::Reference::Use::element);
    CHECK(program("a.b.all(x, x)").references()[0].use == Program::Reference::Use::iterated);
}

TEST_CASE("a macro is explained by the items that decided") {
    NamedValues values;
    values.set("ports", List{80, 8080, 443, 22, 25});
    values.set("hosts", Map{{"a", Map{{"up", true}}}, {"b", Map{{"up", false}}}});
    values.set("least", 1024);
    const auto steps = [&](const std::string& text) {
        std::string out;
        for (const auto& step : program(text).steps(values)) {
            out += step.text + " = " + to_literal(step.value) + " [";
            for (const auto& name : step.reads) out += name + " ";
            out += "];";
        }
        return out;
    };
    CHECK(steps("ports.all(p, p == 80 || p >= least)") ==
          "p = 443 [ports ];least = 1024 [least ];p = 22 [ports ];p = 25 [ports ];");
    CHECK(steps("ports.exists(p, p > 9000)") == "p = 80 [ports ];p = 8080 [ports ];p = 443 [ports ];");
    CHECK(steps("!ports.exists(p, p == 22)") == "p = 22 [ports ];");
    CHECK(steps("hosts.all(name, hosts[name].up)") ==
          "name = \"b\" [hosts ];hosts[name].up = false [hosts ];");
    CHECK(steps("hosts.all(name, host, host.up)") ==
          "name = \"b\" [hosts ];host = {\"up\": false} [hosts ];host.up = false [hosts ];");
    CHECK(steps("ports.filter(p, p > 9000).exists(p, true)") == "ports.filter(p, p > 9000) = [] [ports ];");
    CHECK(steps("size(ports.filter(p, p > 1000)) == 2") == "size(ports.filter(p, p > 1000)) = 1 [ports ];");
    CHECK(steps("ports.exists_one(p, p > 0)") == "ports = [80, 8080, 443, 22, 25] [ports ];");
    CHECK(steps("[1, 2].all(x, [3, 4].exists(y, y == x))") == "x = 1 [];y = 3 [];y = 4 [];x = 2 [];");
    CHECK(steps("ports.all(p, 1 / (p - 80) == 0)").empty());
}
