#!/bin/bash
# Stands in for https://mariadb.com/kb/en/using-healthcheck-sh/: every named test must pass; the user `healthcheck` made at the
# first start connects, with the credentials in the data directory.
set -euo pipefail
options=()
[ ! -f "${MARIADB_DATADIR:-/var/lib/mysql}/.my-healthcheck.cnf" ] ||
    options=(--defaults-extra-file="${MARIADB_DATADIR:-/var/lib/mysql}/.my-healthcheck.cnf")
ask() { mariadb "${options[@]}" --skip-column-names -e "$1"; }

[ $# -gt 0 ] || { echo "healthcheck.sh: no test given" >&2; exit 1; }
for argument in "$@"; do
    case "$argument" in
        --connect)
            # TCP, because the server of the first start listens on the socket alone. Access denied is an answer too.
            out="$(mariadb "${options[@]}" -h 127.0.0.1 --protocol tcp -e 'SELECT 1' 2>&1)" || [[ "$out" == *"Access denied"* ]]
            ;;
        --innodb_initialized)
            [ "$(ask "SELECT COUNT(*) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'INNODB_BUFFER_POOL_LOAD_STATUS'
                AND VARIABLE_VALUE NOT LIKE '%loading%'")" = 1 ]
            ;;
        --replication_io) ask 'SHOW REPLICA STATUS\G' | grep -q 'Slave_IO_Running: Yes' ;;
        --replication_sql) ask 'SHOW REPLICA STATUS\G' | grep -q 'Slave_SQL_Running: Yes' ;;
        --replication) ask 'SHOW REPLICA STATUS\G' | grep -q 'Slave_SQL_Running: Yes' ;;
        --galera_online) [ "$(ask "SHOW STATUS LIKE 'wsrep_local_state'" | cut -f2)" = 4 ] ;;
        --su-mysql | --su=* | --no-defaults | --datadir=*) ;;
        *) echo "healthcheck.sh: test $argument is not known here" >&2; exit 1 ;;
    esac
done
