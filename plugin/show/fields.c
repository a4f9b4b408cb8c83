/* fields.c - every field, subtree and expert item of the protocol
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fields.h"

#include "model/types.h"

int proto_nfs4sess = -1;
int hf_server, hf_client;
int hf_owner, hf_owner_number, hf_owner_software, hf_owner_host;
int hf_owner_uniquifier;
int hf_instance, hf_instance_start, hf_verifier, hf_clientid;
int hf_sessionid, hf_identified_in, hf_confirmed_in, hf_identification_refused;
int hf_collision, hf_collision_evidence, hf_collision_with;
int hf_collision_frame, hf_takeover, hf_finding, hf_expert;
int hf_chain, hf_chain_step, hf_chain_cause, hf_chain_first;
int hf_chain_prev, hf_chain_next, hf_chain_culprit, hf_chain_outage;
int hf_lost_opens, hf_lost_locks, hf_lost_delegations, hf_lost_file;
int hf_trouble, hf_trouble_number, hf_trouble_first;
int ett_nfs4sess = -1, ett_finding = -1, ett_evidence = -1, ett_chain = -1, ett_identity = -1;
expert_field ei_collision_proven, ei_collision_probable, ei_collision_suspected;
expert_field ei_session_invalidated, ei_session_recovered, ei_identity_invisible, ei_state_lost;
expert_field ei_server_restarted, ei_lease_expired, ei_owner_weak, ei_owner_two_servers,
    ei_name_shared, ei_client_restarted, ei_client_addresses, ei_trouble;

static const value_string grades[] = {{1, "suspected"}, {2, "probable"}, {3, "proven"}, {0, NULL}};

static const value_string steps[] = {{STEP_REFUSED, "refused"},
                                     {STEP_DESTROY_SESSION, "destroy-session"},
                                     {STEP_CREATE_SESSION_REFUSED, "create-session-refused"},
                                     {STEP_IDENTIFY, "identify"},
                                     {STEP_CONFIRM, "confirm"},
                                     {STEP_LEASE_TIME, "lease-time"},
                                     {STEP_RECLAIM, "reclaim"},
                                     {STEP_RECLAIM_COMPLETE, "reclaim-complete"},
                                     {STEP_PROBE_STATE, "probe-state"},
                                     {STEP_RESUMED, "resumed"},
                                     {STEP_REOPEN, "reopen"},
                                     {0, NULL}};

static const value_string causes[] = {{CAUSE_UNKNOWN, "unknown"},
                                      {CAUSE_DUPLICATE_OWNER, "duplicate-owner"},
                                      {CAUSE_CLIENT_RESTART, "client-restart"},
                                      {CAUSE_SERVER_RESTART, "server-restart"},
                                      {CAUSE_FAILOVER, "failover"},
                                      {CAUSE_LEASE_EXPIRED, "lease-expired"},
                                      {CAUSE_ADMIN_REVOKED, "admin-revoked"},
                                      {CAUSE_REMOVED_BY_SERVER, "removed-by-server"},
                                      {CAUSE_SESSION_ONLY, "session-only"},
                                      {0, NULL}};

static const value_string troubles[] = {{TROUBLE_SLOT, "slot-out-of-step"},
                                        {TROUBLE_SESSION, "session-gone"},
                                        {TROUBLE_IDENTIFICATION, "identification-refused"},
                                        {TROUBLE_CONFIRM, "confirm-refused"},
                                        {TROUBLE_GRACE, "grace-without-end"},
                                        {TROUBLE_RECLAIM, "reclaim-refused"},
                                        {TROUBLE_STATE, "state-refused"},
                                        {TROUBLE_DELAY, "delay-without-end"},
                                        {TROUBLE_CALLBACK, "callback-path-down"},
                                        {TROUBLE_REFUSED, "request-refused"},
                                        {TROUBLE_FLAG, "flag-stands"},
                                        {TROUBLE_RECALL, "recall-unheeded"},
                                        {TROUBLE_UNANSWERED, "callback-unanswered"},
                                        {TROUBLE_CALLED_BACK, "callback-refused"},
                                        {TROUBLE_LATE, "renewed-late"},
                                        {TROUBLE_SLOTS, "slots-exhausted"},
                                        {TROUBLE_IDS, "id-given-twice"},
                                        {TROUBLE_TURNS, "servers-in-turns"},
                                        {TROUBLE_RESTARTS, "server-restarts"},
                                        {0, NULL}};

static void register_context(int proto)
{
    static hf_register_info hf[] = {
        {&hf_server,
         {"Server", "nfs4sess.server", FT_STRING, BASE_NONE, NULL, 0,
          "Address and port of the NFSv4 server", HFILL}},
        {&hf_client,
         {"Client", "nfs4sess.client", FT_STRING, BASE_NONE, NULL, 0, "Address of the client",
          HFILL}},
        {&hf_owner,
         {"Client owner", "nfs4sess.owner", FT_STRING, BASE_NONE, NULL, 0,
          "The string that the client presents: co_ownerid, or nfs_client_id4.id in NFSv4.0",
          HFILL}},
        {&hf_owner_number,
         {"Client owner number", "nfs4sess.owner.number", FT_UINT32, BASE_DEC, NULL, 0,
          "Counts client owners at servers, in order of appearance", HFILL}},
        {&hf_owner_software,
         {"Client software", "nfs4sess.owner.software", FT_STRING, BASE_NONE, NULL, 0,
          "Told from the form of the client owner", HFILL}},
        {&hf_owner_host,
         {"Client host", "nfs4sess.owner.host", FT_STRING, BASE_NONE, NULL, 0,
          "Host name in the client owner", HFILL}},
        {&hf_owner_uniquifier,
         {"Client uniquifier", "nfs4sess.owner.uniquifier", FT_STRING, BASE_NONE, NULL, 0,
          "Identifier that was set to make the client owner unique", HFILL}},
        {&hf_instance,
         {"Instance", "nfs4sess.instance", FT_UINT32, BASE_DEC, NULL, 0,
          "Counts the instances (verifiers) of the client owner", HFILL}},
        {&hf_instance_start,
         {"Instance began", "nfs4sess.instance.start", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_LOCAL, NULL,
          0, "The clock in the verifier, by the client's own time", HFILL}},
        {&hf_verifier,
         {"Verifier", "nfs4sess.verifier", FT_UINT64, BASE_HEX, NULL, 0,
          "The boot verifier of the instance", HFILL}},
        {&hf_clientid,
         {"Clientid", "nfs4sess.clientid", FT_UINT64, BASE_HEX, NULL, 0, "The lease", HFILL}},
        {&hf_sessionid,
         {"Sessionid", "nfs4sess.sessionid", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_identified_in,
         {"Identified in frame", "nfs4sess.identified_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The EXCHANGE_ID or SETCLIENTID that asked for the lease", HFILL}},
        {&hf_identification_refused,
         {"Identification refused with", "nfs4sess.identification.refused", FT_STRING, BASE_NONE,
          NULL, 0, "The status of an EXCHANGE_ID or SETCLIENTID that did not work", HFILL}},
        {&hf_confirmed_in,
         {"Confirmed in frame", "nfs4sess.confirmed_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The reply that confirmed the lease", HFILL}},
    };
    proto_register_field_array(proto, hf, array_length(hf));
}

static void register_findings(int proto)
{
    static hf_register_info hf[] = {
        {&hf_finding,
         {"Finding", "nfs4sess.finding", FT_STRING, BASE_NONE, NULL, 0,
          "What the message is part of, as a sentence", HFILL}},
        {&hf_expert,
         {"Expert information", "nfs4sess.expert", FT_BOOLEAN, BASE_NONE, NULL, 0,
          "This frame has an entry of this protocol in Analyze > Expert Information", HFILL}},
        {&hf_collision,
         {"Duplicate client owner", "nfs4sess.collision", FT_UINT8, BASE_DEC, VALS(grades), 0,
          "This frame is part of a collision of two clients with one owner", HFILL}},
        {&hf_collision_evidence,
         {"Evidence", "nfs4sess.collision.evidence", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_collision_with,
         {"Other host", "nfs4sess.collision.with", FT_STRING, BASE_NONE, NULL, 0,
          "Address of the other client in this collision", HFILL}},
        {&hf_collision_frame,
         {"Shown by frame", "nfs4sess.collision.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "For a refusal, the confirm that caused it; for a takeover, the refusal that followed",
          HFILL}},
        {&hf_takeover,
         {"Takes over from the confirm in frame", "nfs4sess.takeover", FT_FRAMENUM, BASE_NONE, NULL,
          0, "The confirm that this confirm undoes", HFILL}},
        {&hf_chain,
         {"Invalidation chain", "nfs4sess.chain", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
        {&hf_chain_step,
         {"Step of the chain", "nfs4sess.chain.step", FT_UINT8, BASE_DEC, VALS(steps), 0, NULL,
          HFILL}},
        {&hf_chain_cause,
         {"Cause of the chain", "nfs4sess.chain.cause", FT_UINT8, BASE_DEC, VALS(causes), 0, NULL,
          HFILL}},
        {&hf_chain_first,
         {"First refused in frame", "nfs4sess.chain.first", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL,
          HFILL}},
        {&hf_chain_prev,
         {"Previous step in frame", "nfs4sess.chain.prev", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV), 0, NULL, HFILL}},
        {&hf_chain_next,
         {"Next step in frame", "nfs4sess.chain.next", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_NEXT), 0, NULL, HFILL}},
        {&hf_chain_culprit,
         {"Lost to the confirm in frame", "nfs4sess.chain.culprit", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The confirm of the other client that caused this", HFILL}},
        {&hf_lost_opens,
         {"Opens lost", "nfs4sess.lost.opens", FT_UINT32, BASE_DEC, NULL, 0,
          "Held when the lease was lost, and not regained", HFILL}},
        {&hf_lost_locks,
         {"Locks lost", "nfs4sess.lost.locks", FT_UINT32, BASE_DEC, NULL, 0,
          "Held when the lease was lost, and not regained", HFILL}},
        {&hf_lost_delegations,
         {"Delegations lost", "nfs4sess.lost.delegations", FT_UINT32, BASE_DEC, NULL, 0,
          "Held when the lease was lost, and not regained", HFILL}},
        {&hf_lost_file,
         {"Locks lost on file", "nfs4sess.lost.file", FT_STRING, BASE_NONE, NULL, 0,
          "The name by which the file was looked up or opened", HFILL}},
        {&hf_chain_outage,
         {"Outage", "nfs4sess.chain.outage", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first refusal until the client worked again, or had all back", HFILL}},
        {&hf_trouble,
         {"Trouble", "nfs4sess.trouble", FT_UINT8, BASE_DEC, VALS(troubles), 0,
          "This frame is part of what keeps the client from getting on", HFILL}},
        {&hf_trouble_number,
         {"Trouble number", "nfs4sess.trouble.number", FT_UINT32, BASE_DEC, NULL, 0,
          "Counts troubles in the order in which they were found", HFILL}},
        {&hf_trouble_first,
         {"Trouble began in frame", "nfs4sess.trouble.first", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "Where it shows first", HFILL}},
    };
    proto_register_field_array(proto, hf, array_length(hf));
}

static void register_experts(int proto)
{
    static ei_register_info ei[] = {
        {&ei_collision_proven,
         {"nfs4sess.collision.proven", PI_PROTOCOL, PI_ERROR,
          "Two clients present the same client owner (proven)", EXPFILL}},
        {&ei_collision_probable,
         {"nfs4sess.collision.probable", PI_PROTOCOL, PI_WARN,
          "Two clients present the same client owner (probable)", EXPFILL}},
        {&ei_collision_suspected,
         {"nfs4sess.collision.suspected", PI_PROTOCOL, PI_NOTE,
          "Two clients present the same client owner (suspected)", EXPFILL}},
        {&ei_session_invalidated,
         {"nfs4sess.session.invalidated", PI_SEQUENCE, PI_WARN, "Session or lease invalidated",
          EXPFILL}},
        {&ei_session_recovered,
         {"nfs4sess.session.recovered", PI_SEQUENCE, PI_CHAT, "Client recovered", EXPFILL}},
        {&ei_state_lost,
         {"nfs4sess.state.lost", PI_SEQUENCE, PI_ERROR, "Opens, locks or delegations lost",
          EXPFILL}},
        {&ei_server_restarted,
         {"nfs4sess.server.restarted", PI_SEQUENCE, PI_NOTE, "Server restarted", EXPFILL}},
        {&ei_lease_expired,
         {"nfs4sess.lease.expired", PI_SEQUENCE, PI_WARN, "Lease expired", EXPFILL}},
        {&ei_owner_two_servers,
         {"nfs4sess.owner.two_servers", PI_PROTOCOL, PI_NOTE,
          "Two hosts present the same client owner to two servers", EXPFILL}},
        {&ei_name_shared,
         {"nfs4sess.name.shared", PI_PROTOCOL, PI_NOTE, "Two addresses use one machine name",
          EXPFILL}},
        {&ei_client_restarted,
         {"nfs4sess.client.restarted", PI_SEQUENCE, PI_NOTE, "Client restarted", EXPFILL}},
        {&ei_client_addresses,
         {"nfs4sess.client.addresses", PI_PROTOCOL, PI_CHAT, "One client with several addresses",
          EXPFILL}},
        {&ei_trouble,
         {"nfs4sess.trouble.found", PI_SEQUENCE, PI_WARN, "Client does not get on", EXPFILL}},
        {&ei_owner_weak,
         {"nfs4sess.owner.weak", PI_PROTOCOL, PI_NOTE, "Client owner is not unique", EXPFILL}},
        {&ei_identity_invisible,
         {"nfs4sess.identity.invisible", PI_PROTOCOL, PI_NOTE,
          "Client owners and sessions are not visible", EXPFILL}},
    };
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

void fields_register(int proto)
{
    static int *ett[] = {&ett_nfs4sess, &ett_finding, &ett_evidence, &ett_chain, &ett_identity};
    proto_nfs4sess = proto;
    register_context(proto);
    register_findings(proto);
    proto_register_subtree_array(ett, array_length(ett));
    register_experts(proto);
}
