/** What a message was when it was seen on one side. */
export interface AnchorFacts {
  /** Seconds since 1970 of the internalDate; 0: not known. */
  readonly date: number;
  readonly sizeBytes: number;
}
