/* compound_ops.c - the form of each operation's arguments and results
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table says where every operation of NFSv4.0 to 4.2 ends, so that the one
 * behind it can be found. It says nothing of what an operation means. Forms are
 * explained in compound_ops.h; their sources are the XDR of RFC 7531, 5662, 7863,
 * 8276 and, for the delegations that carry attributes, 9754.
 */
#include "compound_ops.h"

#include <glib.h>
#include <wsutil/ws_assert.h>

#define FORM_CHANGE_INFO "488"
#define FORM_OPEN_OWNER "8O"
#define FORM_LOCK_OWNER "8O"
#define FORM_LOCK_DENIED "884" FORM_LOCK_OWNER
#define FORM_CLIENTADDR "oo"
#define FORM_SECINFO "*(<6:o44|:>)"
#define FORM_NETLOC "<1:o|2:o|3:oo>"
#define FORM_WRITE_RESPONSE "*(x)848"
#define FORM_CALLBACK "4*(" FORM_CALLBACK_SEC_PARMS ")"
#define FORM_ACE "444o"
#define FORM_READ_DELEGATION "x4" FORM_ACE
#define FORM_WRITE_DELEGATION "x4<1:8|2:44>" FORM_ACE
#define FORM_OPEN_CLAIM "<0:o|1:4|2:so|3:o|4:|5:s|6:>"
#define FORM_OPEN_DELEGATION                                                                       \
    "<0:|1:" FORM_READ_DELEGATION "|2:" FORM_WRITE_DELEGATION "|3:<1:4|2:4|:>"                     \
    "|4:" FORM_READ_DELEGATION "|5:" FORM_WRITE_DELEGATION ">"

enum { NFS4ERR_TOOSMALL = 10005, NFS4ERR_LAYOUTTRYLATER = 10058, NFS4ERR_OFFLOAD_NO_REQS = 10094 };

