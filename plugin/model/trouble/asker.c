/* asker.c - clients that are in trouble, by address
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "asker.h"

#include "keys.h"

void asker_init(nfs4_troubles *troubles)
{
    troubles->askers = wmem_map_new(troubles->store->scope, key_address_hash, key_address_equal);
}

/* A connection asks again when there are more clients than when it asked last. */
nfs4_asker *asker_find(const nfs4_troubles *troubles, nfs4_connection *connection)
{
    if (connection->askers != troubles->asker_count && connection->asker == NULL) {
        connection->askers = troubles->asker_count;
        connection->asker = (nfs4_asker *)wmem_map_lookup(troubles->askers, &connection->client);
    }
    return connection->asker;
}

nfs4_asker *asker_get(nfs4_troubles *troubles, nfs4_connection *connection)
{
    nfs4_asker *asker = asker_find(troubles, connection);
    if (asker != NULL)
        return asker;
    asker = store_new(troubles->store, nfs4_asker);
    asker->number = ++troubles->asker_count;
    copy_address_wmem(troubles->store->scope, &asker->addr, &connection->client);
    wmem_map_insert(troubles->askers, &asker->addr, asker);
    return connection->asker = asker;
}
