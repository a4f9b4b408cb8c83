# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 is cut off for three lease times, and finds everything as it was.
#
# Linux keeps the lease of a client that is late as long as nobody wants what it holds.
# Truth: single.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
nfsd_new srv 10

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 48 --read one --write three --lock
sleep 4
host_cut c1
sleep 30
host_join c1
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
