# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount one export with 4.0 and read in turns.
#
# No sessions here: OPEN and RENEW are refused with EXPIRED, and SETCLIENTID_CONFIRM
# takes over. The owner ends with the server's address, so it is the same for both.
# Truth: a duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 rw,vers=4.0,soft
nfs_mount c2 10.0.0.1 rw,vers=4.0,soft
read_in_turns 6 0.5 c1 c2

truth server 'Linux NFSv4.0 web01/10.0.0.1' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.0 web01/10.0.0.1' verdicts=suspected kind=duplicate-owner harmful=no \
    hosts=10.0.0.11 servers=10.0.0.1:2049
