/** What a verb that carries mail says at its end. */
export interface VerbWords {
  /** What was looked for and not found. */
  readonly nothing: string;
  /** What has not happened yet when a run is cut off early. */
  readonly notDone: string;
  /** The next step after a perfect run. */
  readonly next: string;
  /** Why to run it again after one that was not perfect; null where the problems say all there is to say. */
  readonly again: string | null;
}

const COPY: VerbWords = {
  nothing: 'nothing to copy',
  notDone: 'nothing was copied',
  next: 'run it again whenever there is new mail; only what is missing is added',
  again: null,
};

const WORDS: Readonly<Record<string, VerbWords>> = {
  copy: COPY,
  backup: {
    nothing: 'nothing to copy or remove',
    notDone: 'nothing was copied or removed',
    next: 'run it again, from cron for instance; only what changed is carried',
    again: null,
  },
  mirror: {
    nothing: 'nothing to copy or remove on either side',
    notDone: 'nothing was copied or removed',
    next: 'run it again whenever mail has changed, from cron for instance; only what changed is carried',
    again: "run it again, as after dsync's exit code 2",
  },
};

/** The words of a verb; those of copy where it has none of its own. */
export function verbWords(verb: string | null): VerbWords {
  return WORDS[verb ?? ''] ?? COPY;
}
