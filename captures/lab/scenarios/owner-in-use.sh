# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 works with a Kerberos principal (krb5i); a second web01 comes without one.
#
# The server refuses the newcomer with CLID_INUSE, and its mount fails. web01 goes on
# working. Truth: a duplicate, proven by the refusal, not harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15 sec=krb5i:sys
kerberos_new srv 10.0.0.1
kerberos_client c1 web01 10.0.0.11

capture_start srv server
nfs_mount c1 srv.lab.test rw,vers=4.2,hard,sec=krb5i
hold c1 22 --read one two --write three --lock
sleep 4
nfs_mount_refused c2 10.0.0.1 rw,vers=4.2,hard,sec=sys
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=no \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
