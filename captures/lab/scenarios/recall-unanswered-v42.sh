# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01's callback service is stuck, so the server revokes what it had delegated to it.
#
# web02 wants to write a file that is delegated to web01. web01 answers no CB_RECALL; the
# server says BACKCHANNEL_FAULT, and after a lease time RECALLABLE_STATE_REVOKED, in the
# flags of SEQUENCE. TEST_STATEID gets DELEG_REVOKED inside, then FREE_STATEID. The lease
# lives on, though sessions may be made anew. Truth: single, both.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv 10

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c1 50 --read one two
sleep 3
callbacks_freeze
hold c2 35 --write one
sleep 30
callbacks_thaw
wait "$holder"
sleep 12

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 web02' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
