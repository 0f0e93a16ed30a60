#!/bin/sh
# The tests of nodectl; it is on PATH.
set -eu

equal() {
    if [ "$1" != "$2" ]; then
        echo "expected: $2" >&2
        echo "got:      $1" >&2
        exit 1
    fi
}

equal "$(nodectl names 'gpu-[008-011]' | tr '\n' ' ')" "gpu-008 gpu-009 gpu-010 gpu-011 "
equal "$(nodectl names login)" "login"
equal "$(nodectl count 'gpu-[001-064]')" "64"

printf 'gpu-002\ngpu-0021\n' > state
equal "$(nodectl drained 'gpu-[001-064]' state)" "gpu-002"

for bad in 'gpu-[9-1]' 'gpu-[1-' 'gpu-]' ''; do
    if nodectl names "$bad" 2> message; then
        echo "'$bad' was accepted" >&2
        exit 1
    fi
    grep -q 'is not a host list' message
done
echo "nodectl: all tests passed"
