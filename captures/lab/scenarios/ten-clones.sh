# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ten hosts named web01 read in turns, and db01 beside them minds its own business.
#
# A host that has lost its lease notices only after several others came and went.
# Truth: web01 a duplicate of ten hosts, proven and harmful; db01 single.

host_new srv srv 10.0.0.1/24
clones=()
addresses=
for number in 1 2 3 4 5 6 7 8 9 10; do
    host_new "c$number" web01 "10.0.0.$((10 + number))/24"
    clones+=("c$number")
    addresses+=,10.0.0.$((10 + number))
done
host_new db db01 10.0.0.30/24
nfsd_new srv

capture_start srv server
nfs_mount db 10.0.0.1 rw,vers=4.2,soft
for host in "${clones[@]}"; do
    nfs_mount "$host" 10.0.0.1 rw,vers=4.2,soft
done
read_in_turns 2 0.1 "${clones[@]}" db

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    "hosts=${addresses#,}" \
    servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 db01' verdicts=single hosts=10.0.0.30 servers=10.0.0.1:2049
