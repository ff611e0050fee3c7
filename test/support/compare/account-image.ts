/** What an account holds, as an independent client saw it or as it was generated. */
export interface AccountImage {
  readonly mailboxes: readonly MailboxImage[];
  /** Subscribed paths where there is no mailbox; none when absent. */
  readonly orphanSubscriptions?: readonly (readonly string[])[];
}

export interface MailboxImage {
  /** Decoded segments without the namespace's prefix. */
  readonly path: readonly string[];
  /** As the server writes it, in modified UTF-7; undefined when no server was asked. */
  readonly rawName: string | undefined;
  /** False for a name that only has children. */
  readonly selectable: boolean;
  readonly subscribed: boolean;
  readonly uidValidity: number;
  /** In UID order. */
  readonly messages: readonly MessageImage[];
}

export interface MessageImage {
  readonly uid: number;
  /** SHA-256 of all octets, in hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** As written, sorted without regard to case; never \Recent. */
  readonly flags: readonly string[];
  readonly internalDate: InternalDateImage;
  /** Message-ID or Subject, for people. */
  readonly label: string;
}

export interface InternalDateImage {
  readonly epochSeconds: number;
  /** As written. */
  readonly raw: string;
}
