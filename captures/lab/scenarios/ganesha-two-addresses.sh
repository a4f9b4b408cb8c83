# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 mount a Ganesha server, each through another of its two addresses.
#
# Unlike the kernel's server, Ganesha keeps clients apart by the address that they came
# to, so these do not collide. Truth: single, at each address.

host_new srv srv 10.0.0.1/24 10.0.0.2/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
ganesha_new srv 15
sleep 16

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
nfs_mount c2 10.0.0.2 rw,vers=4.2,soft
read_in_turns 4 0.5 c1 c2

for number in 1 2; do
    truth server 'Linux NFSv4.2 web01' verdicts=single hosts=10.0.0.1$number \
        servers=10.0.0.$number:2049
done
