import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import { openBox, quiet, scripted } from './session-parts.js';

describe('flags of a message that are changed while they are listed', () => {
  it('are those told last, whatever was told between', async () => {
    const rows = [
      '* 1 FETCH (UID 5 FLAGS (\\Seen \\Flagged))',
      '* 2 FETCH (UID 6 FLAGS (\\Seen))',
      '* 1 FETCH (UID 5 MODSEQ (99) FLAGS (\\Answered))',
      '* 3 FETCH (UID 7 FLAGS (\\Seen))',
      '* 2 FETCH (UID 6 FLAGS ())',
      '* 1 FETCH (UID 5 MODSEQ (100) FLAGS (\\Answered Work))',
    ];
    const { session } = scripted(openBox(() => [...rows, '%T OK done']));
    const box = await session.open('Box', 'examine', quiet);
    const report = await box.flags({ within: UidSet.range(1, 9) }, quiet);
    expect(`${report.rows}`).toBe('5:7');
    expect([5, 6, 7].map((uid) => report.flags.flagsOf(uid))).toEqual([
      ['\\Answered', 'Work'],
      [],
      ['\\Seen'],
    ]);
  });
});
