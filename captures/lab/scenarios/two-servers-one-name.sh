# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two servers are both named nas, and two hosts are both named web01; each host has its own.
#
# Server owner and scope are equal, and still no lease is taken from anybody. The hosts'
# captures are merged. Truth: single, at both servers.

host_new nas1 nas 10.0.0.1/24
host_new nas2 nas 10.0.0.2/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new nas1
nfsd_new nas2

capture_start c1 host1
capture_start c2 host2
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
nfs_mount c2 10.0.0.2 rw,vers=4.2,soft
read_in_turns 5 0.3 c1 c2

derived merged merge host1 host2
truth merged 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth merged 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.12 servers=10.0.0.2:2049
