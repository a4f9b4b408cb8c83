# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 mounts two servers, nas1 and nas2.
#
# Truth: single, at both.

host_new nas1 nas1 10.0.0.1/24
host_new nas2 nas2 10.0.0.2/24
host_new c1 web01 10.0.0.11/24
nfsd_new nas1
nfsd_new nas2

capture_start c1 host1
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft /mnt/a
nfs_mount c1 10.0.0.2 rw,vers=4.2,soft /mnt/b
for folder in /mnt/a /mnt/b; do
    nfs_read c1 one $folder
    nfs_read c1 two $folder
done

for address in 10.0.0.1 10.0.0.2; do
    truth host1 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=$address:2049
done
