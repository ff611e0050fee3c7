// Shows the main job on two real servers that it starts on loopback and removes again.
import { spawnSync } from 'node:child_process';
import { prepare, ROOT, TSX } from './support/setup/install.js';

if (!prepare()) process.exit(1);
const { status } = spawnSync(process.execPath, [TSX, 'test/support/setup/demo.ts'], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
