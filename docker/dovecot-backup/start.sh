#!/bin/sh
# Starts a Dovecot that keeps backups in FOLDER, on 127.0.0.1. Run again it starts what is not running, and changes nothing
# that is there. Needs Dovecot 2.3 (Debian 12: apt-get install dovecot-imapd), and no root.
#
#   start.sh [--foreground] FOLDER [PORT]
#
# PORT is 10143 the first time, and then what it was. It makes FOLDER/password (mode 0600) with a random password: every
# user name that logs in with it is an account, in FOLDER/accounts. LISTEN=ADDRESS listens elsewhere: for containers.
set -eu

fail() {
  echo "start.sh: $1" >&2
  exit 1
}

foreground=
if [ "${1-}" = --foreground ]; then
  foreground=yes
  shift
fi
[ $# -eq 1 ] || [ $# -eq 2 ] || fail 'usage: start.sh [--foreground] FOLDER [PORT]'
PATH=$PATH:/usr/sbin:/usr/local/sbin
command -v dovecot > /dev/null && command -v doveadm > /dev/null ||
  fail 'there is no Dovecot; on Debian and Ubuntu: apt-get install dovecot-imapd'

umask 077
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
root=$(cd "$1" && pwd -P)
case $root in
  *[!A-Za-z0-9/._@+-]*) fail "$root holds characters that Dovecot would misread; take letters, digits and /._@+-" ;;
esac
# Sockets in it may have names of 108 octets at most.
[ ${#root} -le 75 ] || fail "$root is too long by $((${#root} - 75)) characters"

port=${2:-$(cat "$root/port" 2> /dev/null || echo 10143)}
case $port in
  '' | *[!0-9]*) fail "the port is \"$port\"; wanted a number" ;;
esac

if [ "$(id -u)" -eq 0 ]; then
  user=mail group=mail login_user=nobody
else
  user=$(id -un) group=$(id -gn) login_user=$user
fi

mkdir -p "$root/accounts" "$root/run"
# Dovecot wants it so, and complains otherwise.
chmod 755 "$root/run"
if [ "$user" = mail ]; then
  chmod go+x "$root"
  chown mail:mail "$root/accounts"
  runuser -u mail -- test -w "$root/accounts" ||
    fail "the user \"mail\" cannot enter $root; take a folder like /srv/mail-backup, or start it without root"
fi
if [ ! -s "$root/password" ]; then
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' > "$root/password.new"
  echo >> "$root/password.new"
  mv "$root/password.new" "$root/password"
fi

ready() {
  echo "Dovecot $1 on ${LISTEN:-127.0.0.1}, port $port"
  echo "  password  $root/password"
  echo "  mail      $root/accounts/USER/Maildir"
}

if [ -e "$root/dovecot.conf" ] && doveadm -c "$root/dovecot.conf" service status > /dev/null 2>&1; then
  [ -z "$foreground" ] || fail "it is running already; stop it by $here/stop.sh $root"
  [ "$port" = "$(cat "$root/port")" ] || fail "it is running on port $(cat "$root/port"); stop it by $here/stop.sh $root"
  ready 'is running'
  exit 0
fi
# What a power cut has left; by now the number may be that of any program.
rm -f "$root/run/master.pid"

password_sha256=$(head -n 1 "$root/password" | tr -d '\n' | sha256sum | cut -d ' ' -f 1)
sed -e "s|@ROOT@|$root|g" -e "s|@LISTEN@|${LISTEN:-127.0.0.1}|" -e "s|@PORT@|$port|" \
  -e "s|@USER@|$user|g" -e "s|@GROUP@|$group|g" -e "s|@LOGIN_USER@|$login_user|" \
  -e "s|@PASSWORD_SHA256@|$password_sha256|" "$here/dovecot.conf" > "$root/dovecot.conf"

if [ -n "$foreground" ]; then
  echo "$port" > "$root/port"
  exec dovecot -F -c "$root/dovecot.conf"
fi
dovecot -c "$root/dovecot.conf" || fail "Dovecot did not start; where the port is taken give another one: start.sh $root 10144"
echo "$port" > "$root/port"
# It has left for the background, and takes connections only a little later.
tries=0
until doveadm -c "$root/dovecot.conf" service status > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -le 300 ] || fail "Dovecot does not run; see $root/log"
  sleep 0.1
done
ready 'is ready'
