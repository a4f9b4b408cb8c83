# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01's TCP connection breaks, three times; the session goes on over the next one.
#
# The first replies on a new connection carry the flag CB_PATH_DOWN, and the client
# binds it with BIND_CONN_TO_SESSION. No lease is lost. Truth: single.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 20 --read one two --write three --lock
for _ in 1 2 3; do
    sleep 4
    connection_break c1
done
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
