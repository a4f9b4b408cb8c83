# shellcheck shell=bash disable=SC2154  # variables of hosts.sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Kerberos, for clients with principals of their own. Sourced by guest/scenario.

# in_kdc HOST COMMAND: one command of the administrator of the Kerberos realm.
in_kdc() {
    in_host "$1" kadmin.local -r LAB.TEST -q "$2" >/dev/null
}

# names_set HOST LINE...: its /etc/hosts.
names_set() {
    local host=$1
    shift
    printf '%s\n' '127.0.0.1 localhost' "$@" | in_host "$host" sh -c 'cat >/run/hosts'
    in_host "$host" mount --bind /run/hosts /etc/hosts
}

# kerberos_new HOST ADDRESS: makes the NFS server srv.lab.test at HOST a realm's centre,
# too, and gives its NFS service a principal.
kerberos_new() {
    local host=$1 address=$2
    cat >/etc/krb5.conf <<CONF
[libdefaults]
    default_realm = LAB.TEST
    rdns = false
    dns_canonicalize_hostname = false
    dns_lookup_kdc = false
[realms]
    LAB.TEST = {
        kdc = $address
    }
CONF
    kdc_host=$host
    kdc_address=$address
    names_set "$host" "$address srv.lab.test srv"
    in_host "$host" mount -t tmpfs tmpfs /var/lib/krb5kdc
    in_host "$host" kdb5_util create -s -r LAB.TEST -P nosecret >/dev/null
    in_kdc "$host" 'addprinc -randkey nfs/srv.lab.test'
    in_kdc "$host" 'ktadd -k /run/krb5.keytab nfs/srv.lab.test'
    helper_start "$host" krb5kdc -n
    helper_start "$host" env KRB5_KTNAME=/run/krb5.keytab rpc.svcgssd -f -p nfs/srv.lab.test
}

# kerberos_client HOST NAME ADDRESS: gives it the principal nfs/NAME.lab.test. Two hosts
# of one name share it. A host that had another one has ended its rpc.gssd.
kerberos_client() {
    local host=$1 name=$2 address=$3
    rm -f "/tmp/keytab-$host"
    in_kdc "$kdc_host" "addprinc -randkey nfs/$name.lab.test" || true
    in_kdc "$kdc_host" "ktadd -norandkey -k /tmp/keytab-$host nfs/$name.lab.test"
    names_set "$host" "$kdc_address srv.lab.test srv" "$address $name.lab.test $name"
    in_host "$host" mkdir -p /run/rpc_pipefs
    in_host "$host" mountpoint -q /run/rpc_pipefs ||
        in_host "$host" mount -t rpc_pipefs rpc_pipefs /run/rpc_pipefs
    helper_start "$host" rpc.gssd -f -p /run/rpc_pipefs -d /run -k "/tmp/keytab-$host"
    sleep 2
    event "$host has the principal nfs/$name.lab.test"
}
