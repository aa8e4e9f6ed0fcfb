# Dumps all databases; of a replica set with the operations that came in meanwhile, so that it is one point in time.
mongodump "${login[@]}" ${OPLOG:+--oplog} --gzip --archive=/backup/dump.partial
test -s /backup/dump.partial
# A dry run reads the beginning only; the sums over all of it are gzip's.
gzip -t /backup/dump.partial
mongorestore "${login[@]}" --dryRun --gzip --archive=/backup/dump.partial
mv /backup/dump.partial /backup/dump
