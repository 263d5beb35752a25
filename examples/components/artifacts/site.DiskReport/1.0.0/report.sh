#!/bin/sh
# Usage: report.sh SECONDS KILOBYTES_MIN, with LIBRARY, SITE, LINE and DISK in the environment.
set -eu
seconds=$1
kilobytes_min=$2
. "$LIBRARY/disk.sh"

# A component ends what it has started, and waits for it: only then is it gone.
trap 'kill $! 2>/dev/null; wait 2>/dev/null; exit 0' TERM INT

echo "reporting on $DISK of $SITE, $LINE, every $seconds s"
while :; do
  left=$(kilobytes_left "$DISK")
  if [ "$left" -lt "$kilobytes_min" ]; then
    # What goes to stderr is a warning in the log.
    echo "only $left KB left on $DISK" >&2
  else
    echo "$left KB left on $DISK"
  fi
  # In the background, because a shell hears a signal only after what it runs in the foreground.
  sleep "$seconds" &
  wait $! 2>/dev/null || :
done
