# SPDX-License-Identifier: GPL-2.0-or-later
"""What is right for the captures of ../shared/faults, as data: read from their packets.

One entry per capture, grouped by what the capture stands for. test_faults.py compares.
"""
import dataclasses

SINGLE, RESTARTED, UNDECIDED = {"single"}, {"restarted"}, {"undecided"}
SUSPECTED, PROBABLE, PROVEN = {"suspected"}, {"probable"}, {"proven"}
INNOCENT = SINGLE | RESTARTED | UNDECIDED
TWO_HOSTS = PROBABLE | PROVEN
ACCUSED = SUSPECTED | TWO_HOSTS
ANY = None

# Sentences. A report is compared with its lines joined.
ONE_CLIENT = [r"no second client", r"No duplicate: \d+ client owners?, one client"]
NO_TWIN = [*ONE_CLIENT, r"No duplicate"]
UNKNOWN_CLIENTS = r"no client identified itself"
NO_NFS = r"There is no NFSv4"


@dataclasses.dataclass
class Owner:
    """An owner of the report. None stands for anything."""
    name: str
    hosts: set
    verdicts: set
    harmful: bool = False
    evidence: tuple = ()      # kinds that have to be there
    kind: str = ANY
    instances: int = ANY


@dataclasses.dataclass
class Fault:
    stands_for: str
    owners: list
    chains: int = ANY         # how many
    causes: set = ANY         # what their causes may be
    cause: str = ANY          # what one of them has to be
    says: tuple = ()          # patterns that the report has to hold
    never: tuple = ()         # and those that it must not
    options: tuple = ()       # tshark's
    troubles: tuple = ()      # kind, operation, error, how often, whose fault: each that is there


def one(name, hosts, verdicts, harmful=False, **more):
    return Owner(name, {*hosts.split()}, verdicts, harmful, **more)


def v42(name, hosts, verdicts, harmful=False, **more):
    return one(f"Linux NFSv4.2 {name}", hosts, verdicts, harmful, **more)


def v41(name, hosts, verdicts, harmful=False, **more):
    return one(f"Linux NFSv4.1 {name}", hosts, verdicts, harmful, **more)


H10, H11, H12 = "10.0.1.10", "10.0.1.11", "10.0.1.12"
TWINS = "10.0.0.11 10.0.0.12"
CES = [f"192.168.10.10{number}" for number in range(3)]
FREEBSD = "\\x01\\x7f:\\x00:\\x00\\x00\\x004c4c4544-0042-3510-8052-b4c04f4e4a32"
FREEBSD_ONE = "\\x01\\x00\\x00\\x00:\\x00\\x00\\x004c4c4544-0042-3510-8052-b4c04f4e4a32"
MACOS = ("\\x01\\x00\\x00\\x00\\xaa\\xbb\\xcc\\xdd\\xee\\xff\\x10\\x02\\x08\\x01\\x0a\\x00\\x00\\x01"
         "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00nas:/x\\x00/Volumes/x\\x00")
WINDOWS = "\\x9d\\xd4\\xe4a&\\x8c\\x804\\xf5\\xc8VN\\x15\\\\g\\xa6"

REFUSED = "a refused identification is an identification"
COST = "what a refused identification costs"
OPAQUE = "ids that tell nothing, seen from one client"
ADDRESSES = "one server, two addresses, ids that tell nothing"
CURE = "cures that do not cure"
SILENCE_40 = "expiry without BADSESSION"
ENDLESS = "endless refusals that are no lost lease"
BESIDE = "a newcomer beside a living holder"
SILENT = "silence decides"
SOFTWARE = "the implementation id names the software"
COPIES = "copies by DNAT"
UNANSWERED = "identifications without answers"
CLOCKS = "clocks far from the server's"
ONE_WAY = "one direction only"
UNSEEN = "what cannot be seen is not denied"
CAUSES = "wrong causes"
BOTH = "innocents and guilty"
REISSUED = "ids issued again"
STARTS = "start times do not order time"
RETURNS = "an id that returns"
BOOT = "one boot second"
REMOVED = "removed-by-server without proof"
SERVERS = "servers that are not one"

# The server began a new life, or another one took over; all that the packets tell.
NEW_LIFE = {"server-restart", "failover", "unknown"}
MISTAKEN = [r"came back with its old verifier", r"because instance \d+ .{0,40}had confirmed",
            r"the clientid lives on"]

