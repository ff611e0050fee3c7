/** Help that commander does not make: what a command is for, and examples of it. At most 80 columns. */
export const MAIN_EXAMPLES = `Carries mail between IMAP servers.

Examples:
  mailferry copy imaps://ann@old.example.net imaps://ann@new.example.com
        copy a whole account; run it again at any time to add what is new
  mailferry copy imaps://ann@old.example.net imaps://ann@new.example.com \\
      --dry-run
        show what that would do and write nothing
  mailferry backup imaps://ann@old.example.net imaps://ann@new.example.com
        make the new account equal the old one, removals included
  mailferry mirror imaps://ann@home.example.net imaps://ann@work.example.com
        keep two accounts equal, whichever of them is changed
  mailferry check imaps://ann@new.example.com
        log in and show what the server can do
`;

export const MAIN_NOTES = `
mailferry COMMAND --help tells all options of a command.
`;

const ACCOUNTS_AND_EXIT_CODES = `An account is imaps://USER@HOST[:PORT] (TLS), imap://USER@HOST[:PORT]
(STARTTLS), or imap://...?tls=none (clear text, to this machine only). USER may
hold an @.
Passwords come from a file, a command, MAILFERRY_SOURCE_PASSWORD and
MAILFERRY_DESTINATION_PASSWORD, or are asked for; no option takes one.

Exit codes: 0 complete, 2 incomplete (run again), 1 failed, 3 usage, 4 login or
TLS trust, 5 unreachable (try later), 6 a person must decide, 8 locked by
another run, 130 interrupted (run again).
`;

export const COPY_EXAMPLES = `Adds to the destination what it lacks. Removes nothing, and never writes to the
source.

Examples:
  mailferry copy imaps://ann@old.example.net imaps://ann@new.example.com
        asks for both passwords
  mailferry copy imaps://ann@old.example.net imap://ann@10.0.0.7 \\
      --source-password-file old.txt \\
      --destination-password-command 'pass show new'
        asks nothing; imap:// means STARTTLS
  mailferry copy imaps://ann@old.example.net imaps://ann@new.example.com \\
      --mailbox INBOX --mailbox 'Work/*'
        only some mailboxes
`;

export const COPY_NOTES = `
${ACCOUNTS_AND_EXIT_CODES}`;

export const BACKUP_EXAMPLES = `Makes the destination equal the source: adds, moves and removes messages and
mailboxes there, and undoes what others change there. Never writes to the
source.

Examples:
  mailferry backup imaps://ann@mail.example.net imaps://ann@safe.example.com \\
      --dry-run
        show what it would do, removals included
  mailferry backup imaps://ann@mail.example.net imaps://ann@safe.example.com \\
      --source-password-file mail.txt --destination-password-file safe.txt
        asks nothing, for cron
  mailferry copy imaps://ann@mail.example.net imaps://ann@safe.example.com \\
      --reverse --restore
        bring back from the backup what was lost; removes nothing
`;

export const BACKUP_NOTES = `
It stops before a removal that looks like a mistake: more than --max-delete, or
messages it has not brought there itself. The rest is still done. The exit code
is 6, and the fix of each problem names the option that allows it.

${ACCOUNTS_AND_EXIT_CODES}`;

export const MIRROR_EXAMPLES = `Keeps two accounts equal. What is new, changed, moved, renamed or removed in one
of them since the last run is done in the other as well; in the first run what
only one of them has is copied, and nothing is removed.

Examples:
  mailferry mirror imaps://ann@home.example.net imaps://ann@work.example.com \\
      --dry-run
        show what it would do in which account
  mailferry mirror imaps://ann@home.example.net imaps://ann@work.example.com \\
      --source-password-file home.txt --destination-password-file work.txt
        asks nothing, for cron
`;

export const MIRROR_NOTES = `
Options and variables with "source" belong to the first account, those with
"destination" to the second. Where both accounts changed the same thing, a rule
decides, and the summary tells it under "conflicts".
It stops before a removal that looks like a mistake: more than --max-delete. The
rest is still done. The exit code is 6, and the fix of the problem says how to
allow it. Exit code 2 means what it means in dsync: changes kept coming, or not
all could be carried; run it again.

${ACCOUNTS_AND_EXIT_CODES}`;

export const CHECK_EXAMPLES = `Logs in as a run would, looks at the account, and changes nothing.

Examples:
  mailferry check imaps://ann@new.example.com
        asks for the password
  mailferry check imap://ann@10.0.0.7 --password-command 'pass show new' --json
        asks nothing; imap:// means STARTTLS
`;

export const CHECK_NOTES = `
The password comes from a file, a command, MAILFERRY_PASSWORD, or is asked for;
no option takes one.
`;
