#!/bin/sh
# Starts Courier's authentication daemon, then its IMAP server in the foreground.
set -eu

install -d -o courier -g courier /run/courier /run/courier/authdaemon
authdaemond start

set -a
. /srv/mail/imapd
exec couriertcpd "-address=$ADDRESS" "-maxprocs=$MAXDAEMONS" "-maxperip=$MAXPERIP" \
  -nodnslookup -noidentlookup "$PORT" \
  /usr/lib/courier/courier/imaplogin /usr/bin/imapd "$MAILDIRPATH"
