# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 hold delegations, open files and locks, and lose them to each other.
#
# Each reads two files, which the server delegates to it, and writes to a third, which
# is locked. After each takeover the loser tries to reclaim (NO_GRACE), asks with
# TEST_STATEID what is left (BAD_STATEID inside), opens its files again, and gets EIO
# on writes, as nobody gives the lock back. Truth: a duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 25 --read one two --write three --lock
sleep 4
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c2 20 --read four five --write six --lock
wait "$holder"
sleep 2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
