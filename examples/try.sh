#!/bin/sh
# From a fresh machine to a real `contract check`: installs what is missing, builds contract, makes the upstream
# repository that examples/fleet pins, and checks examples/fleet with it.
set -eu
cd "$(dirname "$0")/.."

. tests/tools/packages.sh
install_packages build

if [ ! -f build/try/build.ninja ]; then
    meson setup build/try -Dtests=false > /dev/null
fi
echo "building contract"
ninja -C build/try src/cli/contract > build/try/ninja.log 2>&1 || {
    tail -n 60 build/try/ninja.log
    exit 1
}

sh examples/upstream.sh
# The branch you are on is yours, so its probes may run programs.
exec build/try/src/cli/contract check -C examples/fleet --trust "$@"
