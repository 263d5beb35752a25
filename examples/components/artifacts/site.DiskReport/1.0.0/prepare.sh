#!/bin/sh
# Bootstrap step: runs once for each version, before anything of the deployment is started. What it refuses is rolled
# back. Exit codes: 0 go on, 100 restart the nucleus, 101 restart the device, any other fails the deployment.
set -eu
disk=$1
. "$LIBRARY/disk.sh"
echo "prepared for $disk of $SITE: $(kilobytes_left "$disk") KB left"
