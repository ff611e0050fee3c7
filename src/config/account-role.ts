/** The place of an account on the command line; `account` where a verb takes only one. */
export type AccountRole = 'source' | 'destination' | 'account';

/** The start of the options that belong to an account: `--source-ca`, `--destination-ca`, `--ca`. */
export function optionPrefix(role: AccountRole): string {
  return role === 'account' ? '--' : `--${role}-`;
}

export function describeRole(role: AccountRole): string {
  return role === 'account' ? 'account' : `${role} account`;
}
