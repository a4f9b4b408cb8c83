# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 share one address behind a router that translates theirs.
#
# The server sees one address, two ports and two verifiers in turns; the router's
# capture of all its cards shows each message twice, with two addresses. Truth: a
# duplicate, proven and harmful, in both captures.

host_new srv srv 10.0.0.1/24
host_new router router 10.0.0.9/24
host_plug router eth1 v-router1 192.168.7.1/24
host_new c1 web01 192.168.7.11/24
host_new c2 web01 192.168.7.12/24
router_start router 192.168.7.1 c1 c2
nfsd_new srv

capture_start srv server
capture_start router router -i any
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
nfs_mount c2 10.0.0.1 rw,vers=4.2,soft
read_in_turns 5 0.5 c1 c2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.9 servers=10.0.0.1:2049
truth router 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.9,192.168.7.11,192.168.7.12 servers=10.0.0.1:2049
