// SPDX-License-Identifier: Apache-2.0
//
// libsolv and libsolvext as a table of function pointers, opened when first used, because nothing but locking
// needs them. Types come from their own headers, so a wrong call does not compile. Nothing here may name a
// function of libsolv directly; its inline functions that call others must not be used either.
#pragma once

// A member called "requires" is no C++20; the header has this way around it.
#define LIBSOLV_SOLVABLE_PREPEND_DEP
#include <solv/pool.h>
#include <solv/queue.h>
#include <solv/repo.h>
#include <solv/solver.h>
extern "C" {
#include <solv/repo_deb.h>
}

#include "contract/base/result.hpp"

namespace contract::inputs::deb {

#define CONTRACT_SOLV_FUNCTIONS(X) \
    X(pool_create)                 \
    X(pool_createwhatprovides)     \
    X(pool_free)                   \
    X(pool_rel2id)                 \
    X(pool_setarch)                \
    X(pool_setdisttype)            \
    X(pool_str2id)                 \
    X(queue_free)                  \
    X(queue_init)                  \
    X(queue_insert2)               \
    X(repo_create)                 \
    X(solver_create)               \
    X(solver_findallproblemrules)  \
    X(solver_free)                 \
    X(solver_get_decisionqueue)    \
    X(solver_problem_count)        \
    X(solver_problemruleinfo2str)  \
    X(solver_ruleinfo)             \
    X(solver_set_flag)             \
    X(solver_solve)

struct SolvLibrary {
#define CONTRACT_SOLV_POINTER(name) decltype(&::name) name = nullptr;
    CONTRACT_SOLV_FUNCTIONS(CONTRACT_SOLV_POINTER)
#undef CONTRACT_SOLV_POINTER
    decltype(&::repo_add_debpackages) repo_add_debpackages = nullptr;  // of libsolvext
};

// Opens both once in the life of the process. Error system, which names the Debian packages, when one is not
// there or is not one we know.
Result<const SolvLibrary*> solv_library();

}  // namespace contract::inputs::deb
