/** How to run the benchmark, as the document tells it. */
export const HOW_TO_RUN = `## How to run it

As root on Debian 12, in a clone after \`npm ci\`, on a machine with nothing else to do:

\`\`\`sh
npm run bench -- --quick
npm run bench
npm run bench -- --row 3 --rounds 3
npm run bench -- --write-docs
\`\`\`

\`--quick\` takes some minutes, all rows some hours. \`npm run bench -- --help\` tells all options. The mail servers are
those of the tests; the packages \`interimap\` and \`isync\` are installed when they are missing. Results are stored in
\`test/bench/results\`.`;

/** What the figures mean, as the document tells it. */
export const EXPLANATION = `## What the figures mean

- **A run** is a whole process from start to exit: the programs are started as users start them, one after the other,
  each round with another one first. After every run a client that has nothing to do with any of them counts the
  messages at the destination, mailbox by mailbox, and after changes those with each flag; a program that exits with
  anything but 0 or leaves anything out has no time.
- **Networks.** *Loopback*: straight to the servers. *40 ms round trip*: both servers behind a proxy that holds every
  octet for 20 ms in each direction, a new connection for a round trip and a half, and does not limit bandwidth.
- **Servers.** All mail is on a tmpfs, Dovecot keeps Maildir without fsync. The source is filled once. Every first
  copy goes to a server started for it, with an empty account into which somebody has logged in once. Settings and
  state of the programs are on the disk of the machine.
- **Mail.** Made by the generator of the tests from fixed seeds, sizes log-normal; no keywords (mbsync carries none),
  nothing flagged \`\\Deleted\`, nothing twice.
- **mailferry** is \`mailferry copy\` with nothing but \`--state-dir\` and \`--no-input\` (row 5: \`mailferry backup\`), on four
  connections a side unless told otherwise. **interimap** synchronises both ways; at the destination nothing ever
  changes by itself. It needs QRESYNC at both servers and is left out where there is none. **mbsync** pulls
  (\`Sync Pull\`, \`Create Near\`, \`Expunge Near\`, \`CopyArrivalDate yes\`); it adds a header line of its own to every
  message. Both use one connection a side. Nothing is encrypted or compressed.
- **Nothing changed, 1 % changed.** Every program has a destination that it has filled itself; one untimed run goes
  before the timed ones.
- **Median, fastest, slowest** of all rounds. Whoever takes more than a minute runs three times. One of the others
  that needs three times as long as another of them in both of its first runs has no more of them: it is not the best.
  Whoever takes longer than the limit is ended and does not run again; after that on loopback, not with the same mail
  in any other row either.
- **Ratio**: median of mailferry divided by the lowest median of the other two, measured in the same run. Times
  themselves say as much about the machine as about the programs.
- **CPU**: user and system time of the process and all that it started, as getrusage(2) counts it for bash's \`time\`;
  that of the servers is not in it. Median.
- **Memory**: the highest resident set (VmHWM) of the process and all it started, from /proc every 5 ms. The most of
  all runs.
- **Round trips**: how often a client spoke on a connection after it had heard the server, counted by the proxies, all
  connections of both sides together. Those that go on at the same time on different connections, or that nobody waits
  for, cost less than their number.
- **State**: all files that the program keeps for the next run.
- **Floors**: what the servers leave possible. A bare socket client says everything it has to say at once and waits
  for nothing: FETCH of all mail, thrown away as it comes; APPEND (MULTIAPPEND where the server has it) of mail that was
  read before. Over as many connections as give the best time, best of two.`;

/** Why targets that are not reached are not, as the document tells it. */
export const WHERE_THE_TIME_GOES = `## Where the time goes

The targets were set on a machine on which servers took three times as long as on the one below. On loopback, where they
answer in less than a tenth of a millisecond, what is compared is processor time, and a program in C or Perl that does
less needs less of it. What stands between mailferry and the targets that it misses:

- **Loopback, rows 1, 2 and 6a**, which are just within or beside theirs. Every octet passes through one thread of Node, which
  hashes it (a message whose APPEND nobody answered is found again by that), and each mailbox is one stream, as its order is
  kept: the last mailboxes of row 1 and the one of row 2 wait for the server that stores them.
- **Loopback, row 3.** The servers alone need more processor time to create, subscribe, open and fill 500 mailboxes than
  the target allows for all; mailferry opens every mailbox that it made, for the UIDVALIDITY and UIDNEXT that it writes down
  before an APPEND.
- **Loopback, rows 4a and 5.** Node starts in 0.05 s, the program in as much again; mbsync has ended by then.
- **Row 5 at 40 ms.** Nothing is removed before everything new has arrived, and nothing is taken for removed that may have
  moved. So all mailboxes are looked at, then carried, then cleared, then settled, and each is opened anew every time.
- **Loopback, rows 6b and 6c.** Without MULTIAPPEND every message is an APPEND of its own, with a record of its own
  before it and one after it; the records of twenty short messages go to the disk together. mbsync notes less, and in C.
- **Floors.** A bare socket sends mail that it has read before, without asking, noting or checking anything.`;
