#!/bin/sh
# Stands in for the entrypoint of https://hub.docker.com/_/redis ("docker run redis redis-server --save 60 1", "-v conf").
set -e

case "${1-}" in
    -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1-}" = redis-server ]; then
    # The image is compiled without protected mode; Debian's program has it, and command line wins over nothing else.
    case " $* " in
        *" --protected-mode "*) ;;
        *) set -- "$@" --protected-mode no ;;
    esac
    umask 0077
    if [ "$(id -u)" = 0 ]; then
        find . ! -user redis -exec chown redis {} +
        exec setpriv --reuid=redis --regid=redis --clear-groups -- "$@"
    fi
fi
exec "$@"
