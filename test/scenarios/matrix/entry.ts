/**
 * One numbered scenario. `test` and `mirrorTest` name where it is shown for verbs of one direction and for mirror: the
 * path of a file, `#`, and the beginning of a title in it. One of `test`, `verb` and `notApplicable` is there.
 */
export interface MatrixEntry {
  readonly id: string;
  readonly title: string;
  readonly test?: readonly string[];
  readonly mirrorTest?: readonly string[];
  /** It is about changes on both sides that both survive. */
  readonly verb?: 'mirror';
  /** Why it says nothing about a verb of one direction. */
  readonly notApplicable?: string;
}
