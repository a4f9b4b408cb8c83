# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount one server, one over IPv4 and one over IPv6.
#
# It is one server that keeps their leases, so they collide. Truth: a duplicate, proven
# and harmful, at one server with two addresses.

host_new srv srv 10.0.0.1/24 fd00::1/64
host_new c1 web01 10.0.0.11/24
host_new c2 web01 fd00::12/64
nfsd_new srv

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
nfs_mount c2 '[fd00::1]' rw,vers=4.2,soft
read_in_turns 4 0.5 c1 c2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,fd00::12 'servers=10.0.0.1:2049,[fd00::1]:2049'
