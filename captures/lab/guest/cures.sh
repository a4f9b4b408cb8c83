# shellcheck shell=bash disable=SC2154  # variables of hosts.sh, scenario
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a report says cures a fault, done. Sourced by guest/scenario; see ../cure.

# fstab_set HOST LINE...: its /etc/fstab, from which mount -a mounts.
fstab_set() {
    local host=$1
    shift
    printf '%s\n' "$@" | in_host "$host" sh -c 'cat >/run/fstab'
    in_host "$host" mkdir -p /mnt/nfs
    in_host "$host" mount --bind /run/fstab /etc/fstab
}

# fault_play SERVER OPTIONS: c1 and c2, which have one owner, mount and read in turns, and
# before.pcap shows it at the host srv. c2 has the mount in its /etc/fstab.
fault_play() {
    uniquifier_forget
    fstab_set c2 "$1:/ /mnt/nfs nfs4 $2 0 0"
    capture_start srv before
    nfs_mount c1 "$1" "$2"
    nfs_mount c2 "$1" "$2"
    read_in_turns 3 0.2 c1 c2
    cure_ask before
}

# cure_ask FILE: hands FILE.pcap to the host's side, and waits for the lines that the report
# of it prints, a file for each cure.
cure_ask() {
    captures_stop
    mkdir -p "/out/ask-$name"
    cp "$work/$1.pcap" "/out/ask-$name/"
    : >"/out/ask-$name/asked"
    wait_for 900 test -e "/out/ask-$name/answered"
    event "the report has told what cures it"
}

# cure_run HOST CURE [WORD=VALUE...]: runs the lines of that cure there, one by one. WORD is
# one that the report leaves to be filled in.
cure_run() {
    cure_run_some "$1" "$2" '*' "${@:3}"
}

# cure_run_some HOST CURE PATTERN [WORD=VALUE...]: the same of the lines that match.
cure_run_some() {
    local host=$1 cure=$2 pattern=$3 line pair
    shift 3
    [ -s "/out/ask-$name/$cure" ] || die "the report told no line of $cure"
    while IFS= read -r line <&3; do
        # shellcheck disable=SC2053  # a pattern
        [[ $line == $pattern ]] || continue
        for pair in "$@"; do
            line=${line//${pair%%=*}/${pair#*=}}
        done
        event "$host runs: $line"
        in_host "$host" sh -c "$line" || die "status $? of: $line"
    done 3<"/out/ask-$name/$cure"
}

# cure_see: c2 runs what the report said of mounting again, and after.pcap, from between the
# two, shows what came of it. The server is asked, too.
cure_see() {
    cure_run_some c2 remount 'umount *'
    cure_run_some c2 remount 'cat *'
    capture_start srv after
    cure_run_some c2 remount 'mount *'
    read_in_turns 3 0.2 c1 c2
    server_asked
    captures_stop
    uniquifier_forget
}

# server_asked: the server knows two names, by the line that the report says to ask it with.
server_asked() {
    cure_run srv linux-server | tee "$work/server"
    [ "$(sed -n 's/.*info:name: //p' "$work/server" | sort -u | wc -l)" -eq 2 ] ||
        die "the server does not know two names"
}

# client_unloaded: takes the modules nfsv4 and nfs out, and what uses them (drivers of layouts).
client_unloaded() {
    local user
    for user in /sys/module/nfsv4/holders/*; do
        [ ! -e "$user" ] || modprobe -r "${user##*/}" || return 1
    done
    modprobe -r nfsv4
    modprobe -r nfs
    [ ! -e /sys/module/nfs ]
}

# nfs_start_anew HOST...: their kernel's client, as it is after a start: what is mounted goes,
# and modprobe loads it again, with what stands in /etc/modprobe.d.
nfs_start_anew() {
    local host
    for host in "$@"; do
        nfs_unmount "$host"
    done
    wait_for 90 client_unloaded
    modprobe -a nfs nfsv4
    event "the NFS client of $* is loaded anew: $(cat /sys/module/nfs/parameters/nfs4_unique_id)"
}

# uniquifier_forget: the next story finds the kernel as it was.
uniquifier_forget() {
    printf '\0' >/sys/module/nfs/parameters/nfs4_unique_id
    rm -f /etc/nfs4_unique_id /etc/modprobe.d/nfs4_unique_id.conf
}
