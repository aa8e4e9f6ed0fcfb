#!/bin/sh
# Installs the servers that `cluster-test` runs: Debian's packages, and from PyPI an S3 server, which Debian has none of. MySQL,
# which no stable Debian has, is unpacked from unstable into a directory of its own, with all that it needs, and is no part of
# this system; without it its scenarios are skipped.
# May be run again: what is there already is left alone. Nothing that a package installs is started.
set -eu

packages="
    postgresql mariadb-server redis-server etcd-server etcd-client zookeeper nats-server rabbitmq-server rclone
    iproute2 util-linux python3-venv ca-certificates libservlet-api-java
"
s3=/opt/statefulapp-s3
mysql=/opt/statefulapp-mysql

if [ "$(id -u)" -ne 0 ]; then
    echo "install.sh: needs root" >&2
    exit 1
fi

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    # 101 tells invoke-rc.d that starting is not allowed; an administrator's own policy is kept.
    policy=/usr/sbin/policy-rc.d
    ours=""
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        ours=yes
    fi
    trap '[ -z "$ours" ] || rm -f "$policy"' EXIT
    # The tests make their own data directories: Debian's first PostgreSQL cluster would only be in the way.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # shellcheck disable=SC2086 # a list of words
    apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing
fi

if [ ! -x "$s3/bin/moto_server" ]; then
    /usr/bin/python3 -m venv "$s3"
    "$s3/bin/pip" install --quiet --disable-pip-version-check 'moto[server,s3]==5.1.*'
fi
if [ ! -e "$mysql/complete" ]; then
    sh "$(dirname "$0")/unstable.sh" "$mysql" mysql-server-core mysql-client-core bash dash coreutils findutils grep sed gawk gzip \
        openssl util-linux || echo "install.sh: no MySQL from Debian unstable: its scenarios are skipped" >&2
fi
echo "install.sh: all installed"
