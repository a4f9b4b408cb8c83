# SPDX-License-Identifier: GPL-2.0-or-later
"""The document -> exit status, and what a document says that nobody could judge."""

ACCUSED = ("suspected", "probable", "proven")
VERDICTS = ("single", "restarted", "undecided", *ACCUSED)  # from harmless to worst

NFS_PORT = 2049

UNSEEN = {  # member of the totals -> what it counts
    "invisible": "NFSv4 messages encrypted with krb5p",
    "tls_connections": "connections encrypted with TLS",
    "cut_messages": "NFS messages cut off whole by the snap length; capture with tcpdump -s 0",
    "unpaired_replies": "replies from port 2049, as only replies were captured on their "
                        "connections",
    "undecoded_connections": "connections to port 2049 on which nothing could be read",
    "cut_off": "identifications whose client owner the snap length cut off; "
               "capture with tcpdump -s 0",
}


def worst_first(owners):
    return sorted(owners, key=lambda owner: (-VERDICTS.index(owner["verdict"]),
                                             -owner["takeovers"], owner["number"]))


def unseen(totals):
    explained = totals["unpaired_replies"] or totals["unclaimed_connections"]
    for member, what in UNSEEN.items():
        count = totals[member]
        if count and not (member == "undecoded_connections" and explained):
            yield f"not visible: {count} {what.replace('s ', ' ', 1) if count == 1 else what}"
    if totals["unclaimed_connections"]:
        port = totals["unclaimed_port"]
        more = " -o tcp.reassemble_out_of_order:TRUE" if port == NFS_PORT else ""
        yield (f"not recognised: NFSv4 requests on {totals['unclaimed_connections']} connections, "
               f"the first to server port {port}; try -- -d tcp.port=={port},rpc{more}")
    if totals["compounds"] and not totals["answered"] and not totals["cut_messages"]:
        yield ("not visible: replies; only requests were captured, or no reply could be paired "
               "with its request")
    if totals["dropped"]:
        yield (f"not analysed: {totals['dropped']} NFSv4 messages, as the capture holds too many "
               "identities; -- -o nfs4sess.records:0 keeps all")


def unjudged(document):
    """A sentence for each thing that kept the plugin from judging the whole capture."""
    totals = document["totals"]
    sentences = list(unseen(totals))
    if not totals["compounds"]:
        sentences.append("no NFSv4 request or reply was found that can be read")
    elif not document["owners"] and not sentences:
        sentences.append("nobody can be judged: no client identified itself")
    return sentences


def undecided(document):
    numbers = [owner["number"] for owner in document["owners"] if owner["verdict"] == "undecided"]
    if numbers:
        owners = ", ".join(f"#{number}" for number in numbers[:8])
        more = ", and more" if len(numbers) > 8 else ""
        yield f"undecided: client owner {owners}{more}"


def status(document, strict, whole=True):
    """The exit status, after a capture of which nothing was left out if it is `whole`."""
    if any(owner["verdict"] in ACCUSED for owner in document["owners"]):
        return 1
    if not whole:
        return 2
    return 3 if strict and [*unjudged(document), *undecided(document)] else 0
