# Starts the server and, beside it, a loop that introduces the pod to peers that it has lost: after a restart every address may
# be another one. The arguments are the server's.
set -eu
meet_peers() {
    while sleep 2; do
        nodes="$(redis-cli -e cluster nodes 2>/dev/null)" || continue
        # Before the cluster is formed there is nobody to look for, and forming wants nodes that know nobody.
        [ "$(printf '%s\n' "$nodes" | wc -l)" -gt 1 ] || continue
        for peer in $PEERS; do
            address="$(getent hosts "$peer")" || continue
            address="${address%% *}"
            [ "$address" != "$POD_IP" ] || continue
            # Known under this address with a living link: nothing to do.
            printf '%s\n' "$nodes" | grep -F " $address:6379@" | grep -v -e fail -e noaddr -e handshake |
                grep -q ' connected' || redis-cli -e cluster meet "$address" 6379 >/dev/null 2>&1 || :
        done
    done
}
meet_peers &
exec docker-entrypoint.sh "$@"
