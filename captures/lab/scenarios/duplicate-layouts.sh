# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 are given layouts (pNFS), and lose them to each other.
#
# The server's disk is one that clients may write to themselves: LAYOUTGET grants the
# blocks of a file, and LAYOUTCOMMIT, not WRITE, tells of what was written. A takeover
# ends layouts with the lease; the loser finds out at its next LAYOUTCOMMIT, and asks for
# new ones. Truth: a duplicate, proven and harmful.

disk_new srv
host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15 sec=sys,pnfs
layouts_understand c1
layouts_understand c2

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 20 --write one --pages
sleep 4
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c2 18 --write two --pages
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
