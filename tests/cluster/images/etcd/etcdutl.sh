#!/.statefulapp/sh
# etcdutl of etcd >= 3.5 with the etcdctl of 3.4, which still has these commands:
# https://etcd.io/docs/v3.5/op-guide/recovery/
export ETCDCTL_API=3
exec etcdctl "$@"