static const struct {
    const char *args;
    const char *results; /* with NFS4_OK; for other statuses see error_form() */
} forms[] = {
    [OP_ACCESS] = {"4", "44"},
    [OP_CLOSE] = {"4s", "x"},
    [OP_COMMIT] = {"84", "8"},
    [OP_CREATE] = {"<3:44|4:44|5:o|:>o" FORM_FATTR, FORM_CHANGE_INFO "b"},
    [OP_DELEGPURGE] = {"8", ""},
    [OP_DELEGRETURN] = {"s", ""},
    [OP_GETATTR] = {"b", FORM_FATTR},
    [OP_GETFH] = {"", "o"},
    [OP_LINK] = {"o", FORM_CHANGE_INFO},
    [OP_LOCK] = {"4488<0:s4|:4s4" FORM_LOCK_OWNER ">", "x"},
    [OP_LOCKT] = {"488" FORM_LOCK_OWNER, ""},
    [OP_LOCKU] = {"44s88", "x"},
    [OP_LOOKUP] = {"o", ""},
    [OP_LOOKUPP] = {"", ""},
    [OP_NVERIFY] = {FORM_FATTR, ""},
    [OP_OPEN] = {"444" FORM_OPEN_OWNER FORM_OPENFLAG FORM_OPEN_CLAIM,
                 "x" FORM_CHANGE_INFO "4b" FORM_OPEN_DELEGATION},
    [OP_OPENATTR] = {"4", ""},
    [OP_OPEN_CONFIRM] = {"s4", "x"},
    [OP_OPEN_DOWNGRADE] = {"s444", "x"},
    [OP_PUTFH] = {"o", ""},
    [OP_PUTPUBFH] = {"", ""},
    [OP_PUTROOTFH] = {"", ""},
    [OP_READ] = {"s84", "4o"},
    [OP_READDIR] = {"8844b", "8+(8o" FORM_FATTR ")4"},
    [OP_READLINK] = {"", "o"},
    [OP_REMOVE] = {"o", FORM_CHANGE_INFO},
    [OP_RENAME] = {"oo", FORM_CHANGE_INFO FORM_CHANGE_INFO},
    [OP_RENEW] = {"8", ""},
    [OP_RESTOREFH] = {"", ""},
    [OP_SAVEFH] = {"", ""},
    [OP_SECINFO] = {"o", FORM_SECINFO},
    [OP_SETATTR] = {"s" FORM_FATTR, "b"},
    [OP_SETCLIENTID] = {"8O4" FORM_CLIENTADDR "4", "88"},
    [OP_SETCLIENTID_CONFIRM] = {"88", ""},
    [OP_VERIFY] = {FORM_FATTR, ""},
    [OP_WRITE] = {"s84o", "448"},
    [OP_RELEASE_LOCKOWNER] = {FORM_LOCK_OWNER, ""},
    [OP_BACKCHANNEL_CTL] = {FORM_CALLBACK, ""},
    [OP_BIND_CONN_TO_SESSION] = {"x44", "x44"},
    [OP_EXCHANGE_ID] = {"8O4" FORM_STATE_PROTECT_A FORM_IMPL_ID,
                        "844" FORM_STATE_PROTECT_R "8OO" FORM_IMPL_ID},
    [OP_CREATE_SESSION] = {"844" FORM_CHANNEL_ATTRS FORM_CHANNEL_ATTRS FORM_CALLBACK,
                           "x44" FORM_CHANNEL_ATTRS FORM_CHANNEL_ATTRS},
    [OP_DESTROY_SESSION] = {"x", ""},
    [OP_FREE_STATEID] = {"s", ""},
    [OP_GET_DIR_DELEGATION] = {"4b" FORM_NFSTIME FORM_NFSTIME "bb", "<0:8xbbb|1:4>"},
    [OP_GETDEVICEINFO] = {"x44b", "4ob"},
    [OP_GETDEVICELIST] = {"4488", "88*(x)4"},
    [OP_LAYOUTCOMMIT] = {"884s?(8)?(" FORM_NFSTIME ")4o", "?(8)"},
    [OP_LAYOUTGET] = {"444888s4", "4x*(8844o)"},
    [OP_LAYOUTRETURN] = {"444<1:88so|2:|3:>", "?(x)"},
    [OP_SECINFO_NO_NAME] = {"4", FORM_SECINFO},
    [OP_SEQUENCE] = {"x4444", "x44444"},
    [OP_SET_SSV] = {"oo", "o"},
    [OP_TEST_STATEID] = {"*(x)", "b"},
    [OP_WANT_DELEGATION] = {"4<1:4|4:|6:>", FORM_OPEN_DELEGATION},
    [OP_DESTROY_CLIENTID] = {"8", ""},
    [OP_RECLAIM_COMPLETE] = {"4", ""},
    [OP_ALLOCATE] = {"s88", ""},
    [OP_COPY] = {"ss88844*(" FORM_NETLOC ")", FORM_WRITE_RESPONSE "44"},
    [OP_COPY_NOTIFY] = {"s" FORM_NETLOC, FORM_NFSTIME "x*(" FORM_NETLOC ")"},
    [OP_DEALLOCATE] = {"s88", ""},
    [OP_IO_ADVISE] = {"s88b", "b"},
    [OP_LAYOUTERROR] = {"88s*(x44)", ""},
    [OP_LAYOUTSTATS] = {"88s8888x4o", ""},
    [OP_OFFLOAD_CANCEL] = {"s", ""},
    [OP_OFFLOAD_STATUS] = {"s", "8b"},
    [OP_READ_PLUS] = {"s84", "4*(<0:8o|1:88>)"},
    [OP_SEEK] = {"s84", "48"},
    [OP_WRITE_SAME] = {"s4888848o", FORM_WRITE_RESPONSE},
    [OP_CLONE] = {"ss888", ""},
    [OP_GETXATTR] = {"o", "o"},
    [OP_SETXATTR] = {"4oo", FORM_CHANGE_INFO},
    [OP_LISTXATTRS] = {"84", "8*(o)4"},
    [OP_REMOVEXATTR] = {"o", FORM_CHANGE_INFO},
};

/* Most results that are not NFS4_OK are void. */
static const char *error_form(uint32_t opcode, uint32_t status)
{
    switch (opcode) {
    case OP_SETATTR:
        return "b";
    case OP_LOCK:
    case OP_LOCKT:
        return status == NFS4ERR_DENIED ? FORM_LOCK_DENIED : "";
    case OP_SETCLIENTID:
        return status == NFS4ERR_CLID_INUSE ? FORM_CLIENTADDR : "";
    case OP_GETDEVICEINFO:
        return status == NFS4ERR_TOOSMALL ? "4" : "";
    case OP_LAYOUTGET:
        return status == NFS4ERR_LAYOUTTRYLATER ? "4" : "";
    case OP_COPY:
        return status == NFS4ERR_OFFLOAD_NO_REQS ? "44" : "";
    default:
        return "";
    }
}

