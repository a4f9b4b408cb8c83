# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount a Ganesha server with 4.2; both hold files, and write.
#
# Ganesha numbers clientids from 1, big-endian, and turns them round in sessionids.
# Truth: a duplicate, proven and harmful.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
ganesha_new srv 15
sleep 16

capture_start srv server
capture_start c1 host1
nfs_mount c1 10.0.0.1 rw,vers=4.2,hard
hold c1 25 --read one two --write three --lock
sleep 3
nfs_mount c2 10.0.0.1 rw,vers=4.2,hard
hold c2 22 --read four five --write six --lock
wait "$holder"

truth server 'Linux NFSv4.2 web01' verdicts=proven kind=duplicate-owner harmful=yes \
    hosts=10.0.0.11,10.0.0.12 servers=10.0.0.1:2049
truth host1 'Linux NFSv4.2 web01' verdicts=suspected kind=duplicate-owner harmful=no \
    hosts=10.0.0.11 servers=10.0.0.1:2049
