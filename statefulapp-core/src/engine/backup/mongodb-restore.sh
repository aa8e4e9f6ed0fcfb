# Restores all databases of a backup; into a server that has collections only if FORCE drops them.
collections="$(run <<'END'
const own = ["admin", "config", "local"];
const names = mongo.getDBNames().filter((name) => !own.includes(name));
print(names.reduce((sum, name) => sum + mongo.getDB(name).getCollectionNames().length, 0));
END
)"
if [ "$collections" != 0 ] && [ "${FORCE-}" != yes ]; then
    echo "restore: REFUSED: the server has $collections collections; FORCE=yes replaces them" >&2
    exit 1
fi
drop=()
[ "${FORCE-}" != yes ] || drop=(--drop)
if [ -n "${OPLOG-}" ] && [ -n "${MONGO_INITDB_ROOT_PASSWORD-}" ]; then
    # Even root may not replay operations: a role of its own may, for as long as this runs.
    # https://www.mongodb.com/docs/database-tools/mongorestore/#required-access
    run <<'END'
if (!admin.getRole("restoreOperations")) {
    const privileges = [{ resource: { anyResource: true }, actions: ["anyAction"] }];
    admin.createRole({ role: "restoreOperations", privileges, roles: [] });
}
admin.grantRolesToUser(user, ["restoreOperations"]);
END
    trap 'echo "admin.dropRole(\"restoreOperations\")" | run || :' EXIT
fi
mongorestore "${login[@]}" "${drop[@]}" ${OPLOG:+--oplogReplay} --stopOnError \
    --nsExclude 'admin.system.*' --gzip --archive=/backup/dump
echo "restore: the databases are restored"
