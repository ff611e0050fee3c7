import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A configuration file of docker/ with its placeholders filled in.
 *
 * @param name path below docker/
 * @throws Error when the file holds a placeholder that `values` does not.
 */
export function renderTemplate(name: string, values: Readonly<Record<string, string | number>>): string {
  const file = fileURLToPath(new URL(`../../../docker/${name}`, import.meta.url));
  return readFileSync(file, 'utf8').replace(/@([A-Z]+)@/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`docker/${name} holds the unknown placeholder @${key}@`);
    return String(value);
  });
}
