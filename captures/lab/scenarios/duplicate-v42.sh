# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount one export with 4.2, read-only and soft, and read in turns.
#
# Each CREATE_SESSION ends the other's lease. Readers see no error, only a recovery at
# each access. Truth: a duplicate, proven at the server; each host alone sees losses
# that nothing in its own capture explains.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv

capture_start srv server
capture_start c1 host1
capture_start c2 host2
nfs_mount c1 10.0.0.1 ro,noexec,vers=4.2,soft
nfs_mount c2 10.0.0.1 ro,noexec,vers=4.2,soft
read_in_turns 6 0.5 c1 c2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.2 web01' verdicts=suspected kind=duplicate-owner harmful=no \
    hosts=10.0.0.11 servers=10.0.0.1:2049
truth host2 'Linux NFSv4.2 web01' verdicts=suspected kind=duplicate-owner harmful=no \
    hosts=10.0.0.12 servers=10.0.0.1:2049
