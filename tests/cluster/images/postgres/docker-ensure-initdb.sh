#!/bin/bash
# Stands in for `docker-ensure-initdb.sh` of docker-library/postgres: initialises an empty PGDATA like the entrypoint and
# ends, and does nothing when there is a database; "docker-enforce-initdb.sh" is the one that fails then.
set -euo pipefail
export STATEFULAPP_INIT_ONLY=yes
exec docker-entrypoint.sh postgres