FAULTS = {
    "clid_inuse_loop_41_holder_unseen": Fault(
        REFUSED, [v41("ec2", H11, UNDECIDED, evidence=("clid-inuse",), instances=1)],
        says=[r"\b12 times", "NFS4ERR_CLID_INUSE", "credentials|principal"],
        never=[UNKNOWN_CLIENTS, *ONE_CLIENT],
        troubles=[("identification-refused", "EXCHANGE_ID", "NFS4ERR_CLID_INUSE", 12, None)]),
    "tigrlab_own_principal": Fault(
        REFUSED, [one("Linux NFSv4.0 10.0.1.10/10.0.0.1 tcp", H10, SINGLE | UNDECIDED, instances=1)],
        causes={"lease-expired"}, cause="lease-expired",
        says=[r"\b10 times", "NFS4ERR_CLID_INUSE", "credentials|principal"],
        troubles=[("identification-refused", "SETCLIENTID", "NFS4ERR_CLID_INUSE", 10, None)]),
    "minor_vers_mismatch": Fault(
        REFUSED, [one(MACOS, H10, SINGLE | UNDECIDED, instances=1)],
        says=[r"\b6\b", "NFS4ERR_MINOR_VERS_MISMATCH"], never=[UNKNOWN_CLIENTS],
        troubles=[("identification-refused", "SETCLIENTID", "NFS4ERR_MINOR_VERS_MISMATCH", 6, None)]),

    "ontap_clid_inuse_sys": Fault(
        COST, [v41("ec2-instance.corp.example.net", f"{H10} {H11}", PROVEN, evidence=("clid-inuse",),
                   instances=2)], chains=0,
        says=[r"\b4 (times|identifications|requests)", "NFS4ERR_CLID_INUSE"],
        never=["nobody was refused", "Nothing yet"]),

    "victim_side_opaque": Fault(
        OPAQUE, [v41("web", H10, SUSPECTED, instances=1)], chains=10,
        causes={"duplicate-owner", "unknown"}, never=NO_TWIN),
    "d_ces_twins_victim": Fault(
        OPAQUE, [v41("web", H10, SUSPECTED, instances=1)], chains=8,
        causes={"duplicate-owner", "unknown"}, never=NO_TWIN),
    "i_vip_back_one_client_opaque": Fault(  # each loss is the first request of a new connection
        OPAQUE, [v41("cli1", H10, SINGLE | UNDECIDED, instances=1)], chains=6, causes=NEW_LIFE),
    "i_freebsd_efs_badsession": Fault(      # a new id because the verifier counts up
        OPAQUE, [one(FREEBSD, H10, SINGLE | UNDECIDED, instances=1)], chains=8,
        causes={"session-only", "unknown"}),

    "opaque_two_lifs": Fault(
        ADDRESSES, [v41("web", f"{H10} {H11}", PROVEN, True, kind="duplicate-owner", instances=2)],
        chains=16, causes={"duplicate-owner"}, never=NO_TWIN),

    "docker_bridge_v40_rhel7": Fault(
        CURE, [one("Linux NFSv4.0 172.17.0.2/10.0.0.1 tcp", f"{H10} {H11}", PROVEN, True)],
        chains=8, causes={"duplicate-owner"}, says=[
            r"vers=4\.1", r"clientaddr=", r"outage 0\.005 s in all",
            r"an expired lease \(unless the lease time, which was not captured, is below 10\.0 s\)"]),
    "openqa_same_unique_id": Fault(
        CURE, [v41("0b4f8f5fa3d0c1e2b3a4958676859483/susetest", f"{H10} {H11}", PROVEN, True)],
        chains=10, causes={"duplicate-owner"}, says=[r"\bcop(y|ied|ies)\b", r"first boot"],
        never=[r"give each host a uniquifier"]),
    "diskless_none": Fault(
        CURE, [v41("(none)", f"{H10} {H11} {H12}", PROVEN, True, instances=3)], chains=12,
        causes={"duplicate-owner"}, says=["kernel command line|boot parameter",
                                          r"nfs\.nfs4_unique_id="],
        never=[r"/etc/modprobe\.d"]),

    "ganesha926_grace_forever": Fault(
        SILENCE_40, [v41("node1", "10.0.0.21", SINGLE, instances=1)], chains=1,
        causes={"lease-expired"}, says=["GRACE", "RECLAIM_COMPLETE"],
        troubles=[("grace-without-end", "OPEN", "NFS4ERR_GRACE", 20, "client")]),
    "flags_expired_all": Fault(
        SILENCE_40, [v41("c1", H10, SINGLE, instances=1)], chains=1, causes={"lease-expired"}),

    "ganesha941_misordered_forever": Fault(
        ENDLESS, [v41("c1", H10, SINGLE, instances=1)],
        says=["SEQ_MISORDERED", r"\b40\b"],
        troubles=[("slot-out-of-step", "SEQUENCE", "NFS4ERR_SEQ_MISORDERED", 40, "server")]),
    "esxi_loop_misordered": Fault(
        ENDLESS, [one("VMware ESX NFS41 \\x00\\x124esx1", H10, SINGLE, instances=1)],
        says=["SEQ_MISORDERED", r"\b20\b"],
        troubles=[("confirm-refused", "CREATE_SESSION", "NFS4ERR_SEQ_MISORDERED", 20, "client")]),
    "i_retry_uncached": Fault(
        ENDLESS, [one(FREEBSD_ONE, H10, SINGLE, instances=1)],
        says=["RETRY_UNCACHED_REP", r"\b20\b"],
        troubles=[("slot-out-of-step", "SEQUENCE", "NFS4ERR_RETRY_UNCACHED_REP", 20, "client")]),

    "newcomer_identified_only": Fault(
        BESIDE, [v41("ec2", f"{H10} {H11}", TWO_HOSTS, instances=2)], chains=0, never=NO_TWIN),

    "windows_reboot": Fault(
        SILENT, [one(WINDOWS, H10, RESTARTED, instances=2)], chains=0),
    "reffs_refuses_by_address_then_dhcp": Fault(
        SILENT, [v41("lap", f"{H10} 10.0.1.77", RESTARTED, instances=2)], chains=0,
        troubles=[("identification-refused", "EXCHANGE_ID", "NFS4ERR_CLID_INUSE", 8, None)]),
    "linux_reboot_clock_back": Fault(
        SILENT, [v41("pi4", H10, RESTARTED | UNDECIDED, instances=2)], chains=0),
    "i_random_verifier_loop": Fault(
        SILENT, [one("org.dcache.nfs.v4.client.Main: root-1@door", H10, RESTARTED, instances=10)],
        chains=0),
    "i_bluegreen_prebooted": Fault(         # it took leave before the other mounted
        SILENT, [v42("web", H10, RESTARTED | UNDECIDED | SUSPECTED | PROBABLE, instances=2)],
        chains=0, says=[r"DESTROY_CLIENTID|took leave|gave up|gave (it )?back|destroyed"]),

    "windows_impl_two_vms": Fault(
        SOFTWARE, [one(WINDOWS, f"{H10} {H11}", PROVEN, True)], chains=10,
        causes={"duplicate-owner"}, says=["Windows|ms-nfs41|msnfs41", "both named WIN10",
                                          "those in this capture differ", "as administrator"],
        never=["does not tell which software", "as root"]),

    "kube_dnat_twins": Fault(
        COPIES, [v41("n1", "10.244.1.5 10.244.1.6", PROVEN, True, instances=2)], chains=10,
        causes={"duplicate-owner"}),

    "asym-no-replies-host12-v42": Fault(
        UNANSWERED, [v42("web01", TWINS, TWO_HOSTS, ANY, instances=2)],
        causes={"duplicate-owner", "unknown"}, never=NO_TWIN),
    "lost-id-replies-field-report-server-12": Fault(
        UNANSWERED, [v42("web01", TWINS, TWO_HOSTS, ANY, instances=2)],
        causes={"duplicate-owner", "unknown"}, never=NO_TWIN),

    "duplicate-v42-host1-clock-2d": Fault(
        CLOCKS, [v42("web01", "10.0.0.11", SUSPECTED, evidence=("counter-gap",), instances=1)],
        chains=7, causes={"duplicate-owner"}, never=NO_TWIN),
    "skew12-2d-v42": Fault(
        CLOCKS, [v42("web01", TWINS, PROVEN, True, instances=2)], chains=13,
        causes={"duplicate-owner"}, never=NO_TWIN),

    "only-calls-v42": Fault(
        ONE_WAY, [v42("web01", TWINS, ACCUSED, ANY, instances=2)],
        says=[r"only requests|no repl(y|ies)"], never=[UNKNOWN_CLIENTS, *NO_TWIN]),
    "mq-reply-first-v42": Fault(
        ONE_WAY, [v42("web01", TWINS, ACCUSED, ANY, instances=2)],
        options=["-o", "tcp.reassemble_out_of_order:TRUE"],
        says=[r"\brepl(y|ies)\b"], never=[UNKNOWN_CLIENTS, *NO_TWIN]),
    "roce-v2-v42": Fault(
        ONE_WAY, [v42("web01", TWINS, ACCUSED, ANY, instances=2)],
        says=[r"\brepl(y|ies)\b"], never=[UNKNOWN_CLIENTS, *NO_TWIN]),

    "snap-96-v42": Fault(
        UNSEEN, [], chains=0, says=[r"cut off|snap length"], never=[NO_NFS]),
    "port-443-v42": Fault(
        UNSEEN, [], chains=0, says=[r"recogni[sz]ed", r"-d tcp\.port==443,rpc"], never=[NO_NFS]),

    "loss30b-v40": Fault(
        CAUSES, [one("Linux NFSv4.0 web01/10.0.0.1", TWINS, PROVEN, True)],
        causes={"duplicate-owner", "unknown"}),
    "clock-back-1h-lease": Fault(
        CAUSES, [v42("web01", "10.0.0.11", SINGLE), v42("web02", "10.0.0.12", SINGLE)], chains=1,
        causes={"unknown"}),

    "v_vmrevert30": Fault(
        BOTH, [v42("lab1", "10.0.0.1", RESTARTED | UNDECIDED | SUSPECTED | PROBABLE, instances=2)]),
    "v_lbcgnat": Fault(
        BOTH, [v42("host1", " ".join(f"10.7.0.{host}" for host in range(1, 5)), SINGLE | UNDECIDED,
                   instances=1)], chains=3, causes=NEW_LIFE | {"session-only"}),
    "v_clonemem_samexid": Fault(
        BOTH, [v42("gold", "10.0.0.1 10.0.0.2", PROBABLE, ANY, kind="cloned-instance",
                   instances=1)], never=NO_TWIN,
        troubles=[("slot-out-of-step", "SEQUENCE", "NFS4ERR_SEQ_MISORDERED", 12, None)]),
    "v_bystander11": Fault(
        BOTH, [v42("host1", "10.0.0.1", SINGLE | UNDECIDED, instances=1)], chains=1,
        causes={"unknown"}),
    "v_i_bystander_freebsd_mount_1id": Fault(
        BOTH, [v42("host1", "10.0.0.1", SINGLE | UNDECIDED, instances=1)], chains=1,
        causes={"unknown"}),
    "v_natport_same": Fault(
        BOTH, [v42("web01", "10.0.0.1", PROVEN, ANY, instances=2)], chains=4,
        causes={"duplicate-owner"}, never=NO_TWIN),

    "n_reissued_ids_proven": Fault(
        REISSUED, [v42("h0", H10, INNOCENT, instances=2)], chains=3, causes=NEW_LIFE,
        never=MISTAKEN,
        troubles=[("id-given-twice", "EXCHANGE_ID", "NFS4_OK", 2, "server")]),
    "n_reissued_ids_harmful": Fault(        # the last loss is no server's restart
        REISSUED, [v42("h0", H10, INNOCENT, instances=2), v42("h1", H11, SINGLE, instances=1)],
        chains=3, causes=NEW_LIFE | {"removed-by-server"}, never=MISTAKEN,
        troubles=[("id-given-twice", "EXCHANGE_ID", "NFS4_OK", 1, "server")]),
    "n40_reissued_ids_ganesha_E": Fault(
        REISSUED, [one("Linux NFSv4.0 a/10.0.0.1", H10, INNOCENT, instances=4),
                   one("Linux NFSv4.0 b/10.0.0.1", H11, SINGLE, instances=1)],
        chains=6, causes=NEW_LIFE, never=MISTAKEN,
        troubles=[("id-given-twice", "SETCLIENTID", "NFS4_OK", 1, "server"),
                  ("id-given-twice", "SETCLIENTID", "NFS4_OK", 3, "server")]),
    "n_server_vm_reverted": Fault(
        REISSUED, [v42("h0", H10, INNOCENT, instances=3), v42("h1", H11, SINGLE, instances=1)],
        chains=4, causes=NEW_LIFE, never=MISTAKEN,
        troubles=[("id-given-twice", "EXCHANGE_ID", "NFS4_OK", 1, "server")]),
    "n_fixed_epoch_2clients_2restarts": Fault(
        REISSUED, [v42("h0", H10, INNOCENT, instances=2), v42("h1", H11, SINGLE, instances=1)],
        chains=4, causes=NEW_LIFE, never=MISTAKEN),
    "i_dittofs_same_second": Fault(
        REISSUED, [v41(f"node{number}", host, SINGLE, instances=1)
                   for number, host in enumerate((H10, H11, H12))], chains=3, causes=NEW_LIFE,
        troubles=[("id-given-twice", "EXCHANGE_ID", "NFS4_OK", 1, "server")]),

    "i_vip_reboot_between_knfsd": Fault(
        STARTS, [v42("a", H10, RESTARTED, instances=2), v42("b", H11, SINGLE, instances=1)],
        chains=4, causes=NEW_LIFE, never=["instance 1 .{0,20}took the place of instance 2"]),
    "i_pi_server_clock_back": Fault(
        STARTS, [v42("a", H10, RESTARTED, instances=2), v42("b", H11, SINGLE, instances=1)],
        chains=4, causes={"server-restart", "unknown"}, never=["several servers answer"]),
    "i_ces_failover_and_back": Fault(
        STARTS, [v41(f"cli{number}", host, SINGLE, instances=1) for number, host in enumerate(CES)],
        chains=6, causes={"failover", "server-restart"}),

    "i_vip_back_knfsd_nodes": Fault(
        RETURNS, [v42("cli0", H10, SINGLE, instances=1), v42("cli1", H11, SINGLE, instances=1)],
        chains=12, causes=NEW_LIFE,
        troubles=[("servers-in-turns", "EXCHANGE_ID", "NFS4_OK", 3, "server")], says=[
            "2 clients lost 12 leases", "frame 10 .* 10:00:00 frame 57 .* 11:46:40 frame 111 .* again",
            "Turns 3 times back to an earlier server, the last in frame 327; .* the fault is the server's",
            "Fix see who has the address"],
        never=["NOT A DUPLICATE.*NOT A DUPLICATE", "TROUBLE"]),

    "d_freebsd_clones_same_boot_second": Fault(
        BOOT, [one(FREEBSD, f"{H10} {H11}", TWO_HOSTS, ANY)], never=[*NO_TWIN, "snapshot"],
        says=["12 times in 55 s: they have one verifier", "booted in the same second",
              r"10\.0\.1\.10 goes on, with a session of its own"]),

    "i_freebsd_knfsd_badsession": Fault(
        REMOVED, [one(FREEBSD, H10, SINGLE, instances=1)], chains=8,
        causes={"session-only", "unknown"}),
    "i_keytab_rotation_running": Fault(
        REMOVED, [v42("db1", H10, SINGLE, instances=1)], chains=1,
        causes={"session-only", "unknown"},
        says=[r"\b16 times", "NFS4ERR_CLID_INUSE", "credentials|principal"],
        troubles=[("identification-refused", "EXCHANGE_ID", "NFS4ERR_CLID_INUSE", 16, None)]),

    "server_same_clientid_two_owners": Fault(  # CLID_INUSE told the second of them so
        SERVERS, [v41("n1", H10, SINGLE, instances=1), v41("n2", H11, SINGLE, instances=1)],
        chains=0,
        troubles=[("id-given-twice", "EXCHANGE_ID", "NFS4_OK", 1, "server")]),
    "lb_twins_two_ganeshas": Fault(         # both work on; whether their servers are one is open
        SERVERS, [v41("n1", "10.0.0.9 10.0.0.10", UNDECIDED | ACCUSED, instances=2)], chains=0,
        never=ONE_CLIENT),
}
