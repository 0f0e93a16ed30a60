#!/bin/sh
# Installs what is missing, builds, runs every test, and ends with a line "N passed, N failed".
#
#   sh tests/run.sh          the normal build and all its tests
#   sh tests/run.sh --all    each in the build that tells most: the rooms' tests and evaluation built by clang with address
#                            and undefined sanitizers, the whole program as it is installed; CI=true means the same
set -eu
cd "$(dirname "$0")/.."
. tests/tools/packages.sh
install_packages test
# What is installed above comes before other programs of the same names: a python3 that is a shell script in front of
# another one takes half a second to start, and there are hundreds of starts.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export PATH
# Tests make and remove some hundred thousand files. In memory, where there is room and programs may run, few of them wait
# for a disk; else all lie where they do for a single test.
if [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail -k /dev/shm 2> /dev/null | tail -n 1)" -gt 4000000 ] 2> /dev/null &&
    memory=$(mktemp -d /dev/shm/contract-tests.XXXXXX); then
    trap 'chmod -R u+rwX "$memory" 2> /dev/null || true; rm -rf "$memory" || true' EXIT
    trap 'exit 130' HUP INT PIPE QUIT
    trap 'exit 143' TERM
    chmod 755 "$memory" # what is run by another user lies in it, too
    if cp /bin/true "$memory/true" && "$memory/true"; then export TMPDIR="$memory"; fi
fi

everything=no
if [ "${CI:-}" = true ] || [ "${1:-}" = --all ]; then everything=yes; fi

passed=0 failed=0 skipped=0
# Many tests wait for servers, builds and clocks: one more than the processors keeps these busy.
at_once=$(($(nproc) + 1))

# build_and_test NAME TEST-ARGUMENTS SETUP-ARGUMENT...: counts into passed, failed and skipped.
build_and_test() {
    name=$1 arguments=$2
    shift 2
    directory=build/$name
    echo "== $name"
    again=""
    if [ -f "$directory/build.ninja" ]; then again=--reconfigure; fi
    mkdir -p "$directory"
    # shellcheck disable=SC2086 # empty, or one word
    if ! meson setup $again "$directory" "$@" > "$directory/setup.log" 2>&1; then
        tail -n 20 "$directory/setup.log"
        failed=$((failed + 1))
        return 0
    fi
    if ! ninja -C "$directory" > "$directory/ninja.log" 2>&1; then
        tail -n 60 "$directory/ninja.log"
        failed=$((failed + 1))
        return 0
    fi
    # shellcheck disable=SC2086 # the arguments are words
    meson test -C "$directory" --no-rebuild --print-errorlogs --num-processes $at_once $arguments || echo "some of these tests failed"
    count "$directory/meson-logs/testlog.json"
}

count() {
    numbers=$(python3 -B tests/tools/count_results.py "$1") || failed=$((failed + 1))
    # shellcheck disable=SC2086
    set -- $numbers
    passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1})) skipped=$((skipped + ${3:-0}))
}

if [ $everything = no ]; then
    build_and_test normal "" -Dwerror=true
else
    # Nothing is compiled by two compilers that tells no more for it: what a room's tests find in memory, the sanitizers
    # see; the whole program is judged as it is installed.
    build_and_test program "" -Dwerror=true -Dunit=false
    # One build answers two questions: does clang compile everything without a warning, and do the sanitizers find anything
    # in the tests of rooms and where the program reads what anybody may have written. Its programs are large: at fixed
    # addresses they start in half the time, and lld links them in a quarter of it.
    # Up to LLVM 16 the search for leaks may take a thread's own memory for a structure of libc before 2.25, and crashes at the
    # end of a test that has passed. Without this option it does not look there.
    export ASAN_OPTIONS=intercept_tls_get_addr=0
    CXX=clang++ CXX_LD=lld build_and_test sanitized "--suite unit --suite evaluation --timeout-multiplier 4" -Dwerror=true \
        -Doptimization=0 -Db_sanitize=address,undefined -Db_lundef=false -Db_pch=true -Dcpp_args=-fno-pie \
        -Dcpp_link_args=-no-pie
fi

if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
