# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 mounts one export with 4.2, 4.1 and 4.0, and with 4.2 once more over four connections.
#
# One owner for each minor version, all with one verifier. Truth: single, all.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
nfsd_new srv

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft,nconnect=4 /mnt/a
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft,nosharecache /mnt/b
nfs_mount c1 10.0.0.1 rw,vers=4.1,soft /mnt/c
nfs_mount c1 10.0.0.1 rw,vers=4.0,soft /mnt/d
for folder in /mnt/a /mnt/b /mnt/c /mnt/d; do
    nfs_read c1 one $folder
    nfs_read c1 two $folder
done
nfs_unmount c1 /mnt/b
nfs_unmount c1 /mnt/d

truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.1 web01' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
truth server 'Linux NFSv4.0 web01/10.0.0.1' verdicts=single hosts=10.0.0.11 servers=10.0.0.1:2049
