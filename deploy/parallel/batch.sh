#!/bin/sh
# Transcribes an archive by GNU parallel: on this machine, or on those of a list that share the
# folders.
#
#   deploy/parallel/batch.sh SHARES ARCHIVE OUTPUTS [OPTIONS OF viseme batch]
#   PARALLEL='--sshloginfile hosts' deploy/parallel/batch.sh 8 /archive /outputs
#
# Each share is a process of its own. One that fails is tried three times in all, which costs nothing
# where recordings are at fault: what failed for good is not tried again.
set -eu
if [ $# -lt 3 ]; then
  echo "usage: batch.sh SHARES ARCHIVE OUTPUTS [OPTIONS]" >&2
  exit 64
fi
shares=$1 archive=$2 outputs=$3
shift 3
viseme=${VISEME:-viseme}

# parallel's own status is the number of shares that failed; merging tells that of the batch.
parallel --will-cite --line-buffer --retries 3 --jobs "${JOBS:-$shares}" -q \
  "$viseme" batch "$archive" --output-dir "$outputs" --shard "{}/$shares" "$@" \
  ::: $(seq "$shares") || true
exec "$viseme" batch merge "$outputs"
