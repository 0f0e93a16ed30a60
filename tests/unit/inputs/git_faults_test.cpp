// SPDX-License-Identifier: Apache-2.0
//
// Servers, connections and our own process misbehaving while a git input is fetched.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <random>

#include "git_server.hpp"
#include "git_world.hpp"

using namespace contract;
using inputs::Context;
using test::git_input;
using test::planned;

namespace {

using Clock = std::chrono::steady_clock;

// A repository of some megabytes that do not compress, behind a server; each store is empty.
struct Served {
    test::TempDir temporary;
    test::GitRepository made{temporary / "served/source"};
    test::GitHttpServer server{temporary / "served"};
    std::string head;

    explicit Served(std::size_t files = 20) {
        std::mt19937 random(7);
        for (std::size_t i = 0; i < files; ++i) {
            std::string bytes(100'000, '\0');
            for (auto& byte : bytes) byte = static_cast<char>(random());
            made.write("file" + std::to_string(i), bytes);
        }
        head = made.commit();
    }
    std::string url(const std::string& words = "") const { return server.url() + words + "/source"; }
    std::string requests() const { return os::read_file(temporary / "served/requests").value(); }
};

struct Home {
    test::TempDir temporary;
    store::Store store = store::Store::open(temporary / "home").value();
    Context context{store, "/", false};

