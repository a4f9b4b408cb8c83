# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The control: the same work as in duplicate-v42 by web01 and web02.
#
# Truth: single, both.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web02 10.0.0.12/24
nfsd_new srv

capture_start srv server
nfs_mount c1 10.0.0.1 ro,noexec,vers=4.2,soft
nfs_mount c2 10.0.0.1 ro,noexec,vers=4.2,soft
read_in_turns 6 0.5 c1 c2

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 web02' verdicts=single hosts=10.0.0.12 servers=10.0.0.1:2049
