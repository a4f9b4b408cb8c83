# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 works without Kerberos; a second web01 comes with a principal (krb5i).
#
# It is refused with CLID_INUSE twice, asks once more without Kerberos, and takes the
# lease over. Truth: a duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15 sec=krb5i:sys
kerberos_new srv 10.0.0.1
kerberos_client c2 web01 10.0.0.12

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard,sec=sys
hold c1 22 --read one two --write three --lock
sleep 4
nfs_mount c2 srv.lab.test rw,vers=4.2,hard,sec=krb5i
hold c2 14 --read four --write six --lock
wait "$holder"
sleep 3

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
