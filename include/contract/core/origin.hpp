// SPDX-License-Identifier: Apache-2.0
//
// Answers about where things in the store come from, as plain values: what `contract trace`, `why` and
// `provenance` found. What the store does not know is empty, never guessed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "contract/core/build_record.hpp"

namespace contract::core {

// How one store path came to be.
struct Origin {
    StorePath path;
    Digest tree;
    std::string target;                  // "packages.zlib", "inputs.zlib"; empty: nobody knows
    std::string directory;               // of the contract that names it; empty: nobody knows
    std::optional<Digest> action;        // of an output: the key of its result
    std::optional<BuildRecord> record;   // of an output
    std::optional<RecordedInput> input;  // of an input tree that something was built with
    std::vector<StorePath> references;   // store paths that its files name, itself left out
};

// A store path in which what was asked for lies.
struct TraceMatch {
    Origin origin;
    std::vector<std::string> files;  // where in it, sorted, the first hundred; none: it is all of it
    std::size_t more_files = 0;      // that are not in the list
};

struct Traced {
    std::string subject;                // as it was asked for
    Digest digest;                      // zero: a store path was asked for by its name
    std::vector<TraceMatch> matches;    // by path
    std::vector<Origin> used;           // what these were made with, and so on, the nearest first
    std::size_t looked_through = 0;     // store paths
    std::vector<StorePath> unreadable;  // store paths that are damaged: not looked through
};

// Why one store path needs another.
struct WhyStep {
    enum class Link {
        reference,  // a file of `from` names `to`
        root,       // `from` was built in the root `to`, whose libraries its programs may need
        use,        // `from` was built with `to`
    };
    Link link = Link::reference;
    StorePath from;
    StorePath to;
    std::string from_target;  // empty: nobody knows
    std::string to_target;
    std::string file;  // reference: in `from`; empty: `from` is that file itself
};

struct Why {
    StorePath from;
    StorePath to;
    std::string from_name;  // as they were asked for
    std::string to_name;
    std::vector<WhyStep> run_time;  // the shortest chain of references and roots; none: not needed to run
    // Only without the other: the shortest chain of any links; none: not needed to build either.
    std::vector<WhyStep> build;
    bool build_known = true;  // false: no record tells what something on the way was built with
};

// What a statement of provenance says of one output.
struct Provenance {
    Origin origin;                // with its action and record
    std::optional<Digest> files;  // SHA-256 over names and digests of its regular files: dirHash1 of in-toto
    std::vector<Origin> used;     // store paths that the build saw as uses, inputs left out
    std::optional<Digest> log;    // of the bytes of the build's log
};

}  // namespace contract::core
