# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 hold files at a server that is restarted; db01 looks on.
#
# Both things happen at once: at the restarted server one of the two may reclaim, and
# they go on taking the lease from each other. Truth: web01 a duplicate, proven and
# harmful; db01 single.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
host_new db db01 10.0.0.30/24
nfsd_new srv 15

capture_start srv server
for host in db c1 c2; do
    nfs_mount $host 10.0.0.1 rw,vers=4.2,hard
done
hold db 40 --read two --write five --lock
hold c1 38 --read one --write three --lock
hold c2 38 --read four --write six --lock
sleep 8
nfsd_stop srv
sleep 3
nfsd_start srv
wait "$holder"
sleep 3

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 db01' verdicts=single hosts=10.0.0.30 servers=10.0.0.1:2049
