# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 share one principal, too, as cloned machines do, and use krb5i.
#
# Bodies are protected and readable. Truth: a duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15 sec=krb5i
kerberos_new srv 10.0.0.1
kerberos_client c1 web01 10.0.0.11
kerberos_client c2 web01 10.0.0.12

capture_start srv server
nfs_mount c1 srv.lab.test rw,vers=4.2,soft,sec=krb5i
nfs_mount c2 srv.lab.test rw,vers=4.2,soft,sec=krb5i
read_in_turns 4 0.5 c1 c2

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
