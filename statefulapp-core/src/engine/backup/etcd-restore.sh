# Makes room on the volume of a member that is stopped; the snapshot is unpacked there next.
for member in $MEMBERS; do
    if getent hosts "$member"; then
        echo "restore: REFUSED: $member runs; scale the StatefulSet to 0 first" >&2
        exit 1
    fi
done
if [ -e "$DATA" ]; then
    if [ "${FORCE-}" != yes ]; then
        echo "restore: REFUSED: the member has data; FORCE=yes keeps it aside and restores" >&2
        exit 1
    fi
    aside="$DATA.before-$(date -u +%Y%m%dT%H%M%SZ)"
    mv "$DATA" "$aside"
    echo "restore: the old data is in $aside"
fi
