# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 with 4.2; one gets a uniquifier, and its kernel's client starts anew.
#
# The parameter is one for all hosts here, so the other host stands for another machine by an
# identifier of its own.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

fault_play 10.0.0.1 rw,vers=4.2
cure_run c2 uniquifier
nfs_start_anew c1 c2
client_identifier c1 of-another-machine
capture_start srv after
nfs_mount c1 10.0.0.1 rw,vers=4.2
cure_run_some c2 remount 'mount *'
read_in_turns 3 0.2 c1 c2
server_asked
captures_stop
uniquifier_forget
