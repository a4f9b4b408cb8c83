# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 write to files that they hold open and locked, with 4.2.
#
# Each takeover costs the other its lock, which nobody gives back: from then on every
# write fails with EIO at the client and does not reach the wire, and only the renewals
# of the leases collide. Truth: a duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 40 --write one --lock
sleep 4
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c2 36 --write two --lock
wait "$holder"
sleep 2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
