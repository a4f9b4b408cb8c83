# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 with 4.2; one of them is given a uniquifier at run time.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

fault_play 10.0.0.1 rw,vers=4.2
cure_run c2 uniquifier
cure_see
