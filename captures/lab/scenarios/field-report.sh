# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# As in the report from the field: web01 is cloned while it is at work, and seen from its side.
#
# The clone mounts when web01 has been reading for a while; web01's own capture shows
# two losses and nobody else. Also derived: the server's capture with a snap length of
# 128 bytes, which keeps status codes and loses owners. Truth: proven at the server,
# suspected at the host and in the short one, which shows that two addresses lose
# their leases in turns and not what they call themselves.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 ro,noexec,vers=4.2,soft
read_in_turns 3 0.5 c1
nfs_mount c2 10.0.0.1 ro,noexec,vers=4.2,soft
read_in_turns 1 0.5 c1
read_in_turns 1 0.5 c2
read_in_turns 1 0.5 c1
sleep 2

derived snapped snap server 128
truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.2 web01' verdicts=suspected kind=duplicate-owner harmful=no \
    hosts=10.0.0.11 servers=10.0.0.1:2049
truth snapped '' verdicts=suspected kind=duplicate-owner harmful=no whole=no \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
