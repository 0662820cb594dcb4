#!/bin/sh
# Makes sure that the programs are there which dbdeck's demo, tests and benchmark start.
#
#   assets/get-server.sh mariadb       a C compiler, mariadbd (or mysqld) and the client program on this machine
#   assets/get-server.sh mysql DIR     a MySQL server unpacked below DIR, beside the system and not part of it
#
# Installs Debian packages when something is missing and says so; does nothing, silently, when nothing is.
set -eu
PATH="$PATH:/usr/sbin:/sbin:/usr/local/sbin:/usr/libexec"
export DEBIAN_FRONTEND=noninteractive

say() { echo "get-server: $*" >&2; }
fail() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif have sudo; then sudo "$@"
    else fail "this needs root: run it as root, or install sudo. The command was: $*"
    fi
}

# install PACKAGE...
install() {
    have apt-get || fail "this is not Debian or Ubuntu: please install, with your system's own tools, $wanted"
    say "installing $* (apt-get)"
    as_root apt-get update -qq
    as_root apt-get install -y -qq --no-install-recommends "$@" >&2 || fail "apt-get could not install: $*"
}

# The package of that name, or the one with a release in its name where a distribution has only that.
package() {
    if apt-cache show "$1" >/dev/null 2>&1; then echo "$1"; return; fi
    found=$(apt-cache search --names-only "^$1-[0-9.]+\$" 2>/dev/null | cut -d' ' -f1 | sort -V | tail -n 1)
    echo "${found:-$1}"
}

mariadb() {
    wanted="a C compiler (cc), a MariaDB or MySQL server (mariadbd or mysqld) and its client (mariadb or mysql)"
    have cc || install gcc libc6-dev
    have mariadbd || have mysqld || {
        if have apt-get; then as_root apt-get update -qq; fi
        install "$(package mariadb-server-core)" "$(package mariadb-client-core)"
    }
    have mariadb || have mysql || install "$(package mariadb-client-core)"
}

# An interrupted run leaves DIR.partial, which is never taken for a server.
mysql() {
    directory=$1
    [ -x "$directory/usr/sbin/mysqld" ] && return
    wanted="debootstrap (or unpack a MySQL server into $directory)"
    have debootstrap || install debootstrap
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || install debian-archive-keyring
    unpack "$directory" || { say "once more"; unpack "$directory"; } || fail "debootstrap could not unpack MySQL"
    say "MySQL is in $directory"
}

unpack() {
    say "unpacking MySQL from Debian's unstable suite into $1 (debootstrap, about half a minute)"
    as_root umount "$1.partial/proc" "$1.partial/sys" 2>/dev/null || true
    as_root rm -rf --one-file-system "$1.partial" "$1"
    mkdir -p "$(dirname "$1")"
    as_root debootstrap --variant=minbase --include=mysql-server-core sid "$1.partial" >"$1.log" 2>&1 \
        && [ -x "$1.partial/usr/sbin/mysqld" ] && as_root mv "$1.partial" "$1" && return
    tail -n 5 "$1.log" >&2
    return 1
}

case "${1:-}" in
    mariadb) mariadb ;;
    mysql) mysql "${2:?the directory to unpack into}" ;;
    *) fail "usage: get-server.sh mariadb | mysql DIR" ;;
esac
