# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The server's administrator takes away the state on a file system, and nothing else.
#
# web01 holds open files, delegations and a lock; unlock_filesystem revokes them. The
# server says so in the flag ADMIN_STATE_REVOKED, TEST_STATEID gets ADMIN_REVOKED inside,
# and the client frees what is gone. Lease and session live on. Truth: single.
# Debian: trixie (before Linux 6.8 that file does not reach NFSv4)

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 25 --read one two --write three --lock
sleep 5
nfsd_unlock srv
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
