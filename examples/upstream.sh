#!/bin/sh
# Makes the repository that examples/fleet has as an input, examples/.upstream/nodelist, with fixed names and dates: so
# its commit, and with it the committed contract.lock, is the same on every machine.
set -eu
cd "$(dirname "$0")"

repository=.upstream/nodelist
if git -C "$repository" rev-parse --verify --quiet 'v1.0.0^{commit}' > /dev/null 2>&1; then
    exit 0
fi
rm -rf "$repository"
mkdir -p "$repository"
cp nodelist/Makefile nodelist/nodelist.c nodelist/nodelist.h "$repository"
chmod 644 "$repository"/*

# Nothing of the caller's git configuration may reach the commit.
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=nodelist GIT_AUTHOR_EMAIL=nodelist@example.org GIT_AUTHOR_DATE='2026-01-15T09:30:00Z'
export GIT_COMMITTER_NAME=nodelist GIT_COMMITTER_EMAIL=nodelist@example.org GIT_COMMITTER_DATE='2026-01-15T09:30:00Z'
git -C "$repository" init --quiet --initial-branch=main --template=
git -C "$repository" add .
git -C "$repository" commit --quiet -m 'Expand host lists'
git -C "$repository" tag v1.0.0
