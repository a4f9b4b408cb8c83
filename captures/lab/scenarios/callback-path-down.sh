# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A firewall keeps the server's callbacks from web01 (4.0), which holds delegations.
#
# web02 wants to write what is delegated to web01, and waits (DELAY). The recall does not
# arrive; RENEW is answered with CB_PATH_DOWN, upon which web01 gives its delegations
# back. No lease is lost. Truth: single, both.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 10

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.0,hard
nfs_mount c2 10.0.0.1 rw,vers=4.0,hard
nfs_read c1 five
hold c1 30 --read one two
sleep 3
in_host c1 nft 'add table inet wall
    add chain inet wall in { type filter hook input priority 0; }
    add rule inet wall in tcp sport != 2049 drop'
event "c1 takes no more calls from the server"
hold c2 22 --write one
wait "$holder"
sleep 3

truth server 'Linux NFSv4.0 web01/10.0.0.1' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.0 web02/10.0.0.1' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
