# shellcheck shell=bash disable=SC2154  # variables of guest/
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 that were given identifiers of their own before they mounted.
#
# The owners are "Linux NFSv4.2 IDENTIFIER/web01". Truth: single, both: this is the cure.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv
client_identifier c1 6b1f0c2e-one
client_identifier c2 6b1f0c2e-two

capture_start srv server
nfs_mount c1 10.0.0.1 rw,vers=4.2,soft
nfs_mount c2 10.0.0.1 rw,vers=4.2,soft
read_in_turns 4 0.5 c1 c2

truth server 'Linux NFSv4.2 6b1f0c2e-one/web01' verdicts=single hosts=10.0.0.11 \
    servers=10.0.0.1:2049
truth server 'Linux NFSv4.2 6b1f0c2e-two/web01' verdicts=single hosts=10.0.0.12 \
    servers=10.0.0.1:2049
