# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two hosts named web01 with one uniquifier, as copies of an image have; one gets another.

host_new srv srv 10.0.0.1/24
host_new c1 web01 10.0.0.11/24
host_new c2 web01 10.0.0.12/24
nfsd_new srv 15
client_identifier c1 2f6d7c1a-of-the-image
client_identifier c2 2f6d7c1a-of-the-image

fault_play 10.0.0.1 rw,vers=4.2
cure_run c2 copied-uniquifier
cure_see
