/* fields.h - every field, subtree and expert item of the protocol
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NFS4SESS_FIELDS_H
#define NFS4SESS_FIELDS_H

#include "compat.h"

#include <epan/expert.h>

extern int proto_nfs4sess;
extern int hf_server, hf_client;
extern int hf_owner, hf_owner_number, hf_owner_software, hf_owner_host, hf_owner_uniquifier;
extern int hf_instance, hf_instance_start, hf_verifier, hf_clientid, hf_sessionid;
extern int hf_identified_in, hf_confirmed_in, hf_identification_refused;
extern int hf_collision, hf_collision_evidence, hf_collision_with, hf_collision_frame;
extern int hf_takeover, hf_finding, hf_expert;
extern int hf_chain, hf_chain_step, hf_chain_cause, hf_chain_first, hf_chain_prev, hf_chain_next;
extern int hf_chain_culprit, hf_chain_outage;
extern int hf_lost_opens, hf_lost_locks, hf_lost_delegations, hf_lost_file;
extern int hf_trouble, hf_trouble_number, hf_trouble_first;
extern int ett_nfs4sess, ett_finding, ett_evidence, ett_chain, ett_identity;
extern expert_field ei_collision_proven, ei_collision_probable, ei_collision_suspected;
extern expert_field ei_session_invalidated, ei_session_recovered, ei_identity_invisible,
    ei_state_lost;
extern expert_field ei_server_restarted, ei_lease_expired, ei_owner_weak, ei_owner_two_servers,
    ei_name_shared, ei_client_restarted, ei_client_addresses, ei_trouble;

/* Registers all of them for the protocol `proto`. */
void fields_register(int proto);

#endif
