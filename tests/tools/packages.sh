# Sourced by examples/try.sh and tests/run.sh: installs the Debian packages that are missing.
#
# install_packages build   what it takes to build contract and to run examples/fleet
# install_packages test    that, and what the tests use besides
#
# Nothing is asked of the network when everything is there, so an ordinary user who has the packages needs no root.

build_packages='g++ make meson ninja-build pkg-config git libcli11-dev libtomlplusplus-dev libfmt-dev libgit2-dev
    libssl-dev libsqlite3-dev libseccomp-dev nlohmann-json3-dev libcurl4-openssl-dev libarchive-dev libsolv-dev
    libsolvext-dev libre2-dev zlib1g-dev'
test_packages='catch2 python3 python3-jsonschema libprotobuf-dev protobuf-compiler clang lld libclang-rt-14-dev clang-format groff
    openssh-client openssh-server openssl systemd util-linux sqlite3 gpgv gnupg docker-registry skopeo umoci zstd lighttpd
    busybox-static strace bubblewrap'

missing_packages() {
    for package in "$@"; do
        case "$(dpkg-query -W -f '${Status}' "$package" 2> /dev/null)" in
            'install ok installed') ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

install_packages() {
    wanted=$build_packages
    if [ "$1" = test ]; then wanted="$build_packages $test_packages"; fi
    # shellcheck disable=SC2086 # the lists are words
    missing=$(missing_packages $wanted)
    if [ -z "$missing" ]; then return 0; fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! sudo -n true 2> /dev/null; then
            echo "these Debian packages are missing, and only root can install them:" >&2
            echo "  apt-get install $missing" >&2
            return 1
        fi
        as_root=sudo
    fi
    echo "installing: $missing"
    $as_root apt-get update > /dev/null
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends $missing > /dev/null
}