    Error failure(const std::string& url) const {
        const auto pin = inputs::resolve(git_input(url, "main"), context);
        REQUIRE_FALSE(pin);
        return pin.error();
    }
};

bool holds(const Error& error, const std::string& word) {
    const auto in = [&](const std::string& text) { return text.find(word) != std::string::npos; };
    return in(error.message) || std::any_of(error.notes.begin(), error.notes.end(), in) ||
           std::any_of(error.help.begin(), error.help.end(), in);
}

// While it lives, git's own configuration of this user is `text`.
class UserConfiguration {
public:
    explicit UserConfiguration(const std::string& text) : home_(std::getenv("HOME")) {
        directory_.write(".gitconfig", text);
        ::setenv("HOME", directory_.path().c_str(), 1);
        ::unsetenv("XDG_CONFIG_HOME");
    }
    UserConfiguration(const UserConfiguration&) = delete;
    UserConfiguration& operator=(const UserConfiguration&) = delete;
    ~UserConfiguration() { ::setenv("HOME", home_.c_str(), 1); }

private:
    test::TempDir directory_;
    std::string home_;
};

std::string helper_for(const std::string& url, const std::string& user, const std::string& password) {
    return "[credential \"" + url +
           "\"]\n\thelper = \"!f() { test \\\"$1\\\" = get || exit 0; echo username=" + user +
           "; echo password=" + password + "; }; f\"\n";
}

}  // namespace

TEST_CASE("what a server answers instead of a repository is a failed fetch, and quick") {
    const Served served(1);
    const Home home;
    const auto* words = GENERATE("/status/404", "/status/403", "/status/503", "/loop", "/broken");
    CAPTURE(words);
    const auto begun = Clock::now();
    const auto error = home.failure(served.url(words));
    CHECK(error.code == "fetch-failed");
    CHECK(holds(error, served.url(words)));
    CHECK(Clock::now() - begun < std::chrono::seconds(20));
}

TEST_CASE("a repository that moved is found by one redirect") {
    const Served served(1);
    const Home home;
    CHECK(inputs::resolve(git_input(served.url("/moved"), "main"), home.context).value().rev == served.head);
}

TEST_CASE("a pack that breaks off fails, leaves nothing to be used, and the next fetch is whole") {
    const Served served;
    const Home home;
    const auto* words =
        GENERATE("/cut/1000000", "/short/1000000", "/cut/300", "/old/cut/1000000", "/old/short/1000000");
    CAPTURE(words);
    CHECK(home.failure(served.url(words)).code == "fetch-failed");
    // The same address, so the same copy.
    Context mirrored = home.context;
    mirrored.configuration.mirrors.emplace_back(served.url(words), served.url());
    const auto pin = inputs::resolve(git_input(served.url(words), "main"), mirrored).value();
    CHECK(pin.rev == served.head);
    CHECK(home.store.has_tree(pin.tree));
}

TEST_CASE("an interruption ends a fetch from a server that says nothing more") {
    const Served served;
    const Home home;
    const auto* words = GENERATE("/hang", "/stall/500000", "/old/stall/500000");
    CAPTURE(words);
    std::atomic<std::uint64_t> most = 0;
    std::atomic<bool> stop = false;
    Context context = home.context;
    context.progress = [&](const std::string& url, std::uint64_t got, std::optional<std::uint64_t>) {
        CHECK(url == served.url(words));
        most = std::max<std::uint64_t>(most, got);
        if (got > 200'000) stop = true;
    };
    const auto begun = Clock::now();
    const auto patience = std::chrono::seconds(std::string_view(words) == "/hang" ? 2 : 60);
    std::optional<Clock::time_point> asked;
    context.interrupted = [&] {
        if (!stop && Clock::now() - begun < patience) return false;
        if (!asked) asked = Clock::now();
        return true;
    };
    const auto pin = inputs::resolve(git_input(served.url(words), "main"), context);
    REQUIRE_FALSE(pin);
    CHECK(pin.error().code == "interrupted");
    REQUIRE(asked);
    CHECK(Clock::now() - *asked < std::chrono::seconds(8));
    if (std::string_view(words) != "/hang") CHECK(most > 200'000);
}

TEST_CASE("a mirror is fetched from, and the declared address is what is named") {
    const Served served(1);
    Home home;
    home.context.configuration.mirrors.emplace_back("https://example.org/team/", served.server.url() + "/");
    const std::string declared = "https://example.org/team/source";
    const auto pin = inputs::resolve(git_input(declared, "main"), home.context).value();
    CHECK(pin.rev == served.head);
    home.context.configuration.mirrors[0].second = served.server.url() + "/status/503/";
    const auto missing = home.failure("https://example.org/team/other");
    CHECK(missing.message.find("https://example.org/team/other") != std::string::npos);
    CHECK(holds(missing, served.server.url() + "/status/503/other"));

    // A copy on this machine is one, too.
    test::TempDir other;
    auto store = store::Store::open(other / "home").value();
    Context local{store, "/", true};
    local.configuration.mirrors.emplace_back("https://example.org/team/",
                                             "file://" + served.temporary.path() + "/served/");
    REQUIRE(inputs::materialise(planned(declared, pin, "main"), local));
}

TEST_CASE(
    "a ref that moves between list and fetch is pinned where it was, or where it is when that is gone") {
    const Served served(1);
    const Home home;
    const bool gone = GENERATE(true, false);
    served.temporary.write("served/hook",
                           std::string("cd source; export HOME=/nonexistent\n") +
                               "git -c user.name=a -c user.email=a@example.org commit -q --amend -m moved\n" +
                               (gone ? "git reflog expire --expire=now --all; git gc -q --prune=now\n" : ""));
    const auto pin = inputs::resolve(git_input(served.url("/hook"), "main"), home.context).value();
    CHECK(pin.rev == (gone ? served.made.head() : served.head));
    CHECK(served.made.head() != served.head);
}

TEST_CASE("a login comes from git's credential helpers, goes to its host alone and is shown nowhere") {
    const Served served(1);
    const Home home;
    const std::string base = served.server.url();
    SECTION("right") {
        const UserConfiguration user(helper_for(base, "user", "right"));
        const auto* words = GENERATE("/auth", "/old/auth", "/auth/old");
        CAPTURE(words);
        CHECK(inputs::resolve(git_input(served.url(words), "main"), home.context).value().rev == served.head);
    }
    SECTION("wrong: sent once, not asked again, not shown") {
        const UserConfiguration user(helper_for(base, "user", "wr0ngword"));
        const auto error = home.failure(served.url("/auth"));
        CHECK(error.code == "not-authorised");
        CHECK_FALSE(holds(error, "wr0ngword"));
        CHECK(holds(error, "credential helper"));
        const auto log = served.requests();
        CHECK(log.find(" user\n") == log.rfind(" user\n"));
    }
    SECTION("none for this host") {
        const UserConfiguration user(helper_for("https://other.example.org", "user", "right"));
        const auto error = home.failure(served.url("/auth"));
        CHECK(error.code == "not-authorised");
        CHECK(holds(error, "git help credentials"));
        CHECK(served.requests().find(" user\n") == std::string::npos);
    }
    SECTION("not where a redirect leads to another host") {
        const UserConfiguration user(helper_for(base, "user", "right"));
        home.failure(served.url("/away/auth"));
        CHECK(served.requests().find(" user\n") == std::string::npos);
        home.failure(served.url("/lure"));
        CHECK(served.requests().find("/auth/source/info/refs user\n") == std::string::npos);
    }
    SECTION("never from the checkout, not even in a hook of git") {
        const UserConfiguration user("");
        const test::GitRepository checkout(home.temporary / "checkout");
        checkout.git({"config", "credential.helper",
                      "!touch " + (home.temporary / "ran") + "; echo username=user; echo password=right; :"});
        const auto here = os::real_path(".").value();
        REQUIRE(::chdir(checkout.path().c_str()) == 0);
        ::setenv("GIT_DIR", (checkout.path() + "/.git").c_str(), 1);
        const auto error = home.failure(served.url("/auth"));
        ::unsetenv("GIT_DIR");
        REQUIRE(::chdir(here.c_str()) == 0);
        CHECK(error.code == "not-authorised");
        CHECK_FALSE(os::exists(home.temporary / "ran"));
    }
}

TEST_CASE("nothing of a fetch is in a file but what was fetched") {
    const Served served(1);
    const Home home;
    const UserConfiguration user(helper_for(served.server.url(), "user", "right"));
    REQUIRE(inputs::resolve(git_input(served.url("/auth"), "main"), home.context));
    os::ProcessRequest request;
    request.command = {"grep", "-r", "-l", "-e", "dXNlcjpyaWdodA", "-e", "password", home.temporary.path()};
    request.environment = os::current_environment();
    CHECK(os::run(request).value().output.empty());
}

// The child resolves and is killed at a random moment; whatever it leaves, the next one has to do.
TEST_CASE("a fetch killed at any moment leaves a copy that the next one uses or repairs") {
    const Served served;
    const auto* words = GENERATE("", "/old");
    CAPTURE(words);
    const Home home;
    std::mt19937 random(11);
    int killed = 0;
    for (int i = 0; i < 20; ++i) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            auto store = store::Store::open(home.temporary / "home").value();
            const auto pin =
                inputs::resolve(git_input(served.url(words), "main"), Context{store, "/", false});
            ::_exit(pin ? 0 : 1);
        }
        ::usleep(std::uniform_int_distribution<useconds_t>(1'000, 400'000)(random));
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        if (WIFSIGNALED(status)) ++killed;
        CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
    }
    CHECK(killed > 0);
    const auto pin = inputs::resolve(git_input(served.url(words), "main"), home.context).value();
    CHECK(pin.rev == served.head);
    CHECK(home.store.has_tree(pin.tree));
    os::ProcessRequest request;
    request.command = {"find", home.temporary / "home/git", "-name", "pack_git2_*"};
    request.environment = os::current_environment();
    CHECK(os::run(request).value().output.empty());
}

TEST_CASE("a copy that a stopped machine damaged is made anew") {
    const Served served(1);
    Home home;
    const auto pin = inputs::resolve(git_input(served.url(), "main"), home.context).value();
    const auto folder = home.temporary / "home/git";
    const auto damage =
        GENERATE("-name '*.pack' -exec truncate -s 100 {} +", "-name HEAD -exec truncate -s 0 {} +",
                 "-name '*.idx' -exec truncate -s 50 {} +", "-name config -exec truncate -s 3 {} +");
    CAPTURE(damage);
    os::ProcessRequest request;
    request.command = {"sh", "-c", "chmod -R u+w " + folder + "; find " + folder + " " + damage};
    request.environment = os::current_environment();
    REQUIRE(os::run(request).value().succeeded());
    test::TempDir other;
    REQUIRE(os::make_directories(other / "home"));
    REQUIRE(os::rename(folder, other / "home/git"));
    auto store = store::Store::open(other / "home").value();
    REQUIRE(inputs::materialise(planned(served.url(), pin, "main"), Context{store, "/", false}));
    CHECK(store.has_tree(pin.tree));
}

TEST_CASE("the second commit of a repository costs only what changed") {
    const Served served;
    const Home home;
    REQUIRE(inputs::resolve(git_input(served.url(), "main"), home.context));
    served.made.write("small", "x");
    served.made.git({"add", "-A"});
    served.made.git({"commit", "-q", "-m", "second"});
    std::uint64_t most = 0;
    Context context = home.context;
    context.progress = [&](const std::string&, std::uint64_t got, std::optional<std::uint64_t>) {
        most = std::max(most, got);
    };
    const auto pin = inputs::resolve(git_input(served.url(), "main"), context).value();
    CHECK(pin.rev == served.made.head());
    CHECK(most < 10'000);
    CHECK(most > 0);
}
