#!/.statefulapp/sh
# https://hub.docker.com/_/nats: the plain image has the server as its entrypoint; the `-alpine` one puts it in front of
# arguments that begin with a dash.
server=/nats-server
[ -x "$server" ] || server=nats-server
case "${1-}" in
    -*) set -- "$server" "$@" ;;
    nats-server) shift; set -- "$server" "$@" ;;
esac
exec "$@"
