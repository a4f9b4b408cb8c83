# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two containers begin to read with libnfs in one second, each as its process number 2.
#
# libnfs makes its owner of just that, the process number and the second, so it is the
# same for both. The first has a file open and is slow; the second takes its lease over,
# and the first is refused with EXPIRED, from which libnfs does not recover. Truth: a
# duplicate, proven and harmful.

# container_reads HOST FILE SECONDS: reads, and stops for so long as soon as it can.
container_reads() {
    in_host "$1" unshare --pid --fork --mount-proc sh -c "
        nfs-cat 'nfs://10.0.0.1/dir/$2?version=4' | (sleep $3; cat >/dev/null); exit 0"
}

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 15
head -c 80000 /dev/zero >/srv/srv/dir/long  # more than a pipe takes
container_reads c1 one 0                    # programs are loaded, the server is awake

capture_start srv server
while [[ ${EPOCHREALTIME#*.} != 0* ]]; do sleep 0.01; done
event "c1 and c2 begin to read"
container_reads c1 long 4 &
sleep 0.6
container_reads c2 one 1
wait $!

truth server "$(libnfs_owner server)" verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
