# Who asks whom. The password goes into files that only this user reads.
set -euo pipefail
umask 077
export HOME=/tmp
login=()
if [ -n "${MONGO_INITDB_ROOT_PASSWORD-}" ]; then
    printf "password: '%s'\n" "$(printf %s "$MONGO_INITDB_ROOT_PASSWORD" | sed "s/'/''/g")" >/tmp/mongo.yaml
    login=(--username "${MONGO_INITDB_ROOT_USERNAME:-root}" --authenticationDatabase admin --config /tmp/mongo.yaml)
fi
login+=(--host "$DATABASE_HOST")
# Runs a script with the databases as `mongo`.
run() {
    {
        cat <<'END'
const { MONGO_INITDB_ROOT_USERNAME: user = "root", MONGO_INITDB_ROOT_PASSWORD: password, DATABASE_HOST: host } = process.env;
const [hosts, set] = host.split("/").reverse();
const login = password ? `${encodeURIComponent(user)}:${encodeURIComponent(password)}@` : "";
const mongo = new Mongo(`mongodb://${login}${hosts}/?authSource=admin${set ? `&replicaSet=${set}` : ""}`);
const admin = mongo.getDB("admin");
END
        cat
    } >/tmp/run.js
    mongosh --quiet --nodb --file /tmp/run.js
}
