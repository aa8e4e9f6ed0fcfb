# Forms the cluster step by step; every step looks first, so that the Job may fail and start again at any point.
set -eu
cli() { host="$1"; shift; redis-cli -e -h "$host" "$@"; }
field() { cli "$1" cluster info | tr -d '\r' | sed -n "s/^$2://p"; }
set -- $PEERS
count=$#
first="$1"

for peer in "$@"; do
    until [ "$(cli "$peer" ping 2>/dev/null)" = PONG ]; do
        echo "waiting for $peer"
        sleep 1
    done
done
if [ "$(field "$first" cluster_slots_assigned)" = 16384 ] && [ "$(field "$first" cluster_known_nodes)" = "$count" ] &&
    [ "$(cli "$first" cluster nodes | grep -c slave)" -ge $((count - MASTERS)) ]; then
    echo "the cluster is formed already"
    exit 0
fi
index=0
for peer in "$@"; do
    # Different epochs from the start, so that no two masters have to settle who is older.
    [ "$(field "$peer" cluster_my_epoch)" != 0 ] || cli "$peer" cluster set-config-epoch $((index + 1)) || :
    if [ $index -lt "$MASTERS" ] && ! cli "$peer" cluster nodes | grep myself | grep -q '[0-9]-[0-9]*$'; then
        from=$((16384 * index / MASTERS))
        to=$((16384 * (index + 1) / MASTERS - 1))
        cli "$peer" cluster addslotsrange $from $to
    fi
    index=$((index + 1))
done
for peer in "$@"; do
    address="$(getent hosts "$peer")"
    [ "$peer" = "$first" ] || cli "$first" cluster meet "${address%% *}" 6379
done
for peer in "$@"; do
    until [ "$(field "$peer" cluster_known_nodes)" = "$count" ]; do
        echo "waiting until $peer knows all"
        sleep 1
    done
done
index=0
for peer in "$@"; do
    if [ $index -ge "$MASTERS" ] && ! cli "$peer" cluster nodes | grep myself | grep -q slave; then
        eval "master=\${$((index % MASTERS + 1))}"
        id="$(cli "$master" cluster myid)"
        until cli "$peer" cluster replicate "$id"; do
            sleep 1
        done
    fi
    index=$((index + 1))
done
until [ "$(field "$first" cluster_state)" = ok ]; do
    sleep 1
done
echo "formed"
