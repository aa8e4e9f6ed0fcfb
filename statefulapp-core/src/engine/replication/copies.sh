# What MySQL and MariaDB do alike: a data directory is initialised or copied under a mark, by a server that nobody else can reach.
set -uo pipefail
umask 077
ordinal="${POD_NAME##*-}"
data=/var/lib/mysql
run=/run/replication
# While the first one exists, all that is here may be thrown away. The second one says whose copy the data is.
mark="$data/.incomplete"
origin="$data/.copy-of"
socket="$run/server.sock"
say() { echo "replication: $*"; }
refuse() {
    say "REFUSED: $*" >&2
    exit 1
}
# A text as SQL writes it.
quoted() {
    local text="${1//\\/\\\\}"
    text="${text//\'/\\\'}"
    printf "'%s'" "${text//$'\n'/\\n}"
}
stop_server() {
    kill $server
    wait $server
}
begin() {
    touch "$mark"
    find "$data" -mindepth 1 ! -path "$mark" ! -name lost+found -delete
}
finish() {
    sync
    rm "$mark"
    sync
}
if [ ! -e "$mark" ] && [ ! -d "$data/mysql" ]; then
    [ -z "$(find "$data" -mindepth 1 ! -name lost+found -print -quit)" ] || refuse "$data is neither empty nor a database"
fi
