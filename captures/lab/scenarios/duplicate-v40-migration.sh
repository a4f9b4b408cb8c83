# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# As duplicate-v40, with the mount option "migration", and with files held and locked.
#
# The owner is the same for every server then: "Linux NFSv4.0 web01". Truth: a
# duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.0,hard,migration
hold c1 20 --read one --write three --lock
sleep 3
nfs_mount c2 10.0.0.1 rw,vers=4.0,hard,migration
hold c2 17 --read four --write six --lock
wait "$holder"

truth server 'Linux NFSv4.0 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
