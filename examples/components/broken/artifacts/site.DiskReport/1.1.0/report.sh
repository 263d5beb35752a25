#!/bin/sh
# A version that does not work, to see what a core does about it.
echo "cannot report on $DISK: not written yet" >&2
exit 1
