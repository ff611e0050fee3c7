#!/bin/sh
# Stops the Dovecot that start.sh has started for FOLDER, and waits until it has ended. The mail stays.
#
#   stop.sh FOLDER
set -eu

fail() {
  echo "stop.sh: $1" >&2
  exit 1
}

[ $# -eq 1 ] || fail 'usage: stop.sh FOLDER'
PATH=$PATH:/usr/sbin:/usr/local/sbin
command -v doveadm > /dev/null || fail 'there is no doveadm'
root=$(cd "$1" && pwd -P)
[ -e "$root/dovecot.conf" ] || fail "$root is no folder of start.sh"
# Asked first: after a power cut the number in master.pid may be that of any program.
if ! doveadm -c "$root/dovecot.conf" service status > /dev/null 2>&1; then
  echo 'Dovecot is not running'
  exit 0
fi
pid=$(cat "$root/run/master.pid")
kill "$pid"
tries=0
while kill -0 "$pid" 2> /dev/null; do
  tries=$((tries + 1))
  [ $tries -le 300 ] || fail "process $pid does not end"
  sleep 0.1
done
echo 'Dovecot has stopped'
