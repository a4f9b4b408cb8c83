# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two containers named web01 behind the address of their host; one gets an identifier.

host_new srv srv 10.0.0.1/24
host_new router router 10.0.0.9/24
host_plug router eth1 v-router1 192.168.7.1/24
host_new c1 web01 192.168.7.11/24
host_new c2 web01 192.168.7.12/24
router_start router 192.168.7.1 c1 c2
nfsd_new srv 15
mkdir -p /data
in_host c2 mount -t tmpfs tmpfs /data

fault_play 10.0.0.1 rw,vers=4.2
cure_run c2 container
cure_see
