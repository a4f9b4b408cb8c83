# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount and do nothing; only the renewals of their leases collide.
#
# A lease of 15 seconds is renewed every 10. Truth: a duplicate, proven and harmful,
# though nobody notices anything.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 ro,vers=4.2,soft
nfs_mount c2 10.0.0.1 ro,vers=4.2,soft
sleep 45

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.2 web01' verdicts=suspected kind=duplicate-owner harmful=no \
    hosts=10.0.0.11 servers=10.0.0.1:2049
