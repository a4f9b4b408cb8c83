# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# As server-restart, once, with 4.0: RENEW or WRITE get STALE_CLIENTID or STALE_STATEID.
#
# Truth: single, both.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.0,hard
nfs_mount c2 10.0.0.1 rw,vers=4.0,hard
hold c1 35 --read one --write three --lock
hold c2 35 --read four --write six --lock
sleep 5
nfsd_stop srv
sleep 3
nfsd_start srv
wait "$holder"

truth server 'Linux NFSv4.0 web01/10.0.0.1' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.0 web02/10.0.0.1' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
