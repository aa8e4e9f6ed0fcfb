# A server of its own in this pod, that asks for no password; what follows restores into it.
set -euo pipefail
umask 077
export HOME=/tmp DATABASE_HOST=127.0.0.1
unset MONGO_INITDB_ROOT_PASSWORD
mkdir /backup/server
mongod --dbpath /backup/server --bind_ip 127.0.0.1 --wiredTigerCacheSizeGB 0.25 --nounixsocket --fork --logpath /backup/server.log
