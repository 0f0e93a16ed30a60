// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "contract/base/text.hpp"
#include "contract/os/file.hpp"
#include "contract/os/machine.hpp"
#include "contract/os/process.hpp"

namespace contract::cli {

namespace {

using Clock = std::chrono::steady_clock;

// Somebody who has waited for a tenth of a second wants to know whether anything goes on.
constexpr std::chrono::milliseconds between_drawings{50};

struct Line {
    std::string name;
    std::string verb;
    std::string detail;
    Clock::time_point since;
};

// From one second on; less would only flicker.
std::string duration_text(Clock::duration duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    if (seconds < 1) return "";
    if (seconds < 60) return fmt::format("  {} s", seconds);
    return fmt::format("  {} min {} s", seconds / 60, seconds % 60);
}

std::string cut(const std::string& text, int width) {
    std::string out;
    int used = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        used += display_width(point.value);
        if (used > width) break;
        out.append(text, at, point.length);
        at += point.length;
    }
    return out;
}

class Display {
public:
    ~Display() { end(); }

    void begin(std::string doing) {
        const std::lock_guard lock(mutex_);
        doing_ = std::move(doing);
        since_ = Clock::now();
        if (animated_ && !thread_.joinable()) {
            over_ = false;
            thread_ = std::thread([this] { draw_again_and_again(); });
        }
    }

    void end() {
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
            lines_.clear();
            if (!thread_.joinable()) return;
            changed_.notify_all();
        }
        thread_.join();
        write(erasure());
        shown_.clear();
    }

    void set(const std::string& name, std::string verb, std::string detail = {}) {
        const std::lock_guard lock(mutex_);
        const auto found = find(name);
        if (found == lines_.end())
            lines_.push_back({name, std::move(verb), std::move(detail), Clock::now()});
        else
            *found = {name, std::move(verb), std::move(detail), found->since};
    }

    void remove(const std::string& name) {
        const std::lock_guard lock(mutex_);
        const auto found = find(name);
        if (found != lines_.end()) lines_.erase(found);
    }

    // A line that stays.
    void say(const std::string& line) {
        const std::lock_guard lock(mutex_);
        write(erasure() + harmless(line) + "\n" + drawing(shown_));
    }

private:
    std::vector<Line>::iterator find(const std::string& name) {
        return std::find_if(lines_.begin(), lines_.end(),
                            [&](const Line& line) { return line.name == name; });
    }

    void draw_again_and_again() {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, between_drawings, [this] { return over_; })) {
            auto now = texts();
            if (now == shown_) continue;
            write(erasure() + drawing(now));
            shown_ = std::move(now);
        }
    }

    std::vector<std::string> texts() const {
        const auto now = Clock::now();
        const auto width = os::terminal_width(STDERR_FILENO) - 1;
        const auto most = static_cast<std::size_t>(std::max(os::terminal_height(STDERR_FILENO) - 1, 1));
        std::vector<std::string> out;
        for (const auto& line : lines_)
            out.push_back(line.verb + " " + line.name + (line.detail.empty() ? "" : "  " + line.detail) +
                          duration_text(now - line.since));
        if (out.empty()) out.push_back(doing_ + duration_text(now - since_));
        if (out.size() > most) {
            out.resize(most);
            out.back() = fmt::format("and {} more", lines_.size() - most + 1);
        }
        for (auto& text : out) text = cut(harmless(text), width);
        return out;
    }

    // The cursor stands at the end of the last line.
    std::string erasure() const {
        if (shown_.empty()) return "";
        return "\r" + (shown_.size() > 1 ? fmt::format("\x1b[{}A", shown_.size() - 1) : "") + "\x1b[J";
    }

    static std::string drawing(const std::vector<std::string>& texts) { return join(texts, "\n"); }

    static void write(const std::string& bytes) {
        // Nobody is left to tell when stderr is gone.
        if (!bytes.empty()) (void)os::write_all(STDERR_FILENO, bytes, "standard error");
    }

    const bool animated_ =
        os::is_terminal(STDERR_FILENO) && os::environment_variable("TERM").value_or("dumb") != "dumb";
    std::mutex mutex_;
    std::condition_variable changed_;
    std::thread thread_;
    bool over_ = true;
    std::string doing_;
    Clock::time_point since_;
    std::vector<Line> lines_;         // in the order in which they began
    std::vector<std::string> shown_;  // what the terminal has now
};

Display& display() {
    static Display one;
    return one;
}

std::string amount(std::uint64_t bytes, std::optional<std::uint64_t> total) {
    const auto megabytes = [](std::uint64_t number) { return static_cast<double>(number) / 1e6; };
    return total ? fmt::format("{:.1f}/{:.1f} MB", megabytes(bytes), megabytes(*total))
                 : fmt::format("{:.1f} MB", megabytes(bytes));
}

std::string verb_of(std::string_view target) {
    if (target.starts_with("inputs.")) return "fetching";
    if (target.starts_with("checks.")) return "checking";
    return target.starts_with("formatters.") ? "formatting" : "building";
}

std::string doing(core::Stage stage) {
    switch (stage) {
        case core::Stage::evaluation: return "evaluating";
        case core::Stage::build: return "building";
        case core::Stage::activation: return "rehearsing";
        case core::Stage::runtime: return "probing";
    }
    return "";
}

}  // namespace

void begin_progress(std::string doing_at_first) {
    display().begin(std::move(doing_at_first));
}

void end_progress() {
    display().end();
}

std::function<void(const build::Progress&)> build_progress() {
    return [](const build::Progress& progress) {
        using Kind = build::Progress::Kind;
        switch (progress.kind) {
            case Kind::started: display().set(progress.target, verb_of(progress.target)); break;
            case Kind::fetching:
                display().set(progress.target, "fetching", amount(progress.bytes, progress.total));
                break;
            case Kind::finished:
                display().remove(progress.target);
                if (!progress.cached)
                    display().say(fmt::format("{} {}", progress.target, core::word(progress.outcome)));
                break;
        }
    };
}

std::function<void(const pipeline::FetchProgress&)> fetch_progress() {
    return [](const pipeline::FetchProgress& progress) {
        using Kind = pipeline::FetchProgress::Kind;
        switch (progress.kind) {
            case Kind::started: display().set(progress.input, "resolving"); break;
            case Kind::fetching:
                display().set(progress.input, "fetching", amount(progress.bytes, progress.total));
                break;
            case Kind::finished: display().remove(progress.input); break;
        }
    };
}

std::function<void(core::Stage)> stage_progress() {
    return [](core::Stage stage) { begin_progress(doing(stage)); };
}

}  // namespace contract::cli