const char *compound_ops_form(uint32_t opcode, bool is_reply, uint32_t status)
{
    if (opcode == OP_ILLEGAL)
        return "";
    if (opcode > OP_LAST_KNOWN || forms[opcode].args == NULL)
        return NULL;
    if (!is_reply)
        return forms[opcode].args;
    return status == NFS4_OK ? forms[opcode].results : error_form(opcode, status);
}

const char *compound_ops_behind(const char *open)
{
    unsigned depth = 0;

    do {
        if (*open == '(' || *open == '<')
            depth++;
        if (*open == ')' || *open == '>')
            depth--;
        open++;
    } while (depth > 0);
    return open;
}

const char *compound_ops_arm(const char *label, uint32_t discriminant)
{
    for (;;) {
        if (*label == ':')
            return label + 1;
        if ((uint32_t)(*label - '0') == discriminant)
            return label + 2;
        while (*label != '|' && *label != '>')
            label = *label == '(' || *label == '<' ? compound_ops_behind(label) : label + 1;
        if (*label == '>')
            return NULL;
        label++;
    }
}

static void walk_union(xdr_cursor *in, const char *labels, nfs4_compound *noting)
{
    const char *arm = compound_ops_arm(labels, xdr_u32(in));

    if (arm != NULL)
        compound_ops_walk(in, arm, noting);
    else
        xdr_fail(in, XDR_BAD);
}

static void walk_array(xdr_cursor *in, const char *element, nfs4_compound *noting)
{
    const uint32_t count = xdr_u32(in);

    for (uint32_t i = 0; i < count && xdr_fine(in); i++)
        compound_ops_walk(in, element, noting);
}

static bool is_special(const nfs4_stateid *stateid)
{
    static const uint8_t zeros[NFS4_OTHER_SIZE] = {0};
    static const uint8_t ones[NFS4_OTHER_SIZE] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

    return memcmp(stateid->other, zeros, NFS4_OTHER_SIZE) == 0 ||
           memcmp(stateid->other, ones, NFS4_OTHER_SIZE) == 0;
}

static void walk_stateid(xdr_cursor *in, nfs4_compound *noting)
{
    /* A stateid that was cut off reads as zeros, which is a special one. */
    const nfs4_stateid stateid = xdr_stateid(in);

    if (noting == NULL || noting->has_stateid || is_special(&stateid))
        return;
    noting->has_stateid = true;
    noting->stateid = stateid;
}

/* A step with brackets; returns what follows it in the form. */
static const char *walk_group(xdr_cursor *in, const char *form, nfs4_compound *noting)
{
    switch (*form) {
    case '*':
        walk_array(in, form + 2, noting);
        return compound_ops_behind(form + 1);
    case '+':
        while (xdr_bool(in))
            compound_ops_walk(in, form + 2, noting);
        return compound_ops_behind(form + 1);
    case '?':
        if (xdr_bool(in))
            compound_ops_walk(in, form + 2, noting);
        return compound_ops_behind(form + 1);
    case '<':
        walk_union(in, form + 1, noting);
        return compound_ops_behind(form);
    default:
        ws_assert_not_reached();
    }
}

/* Steps of fixed size are taken together: most operations have little else. */
size_t compound_ops_fixed(const char **form)
{
    static const uint8_t sizes[UINT8_MAX + 1] = {['4'] = 4, ['8'] = 8, ['x'] = 16};
    size_t sum = 0;

    for (; sizes[(uint8_t) * *form] != 0; ++*form)
        sum += sizes[(uint8_t) * *form];
    return sum;
}

void compound_ops_walk(xdr_cursor *in, const char *form, nfs4_compound *noting)
{
    while (xdr_fine(in)) {
        switch (*form) {
        case '\0':
        case ')':
        case '|':
        case '>':
            return;
        case '4':
        case '8':
        case 'x':
            xdr_take(in, compound_ops_fixed(&form));
            break;
        case 's':
            walk_stateid(in, noting);
            form++;
            break;
        case 'o':
            xdr_opaque(in, XDR_NO_LIMIT);
            form++;
            break;
        case 'O':
            xdr_opaque(in, NFS4_OPAQUE_LIMIT);
            form++;
            break;
        case 'b':
            xdr_skip_words(in);
            form++;
            break;
        default:
            form = walk_group(in, form, noting);
            break;
        }
    }
}

bool compound_ops_outlives_a_cut(uint32_t opcode, bool is_reply)
{
    switch (opcode) {
    case OP_EXCHANGE_ID:
    case OP_CREATE_SESSION:
    case OP_SETCLIENTID:
        return true;
    case OP_OPEN:
        return !is_reply;
    default:
        return false;
    }
}
