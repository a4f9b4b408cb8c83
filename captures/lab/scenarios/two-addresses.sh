# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount one server, each through another of its two addresses.
#
# They collide all the same, as it is one server that keeps their leases. Truth: a
# duplicate, proven and harmful, at one server with two addresses.

host_new srv srv 10.0.0.1/24 10.0.0.2/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
nfs_mount c2 10.0.0.2 rw,vers=4.2,soft
read_in_turns 5 0.5 c1 c2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049,10.0.0.2:2049
