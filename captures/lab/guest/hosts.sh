# shellcheck shell=bash disable=SC2154  # work: see guest/scenario
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hosts and captures. A host is a network, a UTS and a mount namespace on the bridge
# br0. A Linux NFS client takes the host part of its owner from the UTS namespace and
# its verifier from the birth of the network namespace, so two hosts with one name are
# to a server what two cloned machines are. Sourced by guest/scenario.

declare -A host_pid=()   # host -> the process that keeps its namespaces alive
declare -A server_kind=() # host -> knfsd or ganesha, where it has been a server
helpers=()               # processes to end with the scenario
captures=()              # tcpdump processes
host_count=0

die() {
    echo "$*" >"$work/failure"
    exit 1
}

# Writes what happens now into the events.log, on the captures' clock.
event() {
    echo "$EPOCHREALTIME $*" >>"$work/events.log"
    echo "$*"
}

# in_host HOST COMMAND...: runs it there.
in_host() {
    local host=$1
    shift
    nsenter --target "${host_pid[$host]}" --net --uts --mount -- "$@"
}

# helper_start HOST COMMAND...: starts a daemon there. Its process is ${helpers[-1]}.
helper_start() {
    local host=$1
    shift
    nsenter --target "${host_pid[$host]}" --net --uts --mount -- "$@" &
    helpers+=($!)
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || die "waited in vain for: $*"
        sleep 0.1
    done
}

# host_new HOST NAME [ADDRESS/BITS...]: switches on a machine that calls itself NAME.
host_new() {
    local host=$1 name=$2
    shift 2
    unshare --net --uts --mount --propagation private sleep infinity &
    host_pid["$host"]=$!
    # shellcheck disable=SC2016  # for the shell in there
    wait_for 10 sh -c '[ "$(readlink /proc/$1/ns/mnt)" != "$(readlink /proc/$$/ns/mnt)" ]' sh $!
    # shellcheck disable=SC2016
    in_host "$host" sh -c 'echo "$1" >/proc/sys/kernel/hostname
        mount -t sysfs sysfs /sys
        mount -t tmpfs tmpfs /run
        mount -t tmpfs tmpfs /mnt
        ip link set lo up' sh "$name"
    host_count=$((host_count + 1))
    host_plug "$host" eth0 "v-$host" "$@"
}

# host_plug HOST DEVICE CABLE ADDRESS/BITS...: one more network card. The checksums and
# segments of a capture are to look as on a real cable, so the card computes none.
host_plug() {
    local host=$1 device=$2 cable=$3 address
    shift 3
    ip link add "$cable" type veth peer name "$device" netns "${host_pid[$host]}"
    ethtool -K "$cable" tx off tso off gso off gro off >/dev/null
    in_host "$host" ethtool -K "$device" tx off tso off gso off gro off >/dev/null
    in_host "$host" sysctl -q "net.ipv6.conf.$device.router_solicitations=0" \
        "net.ipv6.conf.$device.accept_dad=0"
    for address in "$@"; do
        in_host "$host" ip address add "$address" dev "$device"
    done
    in_host "$host" ip link set "$device" up
    ip link set "$cable" master br0 up
}

# host_offload HOST: lets its card join and split packets, as most real ones do.
host_offload() {
    ethtool -K "v-$1" tx on tso on gso on gro on >/dev/null
    in_host "$1" ethtool -K eth0 tx on tso on gso on gro on >/dev/null
}

# host_cut HOST, host_join HOST: pulls the cable, and puts it back.
host_cut() {
    ip link set "v-$1" down
    event "$1 is cut off the network"
}
host_join() {
    ip link set "v-$1" up
    event "$1 is back on the network"
}

# connection_break HOST: resets its NFS connections.
connection_break() {
    event "the connections of $1 are reset"
    in_host "$1" ss -K dport = 2049 >/dev/null
}

# router_start HOST ADDRESS HOST...: makes the first a router that hides the others'
# addresses behind its own; ADDRESS is the one that they know it by.
router_start() {
    local router=$1 address=$2 host
    shift 2
    in_host "$router" sysctl -q net.ipv4.ip_forward=1
    in_host "$router" nft 'add table ip nat
        add chain ip nat out { type nat hook postrouting priority 100; }
        add rule ip nat out oifname "eth0" ip saddr 192.168.0.0/16 masquerade'
    for host in "$@"; do
        in_host "$host" ip route add default via "$address"
    done
}

# host_crash HOST: it stops without a word. (Its namespaces live on, without a cable.)
host_crash() {
    ip link delete "v-$1"
    kill -9 "${host_pid[$1]}"
    unset "host_pid[$1]"
    event "$1 crashed"
}

# host_boot HOST NAME ADDRESS/BITS...: it comes back as a new machine.
host_boot() {
    host_new "$@"
    event "$1 booted again, now ${*:3}"
}

# capture_start HOST FILE [OPTIONS...]: captures NFS there into FILE.pcap.
capture_start() {
    local host=$1 file=$2 log
    shift 2
    log=$(mktemp)
    [ $# -gt 0 ] || set -- -i eth0
    # No function: it would be a shell that is ended in its place.
    nsenter --target "${host_pid[$host]}" --net --uts --mount -- \
        tcpdump -s 0 -U -w "$work/$file.pcap" "$@" 'tcp port 2049' 2>"$log" &
    captures+=($!)
    wait_for 20 grep -q 'listening on' "$log"
    event "capture $file begins at $host"
}

captures_ended() {
    ! kill -0 "${captures[@]}"
}
captures_stop() {
    [ ${#captures[@]} -gt 0 ] || return 0
    sleep 1.5
    kill "${captures[@]}" || true
    wait_for 10 captures_ended
    captures=()
    event "captures end"
}

cables_remove() {
    local cable
    for cable in /sys/class/net/v-*; do
        [ ! -e "$cable" ] || ip link delete "${cable##*/}"
    done
}

# hosts_remove: clears up after a scenario, whatever state it is in.
hosts_remove() {
    local host
    captures_stop
    for host in "${!host_pid[@]}"; do
        timeout 10 nsenter --target "${host_pid[$host]}" --net --uts --mount -- \
            umount -a -f -l -t nfs4 || true
    done
    for host in "${!server_kind[@]}"; do
        server_stop "$host" || true
    done
    cables_remove
    disown -a
    kill -9 "${helpers[@]}" "${host_pid[@]}" || true
    umount -l /srv/* || true
}

# truth FILE OWNER KEY=VALUE...: what is true of an owner in FILE.pcap ('' is the owner of
# which no packet tells). Keys: verdicts, kind, harmful, hosts, servers (lists with commas);
# whole=no where the capture begins late or has holes. host/truth adds the counts.
truth() {
    local IFS=$'\t'
    echo "$*" >>"$work/truth.list"
}

# derived FILE HOW ARGUMENTS...: a capture made out of others; see host/derive. HOW is
# "merge FILE FILE", "skew FILE SECONDS", "snap FILE BYTES", "range FILE FRAMES" or
# "lossy FILE".
derived() {
    echo "$*" >>"$work/derive.list"
}
