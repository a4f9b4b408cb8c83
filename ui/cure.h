/* cure.h - what cures a duplicate, by what the packets say of its clients
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each piece of advice is a row of data with a name, a predicate over the facts of a
 * `patient`, and the words and shell lines that are printed. nfs4dup-cures(7) has an entry of
 * the same name, with the source. This room knows packets' facts and no page.
 */
#ifndef NFS4SESS_CURE_H
#define NFS4SESS_CURE_H

#include "model/model.h"

/* What is known of the clients that share an owner, as far as cures depend on it. */
typedef struct {
    const nfs4_owner *owner;
    const char *software; /* owner_software(); NULL for unknown */
    const char *maker;    /* implementation id of unknown software; NULL for none */
    const char *server;   /* an address of the server: "10.0.0.1" */
    uint16_t port;
    bool is_copy;     /* of a machine with its memory: the hosts share leases or sessions */
    bool may_be_one;  /* nothing proves that there are two hosts */
    bool is_nameless; /* a Linux without a name: "(none)" */
    bool has_uniquifier;
    bool is_one_address;  /* several instances, and all of them speak from one address */
    bool is_kerberos;     /* an instance asked for protection by its principal */
    bool is_linked_apart; /* frames of the instances had different hardware addresses */
    bool is_refused;      /* a newcomer was refused with NFS4ERR_CLID_INUSE */
    uint32_t hosts;       /* instances */
    uint32_t release;     /* the oldest kernel, as 5010 for 5.10; 0 for unknown or a vendor's,
                             whose number does not tell what it can do */
} patient;

/* When the advice is due. A report tells them in this order. */
typedef enum {
    CURE_FIRST,  /* before anything else */
    CURE_ONE_OF, /* each of these is a cure */
    CURE_THEN,   /* what makes it take effect */
    CURE_CHECK,  /* what shows that it did */
    CURE_LATER,  /* so that it does not come again */
    CURE_PARTS
} cure_part;

typedef struct {
    const char *words;    /* ends with a colon where commands follow */
    const char *commands; /* shell lines, one below the other, of 72 characters at most; NULL for
                             none */
} cure_step;

#define CURE_STEPS 3

/* In words and commands, @server@ stands for the server's address, @port@ for its port, @maker@
 * for the client's software, @one@ for "one host" or "all hosts but one", and @it@ for "it" or
 * "them", @adapters@ for what the capture shows of hardware addresses. */
typedef struct {
    const char *name; /* of its entry in nfs4dup-cures(7) */
    cure_part part;
    bool (*fits)(const patient *);
    const char *first; /* the whole cure in one sentence, without full stop; NULL for a row that
                          is none by itself */
    cure_step steps[CURE_STEPS];
    const char *source; /* as the entry names it */
} cure;

typedef struct {
    const cure *rows;
    uint32_t count;
} cure_table;

/* Every row, in the order in which those that fit are told within their part. */
cure_table cures_of_linux(void);
cure_table cures_of_others(void);
cure_table cures_of_all(void);

/* Strings live in `scope`. */
patient patient_of(wmem_allocator_t *scope, const nfs4_owner *owner);

/* Appends the rows that fit to `found`, part by part; at least one cure is among them. */
void cures_for(const patient *facts, GPtrArray *found);

/* `text` with what stands between @ filled in. */
char *cure_fill(wmem_allocator_t *scope, const patient *facts, const char *text);

/* The same for shell lines; one that names the server stands there for each of its addresses. */
char *cure_commands(wmem_allocator_t *scope, const patient *facts, const char *commands);

/* What cures an accused owner first, in one sentence without full stop. */
char *cure_first_step(wmem_allocator_t *scope, const nfs4_owner *owner);

#endif
