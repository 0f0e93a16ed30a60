# SPDX-License-Identifier: Apache-2.0
# Sourced by cases: git_http_server.py behind the mirror "https://example.org/", so that neither contract.toml nor what is
# printed has its port. That file says which words before a repository's name make the server misbehave.
#
# start_git_server     serves the repositories beside this one, until the case ends
# stop_git_server      before that
# without_port COMMAND…   what the command prints, with the server's address as SERVER; its status in $status

start_git_server() {
    python3 -B "$SOURCE/tests/support/git_http_server.py" "$(realpath ..)" > ../git-port &
    git_server=$!
    trap stop_git_server EXIT
    until [ -s ../git-port ]; do
        kill -0 "$git_server"
        sleep 0.02
    done
    git_address=http://127.0.0.1:$(cat ../git-port)
    mkdir -p "$XDG_CONFIG_HOME/contract"
    printf '[mirrors]\n"https://example.org/" = "%s/"\n' "$git_address" > "$XDG_CONFIG_HOME/contract/config.toml"
}

stop_git_server() {
    trap - EXIT
    kill "$git_server"
}

without_port() {
    status=0
    "$@" > ../out 2> ../messages || status=$?
    sed "s,$git_address,SERVER,g" ../out
    sed "s,$git_address,SERVER,g" ../messages >&2
}
