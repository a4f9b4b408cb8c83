# shellcheck shell=bash disable=SC2154  # variables of hosts.sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# NFS clients and what their users do. Sourced by guest/scenario.

# nfs_mount HOST SERVER OPTIONS [FOLDER]: mounts the root of SERVER's export, at
# /mnt/nfs unless FOLDER says otherwise.
nfs_mount() {
    nfs_try_mount "$@" || die "$1 could not mount $2"
}

# nfs_mount_refused HOST SERVER OPTIONS: the same, where the server is to say no.
nfs_mount_refused() {
    ! nfs_try_mount "$@" || die "$1 could mount $2"
}

nfs_try_mount() {
    local host=$1 server=$2 options=$3 folder=${4:-/mnt/nfs} status=0
    in_host "$host" mkdir -p "$folder"
    event "$host mounts $server:/ with -o $options"
    in_host "$host" timeout 60 mount -t nfs4 -o "$options" "$server:/" "$folder" || status=$?
    event "$host mount rc=$status"
    return $status
}

# nfs_unmount HOST [FOLDER]
nfs_unmount() {
    local folder=${2:-/mnt/nfs}
    event "$1 unmounts $folder"
    in_host "$1" timeout 60 umount "$folder" || die "$1 could not unmount $folder"
}

# nfs_read HOST FILE [FOLDER]: reads a file of dir/, once.
nfs_read() {
    in_host "$1" timeout 60 cat "${3:-/mnt/nfs}/dir/$2" >/dev/null ||
        event "$1 could not read dir/$2"
}

# read_in_turns TIMES PAUSE HOST...: every host reads a file, one after the other.
read_in_turns() {
    local times=$1 pause=$2 host turn files=(one two three four five six)
    shift 2
    for ((turn = 0; turn < times; turn++)); do
        for host in "$@"; do
            nfs_read "$host" "${files[turn % ${#files[@]}]}"
            sleep "$pause"
        done
    done
}

# nfs_walk HOST SECONDS: makes, looks at, renames and removes files, one after the other.
nfs_walk() {
    # shellcheck disable=SC2016
    in_host "$1" timeout "$2" sh -c 'mkdir -p "/mnt/nfs/dir/$1"
        cd "/mnt/nfs/dir/$1"
        while :; do
            for name in a b c d; do
                : >$name && [ -e ../one ] && mv $name $name.old && ls -l . >/dev/null
            done
            rm -f ./*
        done' sh "$1" || true
}

# hold HOST SECONDS OPTIONS...: a program that holds files, locks them and writes; see
# guest/hold. What happens to it goes into the events.log. Its process is $holder.
hold() {
    local host=$1 seconds=$2
    shift 2
    nsenter --target "${host_pid[$host]}" --net --uts --mount -- \
        /lab/guest/hold --host "$host" --log "$work/events.log" --for "$seconds" "$@" &
    holder=$!
    helpers+=("$holder")
}

# layouts_understand HOST: lets it find the disks that layouts speak of, to which it then
# writes whole pages itself.
layouts_understand() {
    in_host "$1" mkdir -p /run/rpc_pipefs
    in_host "$1" mount -t rpc_pipefs rpc_pipefs /run/rpc_pipefs
    modprobe blocklayoutdriver
    helper_start "$1" blkmapd -f
}

# libnfs HOST PROGRAM PATH: a program with the client libnfs, which is none of the
# kernel's; PATH is that of the export at 10.0.0.1.
libnfs() {
    event "$1 starts $2 $3"
    in_host "$1" timeout 60 "$2" "nfs://10.0.0.1/$3?version=4"
}

# libnfs_owner FILE: the owner that libnfs presented last in FILE.pcap; it makes one for
# each process, of its number and the time.
libnfs_owner() {
    sync
    sleep 0.5
    grep -a -o 'Libnfs pid:[0-9]* [0-9]*' "$work/$1.pcap" | tail -n 1
}

# client_identifier HOST TEXT: sets its part of the owner, as administrators should.
client_identifier() {
    # shellcheck disable=SC2016
    in_host "$1" sh -c 'echo "$1" >/sys/fs/nfs/net/nfs_client/identifier' sh "$2"
    event "$1 was given the identifier $2"
}

# client_ports FIRST LAST: the ports that clients call from, from now on. The usual ones
# are none that the dissector of another protocol owns.
client_ports() {
    echo 665 >/proc/sys/sunrpc/min_resvport
    echo "$2" >/proc/sys/sunrpc/max_resvport
    echo "$1" >/proc/sys/sunrpc/min_resvport
}

# nfs_copy HOST FILE MIB: writes so much to a file of dir/, and waits until it is there.
nfs_copy() {
    in_host "$1" timeout 60 dd if=/dev/zero of="/mnt/nfs/dir/$2" bs=1M count="$3" conv=fsync \
        status=none || event "$1 could not write dir/$2"
}

# callbacks_freeze, callbacks_thaw: stops the kernel's thread that answers the servers'
# calls to clients, of all hosts here, and lets it go on.
callbacks_freeze() {
    local group=/tmp/freezer/callbacks thread threads
    threads=$(pgrep -x 'NFSv4 callback|nfsv4.*-svc') || die "there is no thread for callbacks"
    mkdir -p /tmp/freezer
    mountpoint -q /tmp/freezer || mount -t cgroup -o freezer freezer /tmp/freezer
    mkdir -p "$group"
    for thread in $threads; do
        echo "$thread" >"$group/tasks"
    done
    echo FROZEN >"$group/freezer.state"
    sleep 1
    [ "$(cat "$group/freezer.state")" = FROZEN ] || die "the thread for callbacks does not freeze"
    event "the clients' callback service is stuck"
}
callbacks_thaw() {
    echo THAWED >/tmp/freezer/callbacks/freezer.state
    event "the clients' callback service goes on"
}

# verifier_of_clone HOST FILE OWNER: on its cable, HOST's verifier becomes the one that
# OWNER presented in the capture FILE.pcap. The all-ones verifier, with which Linux
# discards old state, stays what it is.
verifier_of_clone() {
    local host=$1 offset verifier exchange_id own
    read -r offset verifier < <(/lab/guest/verifier "$work/$2.pcap" "$3")
    exchange_id="@th,$((offset - 32)),32 42"
    own="@th,$offset,64 != 0xffffffffffffffff"
    in_host "$host" nft "add table inet clone
        add chain inet clone out { type filter hook output priority 0; }
        add rule inet clone out tcp dport 2049 $exchange_id $own @th,$offset,64 set $verifier"
    event "$host presents the verifier $verifier of its original"
}
