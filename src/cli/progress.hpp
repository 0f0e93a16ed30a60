// SPDX-License-Identifier: Apache-2.0
//
// What is told on stderr while a command works. A terminal has one line for each thing that goes on at its
// lower end, drawn anew a few times a second, and lines that stay above them; anything else gets those that
// stay, plain and complete. What a command prints in the end ends it (print and print_message of session.hpp
// do), so nothing is ever written among the lines.
#pragma once

#include <functional>
#include <string>

#include "contract/build/build.hpp"
#include "contract/core/stage.hpp"
#include "contract/pipeline/lock.hpp"

namespace contract::cli {

// `doing`, "evaluating" for example, stands there while nothing else goes on. Nothing is drawn in the first
// moments, so that a command that is quick leaves the terminal alone.
void begin_progress(std::string doing);
// Takes the lines away. Must come before this process becomes another program: a thread of ours draws.
void end_progress();

// Lines of what is built and fetched; one that stays for each finished action that was not in the store.
std::function<void(const build::Progress&)> build_progress();
// Lines of what is resolved and fetched.
std::function<void(const pipeline::FetchProgress&)> fetch_progress();
// What stands there while nothing is built: the stage.
std::function<void(core::Stage)> stage_progress();

}  // namespace contract::cli
