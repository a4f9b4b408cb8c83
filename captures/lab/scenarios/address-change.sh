# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 gets another address while it holds files, as from a DHCP server.
#
# It goes on with its session from the new address, without a word of identification.
# Truth: single.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 20 --read one --write three --lock
sleep 5
in_host c1 ip address del 10.0.0.11/24 dev eth0
in_host c1 ip address add 10.0.0.99/24 dev eth0
event "c1 has the address 10.0.0.99 now"
connection_break c1
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11,10.0.0.99 servers=10.0.0.1:2049
