# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 read now and then, while three others make and remove files.
#
# Many small messages and few takeovers, to make a large capture of (see ../enlarge).
# Truth: web01 a duplicate, proven and harmful; the others single.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
for number in 1 2 3; do
    host_new "db$number" "db0$number" "10.0.0.3$number/24"
done
nfsd_new srv

capture_start srv server
walks=()
for host in db1 db2 db3; do
    nfs_mount $host 10.0.0.1 rw,vers=4.2,hard,noac,lookupcache=none
    nfs_walk $host 60 &
    walks+=($!)
done
nfs_mount c1 10.0.0.1 ro,vers=4.2,soft
nfs_mount c2 10.0.0.1 ro,vers=4.2,soft
read_in_turns 2 10 c1 c2
wait "${walks[@]}"

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
for number in 1 2 3; do
    truth server "Linux NFSv4.2 db0$number" verdicts=single hosts=10.0.0.3$number \
        servers=10.0.0.1:2049
done
