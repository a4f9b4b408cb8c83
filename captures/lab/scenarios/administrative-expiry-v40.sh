# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The server's administrator throws web01 (4.0) out, twice; web02 looks on.
#
# EXPIRED, SETCLIENTID and SETCLIENTID_CONFIRM follow, as after a takeover, and nobody
# else presents the owner. Truth: single, both; the server removed the lease.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 rw,vers=4.0,hard
nfs_mount c2 10.0.0.1 rw,vers=4.0,hard
hold c1 35 --read one --write three --lock
sleep 5
nfsd_expire srv 10.0.0.11
read_in_turns 3 0.5 c2
sleep 4
nfsd_expire srv 10.0.0.11
wait "$holder"

for capture in server host1; do
    truth $capture 'Linux NFSv4.0 web01/10.0.0.1' verdicts=single hosts=10.0.0.11 \
        servers=10.0.0.1:2049
done
truth server 'Linux NFSv4.0 web02/10.0.0.1' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
