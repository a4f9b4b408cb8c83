# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 with one keytab and krb5i; one gets a name and a principal.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15 sec=krb5i
kerberos_new srv 10.0.0.1
kerberos_client c1 web01 10.0.0.11
kerberos_client c2 web01 10.0.0.12
second=${helpers[-1]}

fault_play srv.lab.test rw,vers=4.2,sec=krb5i
cure_run c2 host-name NAME=web02
kill "$second"
kerberos_client c2 web02 10.0.0.12
cure_see
