#!/bin/bash
# Stands in for the entrypoint of https://hub.docker.com/_/postgres, as its page documents it:
#  * POSTGRES_PASSWORD, _USER, _DB, _INITDB_ARGS, _INITDB_WALDIR, _HOST_AUTH_METHOD, the first four also as *_FILE, and
#    PGDATA; all but the last have an effect only while PGDATA is empty;
#  * a temporary server on the socket alone runs /docker-entrypoint-initdb.d (*.sh, *.sql, *.sql.gz) in the order of names;
#  * as root, it gives PGDATA to `postgres` and goes on as that user;
#  * from 18 on it refuses to start beside data at the old path.
set -euo pipefail

fail() {
    echo "Error: $*" >&2
    exit 1
}

# NAME or the content of the file NAME_FILE; both is an error.
from_file() {
    local name="$1" file_name="$1_FILE"
    if [ -n "${!file_name-}" ]; then
        [ -z "${!name-}" ] || fail "both $name and $file_name are set (but are exclusive)"
        export "$name"="$(cat "${!file_name}")"
        unset "$file_name"
    elif [ -z "${!name-}" ] && [ $# -gt 1 ]; then
        export "$name"="$2"
    fi
}

case "${1-}" in
    -*) set -- postgres "$@" ;;
esac
if [ "${1-}" != postgres ]; then
    exec "$@"
fi
for argument in "$@"; do
    case "$argument" in
        -\? | --help | --describe-config | -V | --version) exec "$@" ;;
    esac
done

# Directories may not be created below a mount of the wrong owner; the server says so itself later.
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chmod 00700 "$PGDATA"
    find "$PGDATA" ! -user postgres -exec chown postgres {} +
    mkdir -p /run/postgresql
    chmod 03775 /run/postgresql
    chown postgres /run/postgresql
    [ -z "${POSTGRES_INITDB_WALDIR-}" ] || { mkdir -p "$POSTGRES_INITDB_WALDIR"; chown -R postgres "$POSTGRES_INITDB_WALDIR"; }
    HOME=/var/lib/postgresql exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi
mkdir -p "$PGDATA" || :
chmod 00700 "$PGDATA" 2>/dev/null || :

# initdb refuses a user without a name; the image preloads a library that invents one, this writes the line if it can.
if ! getent passwd "$(id -u)" >/dev/null; then
    echo "postgres:x:$(id -u):$(id -g)::$PGDATA:/bin/false" >>/etc/passwd 2>/dev/null || :
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ "${PG_MAJOR:-0}" -ge 18 ] && [ -s /var/lib/postgresql/data/PG_VERSION ]; then
        fail "there appears to be PostgreSQL data in /var/lib/postgresql/data (unused mount/volume)"
    fi
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS
    method="${POSTGRES_HOST_AUTH_METHOD-}"
    if [ -z "${POSTGRES_PASSWORD-}" ] && [ "$method" != trust ]; then
        fail "Database is uninitialized and superuser password is not specified: set POSTGRES_PASSWORD"
    fi
    arguments=(--username="$POSTGRES_USER")
    [ -z "${POSTGRES_INITDB_WALDIR-}" ] || arguments+=(--waldir "$POSTGRES_INITDB_WALDIR")
    # POSTGRES_INITDB_ARGS holds words with shell quoting.
    eval "initdb -D \"\$PGDATA\" --pwfile=<(printf '%s\n' \"\${POSTGRES_PASSWORD-}\") \"\${arguments[@]}\" ${POSTGRES_INITDB_ARGS-}"

    # The image's sample configuration listens everywhere.
    printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
    # The superuser's entry for all hosts, with the method that passwords are stored with.
    [ -n "$method" ] || method="$(postgres -C password_encryption "${@:2}" 2>/dev/null || echo scram-sha-256)"
    printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

    PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD-}}"
    export PGPASSWORD
    unset NOTIFY_SOCKET
    pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${@:2}" -c listen_addresses= -p "${PGPORT:-5432}")" -w start
    run=(psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password)
    if [ "$POSTGRES_DB" != postgres ] &&
        [ -z "$("${run[@]}" --dbname postgres -tAc "SELECT 1 FROM pg_database WHERE datname = '${POSTGRES_DB//\'/\'\'}'")" ]; then
        "${run[@]}" --dbname postgres --set name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
    fi
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
            *.sh)
                if [ -x "$file" ]; then
                    "$file"
                else
                    # shellcheck disable=SC1090 # the user's script
                    . "$file"
                fi
                ;;
            *.sql) "${run[@]}" --dbname "$POSTGRES_DB" -f "$file" ;;
            *.sql.gz) gunzip -c "$file" | "${run[@]}" --dbname "$POSTGRES_DB" ;;
            *) [ ! -e "$file" ] || echo "$0: ignoring $file" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
fi
if [ -n "${STATEFULAPP_INIT_ONLY-}" ]; then
    exit 0
fi
exec "$@"
