# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 write and read 2 MiB, through cards that join packets.
#
# Messages of 1 MiB come in packets of up to 64 KiB, several to a packet or one over
# many. Truth: a duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
for host in srv c1 c2; do
    host_offload $host
done
nfsd_new srv

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft,rsize=1048576,wsize=1048576
nfs_mount c2 10.0.0.1 rw,vers=4.2,soft,rsize=1048576,wsize=1048576
nfs_copy c1 one 2
nfs_copy c2 two 2
nfs_copy c1 three 2
nfs_read c2 one
nfs_read c1 two

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
