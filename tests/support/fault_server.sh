# Sourced by cases: fault_server.py behind the mirror "https://example.org/", so that neither contract.toml nor what is
# printed has its port.
#
# start_server     until the case ends; its log is ../log
# stop_server      before that
# run COMMAND…     what the command prints, with the server's address as SERVER; its status in $status

start_server() {
    python3 -B "$SOURCE/tests/support/fault_server.py" ../log > ../port &
    server=$!
    trap stop_server EXIT
    until [ -s ../port ]; do
        kill -0 "$server"
        sleep 0.02
    done
    address=http://127.0.0.1:$(cat ../port)
    mkdir -p "$XDG_CONFIG_HOME/contract"
    printf '[mirrors]\n"https://example.org/" = "%s/"\n' "$address" > "$XDG_CONFIG_HOME/contract/config.toml"
}

stop_server() {
    trap - EXIT
    kill "$server"
}

run() {
    status=0
    "$@" > ../out 2> ../messages || status=$?
    sed "s,$address,SERVER,g" ../out
    sed "s,$address,SERVER,g" ../messages >&2
}
