#!/bin/bash
# Stands in for the entrypoint of https://hub.docker.com/_/rabbitmq: variables that the image no longer knows stop it, root
# becomes `rabbitmq`. The rest translates for 3.10 what newer servers do themselves:
#  * RABBITMQ_DEFAULT_USER, _PASS, _VHOST as configuration;
#  * peer discovery k8s as of 4.1 (https://www.rabbitmq.com/docs/cluster-formation#peer-discovery-k8s).
set -euo pipefail

for name in RABBITMQ_DEFAULT_PASS_FILE RABBITMQ_DEFAULT_USER_FILE RABBITMQ_VM_MEMORY_HIGH_WATERMARK \
    RABBITMQ_SSL_CACERTFILE RABBITMQ_SSL_CERTFILE RABBITMQ_SSL_KEYFILE RABBITMQ_MANAGEMENT_SSL_CERTFILE; do
    if [ -n "${!name-}" ]; then
        echo "error: $name is set but deprecated" >&2
        exit 1
    fi
done
if [ "$(id -u)" = 0 ] && [[ "${1-}" = rabbitmq* ]]; then
    [ "$1" != rabbitmq-server ] || find /var/lib/rabbitmq ! -user rabbitmq -exec chown rabbitmq {} +
    exec setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups -- "$0" "$@"
fi
if [ "${1-}" != rabbitmq-server ]; then
    exec "$@"
fi

conf=/etc/rabbitmq/conf.d/90-translated.conf
mkdir -p "${conf%/*}" 2>/dev/null || :
: >"$conf"
[ -z "${RABBITMQ_DEFAULT_USER-}" ] || echo "default_user = $RABBITMQ_DEFAULT_USER" >>"$conf"
[ -z "${RABBITMQ_DEFAULT_PASS-}" ] || echo "default_pass = $RABBITMQ_DEFAULT_PASS" >>"$conf"
[ -z "${RABBITMQ_DEFAULT_VHOST-}" ] || echo "default_vhost = $RABBITMQ_DEFAULT_VHOST" >>"$conf"

setting() { { cat /etc/rabbitmq/rabbitmq.conf /etc/rabbitmq/conf.d/*.conf 2>/dev/null || :; } | sed -n "s/^ *$1 *= *//p" | tail -1; }
node="${RABBITMQ_NODENAME-}"
if [[ "$(setting cluster_formation.peer_discovery_backend)" =~ ^(k8s|kubernetes|rabbit_peer_discovery_k8s)$ ]]; then
    own="${node#*@}"
    ordinal="${own%%.*}"
    ordinal="${ordinal##*-}"
    first="$(setting cluster_formation.k8s.ordinal_start)"
    first="${first:-0}"
    name="${own%%.*}"
    seed="${node%%@*}@${name%-*}-$first"
    [ "$own" = "$name" ] || seed="$seed.${own#*.}"
    echo "cluster_formation.peer_discovery_backend = classic_config" >>"$conf"
    echo "cluster_formation.classic_config.nodes.1 = $seed" >>"$conf"
    echo "cluster_formation.discovery_retry_limit = 60" >>"$conf"
    # The settings of a backend that is not used would be refused: rabbit reads them only for its own.
    if [ "$ordinal" != "$first" ] && [ ! -d "/var/lib/rabbitmq/mnesia/$node" ]; then
        until (exec 3<>"/dev/tcp/${seed#*@}/5672") 2>/dev/null; do
            sleep 0.5
        done
    fi
fi
exec "$@"
