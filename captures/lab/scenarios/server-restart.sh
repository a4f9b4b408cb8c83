# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The server is restarted twice while web01 and web02 hold open files and locks.
#
# They go through the operations that a duplicate causes, too, but the clientids begin
# with a new start time and the reclaims succeed. Truth: single, both.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c1 50 --read one two --write three --lock
hold c2 50 --read four five --write six --lock
for _ in 1 2; do
    sleep 5
    nfsd_stop srv
    sleep 3
    nfsd_start srv
    sleep 14
done
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 web02' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
