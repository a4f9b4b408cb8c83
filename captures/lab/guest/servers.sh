# shellcheck shell=bash disable=SC2154  # variables of hosts.sh, scenario
# SPDX-License-Identifier: GPL-2.0-or-later
#
# NFS servers: the kernel's (knfsd) and Ganesha. Each exports /srv/HOST as its root.
# Sourced by guest/scenario.

# export_make HOST: what a server exports: a few small files in dir/.
export_make() {
    local tree=/srv/$1 file
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/dir"
    for file in one two three four five six; do
        echo "file $file of $1" >"$tree/dir/$file"
    done
    chmod -R a+rwX "$tree"
}

# disk_new HOST: gives a server a disk of its own with XFS, before the machine is switched
# on. Of such a file system the kernel's server gives layouts (export option pnfs).
disk_new() {
    modprobe -a loop xfs
    truncate -s 400M "/tmp/disk-$1"
    mkfs.xfs -q -f "/tmp/disk-$1"
    mkdir -p "/srv/$1"
    mount -o loop "/tmp/disk-$1" "/srv/$1"
}

# nfsd_new HOST [LEASE [OPTIONS]]: makes it an NFS server of the kernel's, with this
# lease and grace time in seconds. OPTIONS go into its export line.
nfsd_new() {
    local host=$1 lease=${2:-90} options=${3:-sec=sys}
    export_make "$host"
    # shellcheck disable=SC2016
    in_host "$host" sh -eu -c '
        mkdir -p /run/rpc_pipefs
        mount -t rpc_pipefs rpc_pipefs /run/rpc_pipefs
        mount -t nfsd nfsd /proc/fs/nfsd
        mount -t tmpfs tmpfs /var/lib/nfs
        mkdir -p /var/lib/nfs/nfsdcld /var/lib/nfs/v4recovery /run/etc
        touch /var/lib/nfs/etab /var/lib/nfs/rmtab
        echo "/srv/$1 *(rw,fsid=0,no_root_squash,insecure,no_subtree_check,$3)" >/run/etc/exports
        mount --bind /run/etc/exports /etc/exports
        printf "[general]\npipefs-directory=/run/rpc_pipefs\n[nfsd]\nvers3=n\nvers4.0=y\n" >/run/etc/nfs.conf
        mount --bind /run/etc/nfs.conf /etc/nfs.conf
        echo "$2" >/proc/fs/nfsd/nfsv4leasetime
        echo "$2" >/proc/fs/nfsd/nfsv4gracetime' sh "$host" "$lease" "$options"
    helper_start "$host" rpcbind -f -w
    helper_start "$host" nfsdcld -F -p /run/rpc_pipefs
    server_kind["$host"]=knfsd
    sleep 1
    helper_start "$host" rpc.mountd -F
    in_host "$host" exportfs -ra
    nfsd_start "$host"
}

# nfsd_start HOST, nfsd_stop HOST: switches the service on and off.
nfsd_start() {
    in_host "$1" rpc.nfsd --no-nfs-version 3 --no-udp --tcp 8
    event "nfsd started at $1"
}
nfsd_stop() {
    in_host "$1" rpc.nfsd 0
    event "nfsd stopped at $1"
}

# nfsd_client HOST ADDRESS: the server's folder about the client at ADDRESS.
nfsd_client() {
    # shellcheck disable=SC2016
    in_host "$1" sh -c 'cd /proc/fs/nfsd/clients
        grep -l "^address: \"*$1:" */info | tail -n 1 | sed "s|^\(.*\)/info|$PWD/\1|"' sh "$2"
}

# nfsd_expire HOST ADDRESS: what an administrator does to throw a client out.
nfsd_expire() {
    local folder
    folder=$(nfsd_client "$1" "$2")
    [ -n "$folder" ] || die "$1 knows no client at $2"
    # shellcheck disable=SC2016
    in_host "$1" sh -c 'echo expire >"$1/ctl"' sh "$folder"
    event "the administrator of $1 expired the client at $2"
}

# nfsd_unlock HOST: takes back every open, lock and delegation on what it exports.
nfsd_unlock() {
    # shellcheck disable=SC2016
    in_host "$1" sh -c 'echo "$1" >/proc/fs/nfsd/unlock_filesystem' sh "/srv/$1" ||
        event "$1 could not unlock its file system"
    event "the administrator of $1 unlocked /srv/$1"
}

# ganesha_new HOST [LEASE]: makes it an NFS server of Ganesha's.
ganesha_new() {
    local host=$1 lease=${2:-60}
    export_make "$host"
    in_host "$host" mkdir -p /run/ganesha
    in_host "$host" mount -t tmpfs tmpfs /var/lib/nfs
    in_host "$host" sh -c 'cat >/run/ganesha.conf' <<CONF
NFS_CORE_PARAM { Protocols = 4; NFS_Port = 2049; Enable_NLM = false; Enable_RQUOTA = false; }
NFSv4 {
    Lease_Lifetime = $lease; Grace_Period = $lease;
    Minor_Versions = 0, 1, 2; RecoveryBackend = fs;
}
EXPORT {
    Export_Id = 1; Path = /srv/$host; Pseudo = /; Access_Type = RW; Squash = No_Root_Squash;
    SecType = sys; Transports = TCP; FSAL { Name = VFS; }
}
CONF
    server_kind["$host"]=ganesha
    ganesha_start "$host"
}

# ganesha_start HOST, ganesha_stop HOST: switches the service on and off.
ganesha_start() {
    helper_start "$1" ganesha.nfsd -F -f /run/ganesha.conf -p /run/ganesha.pid \
        -L "/out/$name.ganesha"
    ganesha_process=${helpers[-1]}
    wait_for 60 in_host "$1" sh -c 'ss -Hltn "sport = 2049" | grep -q .'
    event "Ganesha started at $1"
}
ganesha_stop() {
    kill "$ganesha_process"
    wait "$ganesha_process" || true
    event "Ganesha stopped at $1"
}

server_stop() {
    case ${server_kind[$1]} in
    knfsd) nfsd_stop "$1" ;;
    esac
}
