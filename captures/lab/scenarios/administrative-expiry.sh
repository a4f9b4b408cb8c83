# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The server's administrator throws web01 out, twice, by its folder in /proc/fs/nfsd/clients.
#
# web01 holds an open file and a lock and has to recover as if it had been taken over,
# but the clientids leave no gap, and nobody else presents its owner. web02 looks on.
# Truth: single, both; the server removed the lease.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c1 25 --read one two --write three --lock
sleep 5
nfsd_expire srv 10.0.0.11
read_in_turns 3 0.5 c2
sleep 4
nfsd_expire srv 10.0.0.11
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 web02' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
