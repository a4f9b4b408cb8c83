# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# web01 has addresses in two networks and mounts one server through both of the server's.
#
# With 4.2 and max_connect it uses both paths for one session; with 4.1 it finds out that
# it is one server, and shares the lease. Truth: single, both owners.

host_new srv srv 10.0.0.1/24 10.0.1.1/24
host_new c1 web01 10.0.0.11/24 10.0.1.11/24
nfsd_new srv

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft,max_connect=4 /mnt/a
nfs_mount c1 10.0.1.1 rw,vers=4.2,soft,max_connect=4 /mnt/b
nfs_mount c1 10.0.1.1 rw,vers=4.1,soft /mnt/c
nfs_mount c1 10.0.0.1 rw,vers=4.1,soft /mnt/d
for folder in /mnt/a /mnt/b /mnt/c /mnt/d; do
    nfs_read c1 one $folder
    nfs_read c1 two $folder
done

for minor in 1 2; do
    truth server "Linux NFSv4.$minor web01" verdicts=single hosts=10.0.0.11,10.0.1.11 \
        servers=10.0.0.1:2049,10.0.1.1:2049
done
