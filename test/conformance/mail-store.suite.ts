import { describe } from 'vitest';
import { describeAppending } from './suite/appending.js';
import { describeAppendingMany } from './suite/appending-many.js';
import { describeBodies } from './suite/bodies.js';
import { describeCopying } from './suite/copying.js';
import { describeEmailIds } from './suite/email-ids.js';
import type { StoreFixture } from './suite/fixture.js';
import { describeFlags } from './suite/flags.js';
import { describeReading } from './suite/reading.js';
import { describeRemoving } from './suite/removing.js';
import { describeRenaming } from './suite/renaming.js';
import { describeSessions } from './suite/sessions.js';
import { describeSnapshots } from './suite/snapshots.js';
import { useStage } from './suite/stage.js';
import { describeTree } from './suite/tree.js';

/** What every MailStore promises (see src/store/mail-store.ts), sentence by sentence, against one server. */
export function describeMailStore(name: string, makeFixture: () => Promise<StoreFixture>): void {
  describe(name, () => {
    const onStage = useStage(makeFixture);
    describeSessions(onStage);
    describeTree(onStage);
    describeRenaming(onStage);
    describeRemoving(onStage);
    describeSnapshots(onStage);
    describeReading(onStage);
    describeFlags(onStage);
    describeBodies(onStage);
    describeCopying(onStage);
    describeEmailIds(onStage);
    describeAppending(onStage);
    describeAppendingMany(onStage);
  });
}
