#!/bin/bash
# `zkCli.sh` of the distribution. https://zookeeper.apache.org/doc/r3.8.4/zookeeperCLI.html
# shellcheck disable=SC2086 # flags are words
exec java -cp "/usr/share/java/zookeeper.jar" $CLIENT_JVMFLAGS org.apache.zookeeper.ZooKeeperMain "$@"
