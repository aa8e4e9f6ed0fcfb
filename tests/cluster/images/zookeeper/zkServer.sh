#!/bin/bash
# `zkServer.sh start-foreground` of the distribution: the server in this process, heap from ZK_SERVER_HEAP (MB).
# https://zookeeper.apache.org/doc/r3.8.4/zookeeperTools.html
if [[ "$1" != start-foreground ]]; then
    echo "zkServer.sh: $1 is not known here" >&2
    exit 1
fi
# shellcheck disable=SC2086 # flags are words
exec java -cp "${ZOO_CONF_DIR:-/conf}:/usr/share/java/zookeeper.jar:/usr/share/java/servlet-api.jar:/usr/share/java/slf4j-simple.jar" \
    "-Xmx${ZK_SERVER_HEAP:-1000}m" $JVMFLAGS $SERVER_JVMFLAGS \
    org.apache.zookeeper.server.quorum.QuorumPeerMain "${ZOO_CONF_DIR:-/conf}/zoo.cfg"
