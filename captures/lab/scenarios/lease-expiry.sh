# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 holds a lock and is cut off; its lease runs out, and web02 gets the lock.
#
# Truth: single, both; the lease expired.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 10

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c1 45 --read one --write three --lock
sleep 4
host_cut c1
hold c2 35 --write three --lock
sleep 28
host_join c1
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 web02' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
