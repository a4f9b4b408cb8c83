# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 mounts and unmounts four times, and takes its leave properly each time.
#
# Truth: single.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
nfsd_new srv

capture_start srv server
for _ in 1 2 3 4; do
    nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
    nfs_read c1 one
    nfs_unmount c1
done

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
