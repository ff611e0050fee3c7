/** Help that commander does not make: what a command is for, and examples of it. At most 80 columns. */
export const MAIN_EXAMPLES = `Carries mail between IMAP servers.

Examples:
  mailferry copy imaps://ann@old.example.net imaps://ann@new.example.com
        copy a whole account; run it again at any time to add what is new
  mailferry copy imaps://ann@old.example.net imaps://ann@new.example.com \\
      --dry-run
        show what that would do and write nothing
  mailferry check imaps://ann@new.example.com
        log in and show what the server can do
`;

export const MAIN_NOTES = `
mailferry COMMAND --help tells all options of a command.
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
An account is imaps://USER@HOST[:PORT] (TLS), imap://USER@HOST[:PORT]
(STARTTLS), or imap://...?tls=none (clear text, to this machine only). USER may
hold an @.
Passwords come from a file, a command, MAILFERRY_SOURCE_PASSWORD and
MAILFERRY_DESTINATION_PASSWORD, or are asked for; no option takes one.

Exit codes: 0 complete, 2 incomplete (run again), 1 failed, 3 usage, 4 login or
TLS trust, 5 unreachable (try later), 6 a person must decide, 8 locked by
another run, 130 interrupted (run again).
`;

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
