# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount one export over IPv6; web02 looks on.
#
# Truth: web01 a duplicate, proven and harmful; web02 single.

host_new srv srv fd00::1/64
host_new c1 web01 fd00::11/64
host_new c2 web01 fd00::12/64
host_new c3 web02 fd00::13/64
nfsd_new srv

capture_start srv server
for host in c1 c2 c3; do
    nfs_mount $host '[fd00::1]' rw,vers=4.2,soft
done
read_in_turns 5 0.3 c1 c2 c3

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=fd00::11,fd00::12 'servers=[fd00::1]:2049'
truth server 'Linux NFSv4.2 web02' verdicts=single hosts=fd00::13 'servers=[fd00::1]:2049'
