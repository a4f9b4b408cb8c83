# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Debian releases in folders, to be sourced by a script that has the functions say and die.
# A command in one of them runs in a mount namespace of its own: what is mounted for it is
# gone when it ends, however it ends, and is seen by nobody else, so that a folder can be
# deleted without a thought.

# Runs "$@" in the release in folder $1. With $2 not empty, that folder, $2, takes
# whatever is written, and the release stays as it is.
in_chroot() {
    local root=$1 layer=$2 archives=${1%/*}/archives
    shift 2
    mkdir -p "$archives/partial"
    [ -z "$layer" ] || mkdir -p "$layer/changes" "$layer/work" "$layer/root"
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --propagation private bash -euc '
        root=$1 layer=$2 archives=$3
        shift 3
        if [ -n "$layer" ]; then
            mount -t overlay -o "lowerdir=$root,upperdir=$layer/changes,workdir=$layer/work" \
                release "$layer/root"
            root=$layer/root
        fi
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --bind "$archives" "$root/var/cache/apt/archives"
        exec chroot "$root" "$@"' in_chroot "$root" "$layer" "$archives" \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        ${SOURCE_DATE_EPOCH+SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH"} "$@" </dev/null
}

require_root_and_tools() {
    local tool
    [ "$(id -u)" -eq 0 ] || die "only root can set up and enter another Debian release; run it as root"
    for tool in debootstrap unshare chroot; do
        command -v "$tool" >/dev/null || die "$tool is not installed (apt-get install debootstrap util-linux)"
    done
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] ||
        die "the package debian-archive-keyring is not installed"
}

# The Debian mirror of this machine.
find_mirror() {
    # shellcheck disable=SC2016 # for apt-get
    apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' \
        'Component: main' 2>/dev/null | head -n 1
}

# Fetches the package lists of the release in folder $1. The lists of a release that is being
# tested run out after a week, and a mirror that stands still has such ones: their signature
# holds still, so they will do, and this is said.
update_lists() {
    local root=$1 messages=$1.update.txt
    in_chroot "$root" "" apt-get -q update >"$messages" 2>&1 && return
    if grep -q -E 'Release file for .* is expired|Check-Valid-Until' "$messages"; then
        say "$root: the mirror's lists have run out; going on with them"
        echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/91run-out"
        in_chroot "$root" "" apt-get -q update >"$messages" 2>&1 && return
    fi
    cat "$messages" >&2
    return 1
}

# Ubuntu's archive has other keys than Debian's, and Wireshark in another part.
is_ubuntu() {
    [ "$1" = noble ]
}

# Makes the smallest installation of the release $1 in folder $2, from the mirror $3.
# bookworm's debootstrap has no script for later releases, but all are made alike.
make_bare() {
    local release=$1 root=$2 mirror=$3 vendor=debian components=main
    [ -e "$root.stamp" ] && return
    [ -n "$mirror" ] || die "no Debian mirror in this machine's apt sources; name one with --mirror"
    ! is_ubuntu "$release" || { vendor=ubuntu components=main,universe; }
    say "$release: debootstrap"
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --components=$components \
        --keyring=/usr/share/keyrings/$vendor-archive-keyring.gpg \
        "$release" "$root" "$mirror" /usr/share/debootstrap/scripts/sid ||
        die "$release: debootstrap failed (its messages are above)"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    # How this machine reaches its mirror: proxies, clocks.
    apt-config dump Acquire | grep -E '^Acquire::(http|https|Check-|ForceIPv|Retries)' \
        >"$root/etc/apt/apt.conf.d/90machine" || true
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # start no service
    chmod 755 "$root/usr/sbin/policy-rc.d"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io" # quick; the folder can be made anew
    update_lists "$root" || die "$release: apt-get update failed (its messages are above)"
    touch "$root.stamp"
}

# Makes folder $2 from the bare release in $1 with the packages "${@:3}", unless it is
# there and has just these. NAME:ARCHITECTURE is a package of another architecture.
make_furnished() {
    local bare=$1 root=$2 foreign lock
    shift 2
    [ "$(cat "$root.stamp" 2>/dev/null)" = "$*" ] && return
    # Folders of one release share their archives, which one apt-get at a time may use.
    exec {lock}>"${root%/*}/installing"
    flock "$lock"
    say "$root: installing $*"
    rm -f "$root.stamp"
    [ -e "$root" ] || cp -a "$bare" "$root"
    foreign=$(printf '%s\n' "$@" | sed -n 's/.*://p' | sort -u)
    [ -z "$foreign" ] || in_chroot "$root" "" dpkg --add-architecture "$foreign" || exit 2
    update_lists "$root" || die "apt-get update failed (its messages are above)"
    in_chroot "$root" "" apt-get -q -y install --no-install-recommends "$@" ||
        die "apt-get could not install them (its messages are above)"
    echo "$*" >"$root.stamp"
    exec {lock}>&-
}

# The files below folder $1, the project, as they are now: what git knows or would add.
list_sources() {
    local file
    if [ -e "$1/.git" ]; then
        git -C "$1" ls-files -z --cached --others --exclude-standard |
            while IFS= read -rd '' file; do
                [ ! -e "$1/$file" ] || printf '%s\0' "$file"
            done
    else
        (cd "$1" && find . -path './build*' -prune -o \( -type f -o -type l \) -print0)
    fi
}

# Puts them into folder $2. What was built there stays, and so does the time of what has not
# changed; all else is new, however old it is where it came from, and is built again.
copy_sources() {
    local new=$2.new
    rm -rf "$new"
    mkdir -p "$new" "$2"
    list_sources "$1" | tar -C "$1" --null -T - -c | tar -C "$new" -x --touch --no-same-owner
    # shellcheck disable=SC2016 # for the inner shell
    (cd "$new" && find . -type f -exec sh -c '
        for file; do
            ! cmp -s "$file" "$0/$file" || touch -r "$0/$file" "$file"
        done' "$2" {} +)
    find "$2" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
    cp -a "$new/." "$2"
    rm -rf "$new"
}
