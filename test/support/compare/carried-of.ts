interface Held {
  readonly mailboxes: readonly {
    readonly messages: readonly { readonly flags: readonly string[] }[];
  }[];
}

/** What `copy` promises to carry of an account: messages flagged \Deleted stay behind. */
export function carriedOf<Account extends Held>(account: Account): Account {
  const mailboxes = account.mailboxes.map((mailbox) => ({
    ...mailbox,
    messages: mailbox.messages.filter(
      ({ flags }) => !flags.some((flag) => flag.toLowerCase() === '\\deleted'),
    ),
  }));
  return { ...account, mailboxes };
}
