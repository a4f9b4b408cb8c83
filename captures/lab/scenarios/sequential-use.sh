# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 use one export in turns, and never at the same time.
#
# Each unmounts before the other mounts, so no lease is ever taken from anybody. The
# verifiers go A, B, A, B, A. Truth: a duplicate, proven by its returns, not harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv

capture_start srv server
for host in c1 c2 c1 c2 c1; do
    nfs_mount $host 10.0.0.1 rw,vers=4.2,soft
    nfs_read $host one
    nfs_unmount $host
    sleep 1
done

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=no \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
