#!/bin/bash
# Stands in for the entrypoint of MySQL's image, as https://hub.docker.com/_/mysql describes it and docker-library/mysql has it:
# an empty data directory is initialised with a server on the socket alone: root, a database, a user, then
# /docker-entrypoint-initdb.d. ROOT_PASSWORD, ROOT_HOST, DATABASE, USER and PASSWORD may be given as a _FILE. As in the image,
# values are put into statements and option files as they are: one with a quote breaks the first start.
set -eo pipefail
shopt -s nullglob

fail() {
    echo "[ERROR] [Entrypoint]: $*" >&2
    exit 1
}
read_variable() {
    local name="$1" file="$1_FILE" value="${2-}"
    if [ -n "${!name-}" ] && [ -n "${!file-}" ]; then fail "Both $name and $file are set (but are exclusive)"; fi
    [ -z "${!file-}" ] || value="$(cat "${!file}")"
    [ -z "${!name-}" ] || value="${!name}"
    export "$name"="$value"
    unset "$file"
}
config() { "${@:2}" --verbose --help --log-bin-index=/tmp/none 2>/dev/null | awk -v name="$1" '/^[^ \t]/ && $1 == name { print $2; exit }'; }

case "${1-}" in
    -*) set -- mysqld "$@" ;;
esac
[ "${1-}" = mysqld ] || exec "$@"
for argument in "$@"; do
    case "$argument" in
        -\? | --help | --print-defaults | -V | --version) exec "$@" ;;
    esac
done

errors="$("$@" --verbose --help --log-bin-index=/tmp/none 2>&1 >/dev/null)" || fail "mysqld failed while attempting to check config: $errors"
datadir="$(config datadir "$@")"
socket="$(config socket "$@")"
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$datadir" "$(dirname "$socket")"
    find "$datadir" "$(dirname "$socket")" ! -user mysql -exec chown --no-dereference mysql: {} +
    exec setpriv --reuid=mysql --regid=mysql --clear-groups -- "$0" "$@"
fi
read_variable MYSQL_ROOT_HOST %
for name in DATABASE USER PASSWORD ROOT_PASSWORD; do
    read_variable "MYSQL_$name"
done

if [ ! -d "${datadir%/}/mysql" ]; then
    if [ -z "$MYSQL_ROOT_PASSWORD" ] && [ -z "$MYSQL_ALLOW_EMPTY_PASSWORD" ] && [ -z "$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
        fail "Database is uninitialized and password option is not specified"
    fi
    [ "$MYSQL_USER" != root ] || fail 'MYSQL_USER="root" cannot be used for the root user'
    "$@" --initialize-insecure --default-time-zone=SYSTEM
    "$@" --daemonize --skip-networking --default-time-zone=SYSTEM --socket="$socket" || fail "Unable to start server."
    login() { [ -z "$MYSQL_ROOT_PASSWORD" ] || printf '[client]\nuser=root\npassword=%s\n' "$MYSQL_ROOT_PASSWORD"; }
    sql() { mysql --defaults-extra-file=<(login) --protocol=socket -hlocalhost --socket="$socket" --comments "$@"; }
    if [ -n "$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
        MYSQL_ROOT_PASSWORD="$(openssl rand -base64 24)"
        export MYSQL_ROOT_PASSWORD
        echo "[Note] [Entrypoint]: GENERATED ROOT PASSWORD: $MYSQL_ROOT_PASSWORD"
    fi
    {
        echo "SET @@SESSION.SQL_LOG_BIN = 0;"
        echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';"
        echo "GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION;"
        if [ -n "$MYSQL_ROOT_HOST" ] && [ "$MYSQL_ROOT_HOST" != localhost ]; then
            echo "CREATE USER 'root'@'$MYSQL_ROOT_HOST' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';"
            echo "GRANT ALL ON *.* TO 'root'@'$MYSQL_ROOT_HOST' WITH GRANT OPTION;"
        fi
    } | mysql --protocol=socket -uroot --socket="$socket" --database=mysql
    [ -z "$MYSQL_DATABASE" ] || echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;" | sql --database=mysql
    if [ -n "$MYSQL_USER" ] && [ -n "$MYSQL_PASSWORD" ]; then
        echo "CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY '$MYSQL_PASSWORD';" | sql --database=mysql
        [ -z "$MYSQL_DATABASE" ] ||
            echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '$MYSQL_USER'@'%';" | sql --database=mysql
    fi
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
            *.sh)
                # shellcheck disable=SC1090 # the user's script
                if [ -x "$file" ]; then "$file"; else . "$file"; fi
                ;;
            *.sql) sql ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"} <"$file" ;;
            *.sql.gz) gunzip -c "$file" | sql ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"} ;;
            *) echo "[Warn] [Entrypoint]: ignoring $file" >&2 ;;
        esac
    done
    [ -z "$MYSQL_ONETIME_PASSWORD" ] || echo "ALTER USER 'root'@'%' PASSWORD EXPIRE;" | sql --database=mysql
    mysqladmin --defaults-extra-file=<(login) shutdown --socket="$socket" || fail "Unable to shut down server."
    echo "[Note] [Entrypoint]: MySQL init process done. Ready for start up."
fi
exec "$@"
