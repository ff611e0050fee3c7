import type { EngineRun } from '../../support/engine/index.js';

/** Codes of the problems that a run told, in order. */
export function codesOf({ events }: EngineRun): string[] {
  return events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
}

/** Texts of its notes. */
export function notesOf({ events }: EngineRun): string[] {
  return events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
}
