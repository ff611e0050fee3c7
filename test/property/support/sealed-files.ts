import type { AppendFile } from '../../../src/state/files.js';
import { MortalFiles } from '../../support/engine/index.js';

/** A folder in which nothing can be changed. */
export class SealedFiles extends MortalFiles {
  override makeFolder(): Promise<void> {
    return sealed();
  }

  override create(): Promise<void> {
    return sealed();
  }

  override append(): Promise<AppendFile> {
    return sealed();
  }

  override rename(): Promise<void> {
    return sealed();
  }

  override remove(): Promise<void> {
    return sealed();
  }
}

function sealed(): Promise<never> {
  return Promise.reject(new Error('a dry run was about to change its state'));
}
