# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 at a server of two addresses; the renamed one knows it by both.

host_new srv srv 10.0.0.1/24 fd00::1/64
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24 fd00::12/64
nfsd_new srv 15

fstab_set c2 '10.0.0.1:/ /mnt/nfs nfs4 rw,vers=4.2 0 0' '[fd00::1]:/ /mnt/six nfs4 rw,vers=4.2 0 0'
in_host c2 mkdir -p /mnt/six
capture_start srv before
nfs_mount c1 10.0.0.1 rw,vers=4.2
nfs_mount c2 10.0.0.1 rw,vers=4.2
nfs_mount c2 '[fd00::1]' rw,vers=4.2 /mnt/six
read_in_turns 3 0.2 c1 c2
cure_ask before
cure_run c2 host-name NAME=web02
cure_see
