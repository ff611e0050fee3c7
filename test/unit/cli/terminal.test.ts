import { describe, expect, it } from 'vitest';
import { Terminal } from '../../../src/cli/terminal.js';
import { Screen } from '../../cli/support/screen.js';

function onScreen(columns: number): { terminal: Terminal; screen: Screen; output: { columns: number } } {
  const screen = new Screen(columns);
  const output = { columns, isTTY: true, write: (text: string) => screen.write(text) };
  return { terminal: new Terminal(output, { live: true, coloured: false }), screen, output };
}

describe('the live block', () => {
  it('is drawn over itself, whatever number of lines it has', () => {
    const { terminal, screen } = onScreen(80);
    terminal.show(['one', 'two', 'three']);
    expect(screen.lines).toEqual(['one', 'two', 'three']);
    terminal.show(['1']);
    expect(screen.lines).toEqual(['1']);
    terminal.show(['1', '2']);
    expect(screen.lines).toEqual(['1', '2']);
  });

  it('lets lines scroll above it', () => {
    const { terminal, screen } = onScreen(80);
    terminal.show(['block 1', 'block 2']);
    terminal.line('log 1');
    terminal.aside(() => screen.write('result\n'));
    terminal.line('log 2');
    expect(screen.lines).toEqual(['log 1', 'result', 'log 2', 'block 1', 'block 2']);
  });

  it('leaves nothing when it is cleared, and hides nothing that follows', () => {
    const { terminal, screen } = onScreen(80);
    terminal.line('log');
    terminal.show(['block 1', 'block 2']);
    terminal.clear();
    screen.write('the end\n');
    terminal.line('after');
    expect(screen.lines).toEqual(['log', 'the end', 'after']);
  });

  it('cuts lines that would wrap', () => {
    const { terminal, screen } = onScreen(20);
    const block = ['x'.repeat(50), '漢字'.repeat(20)];
    terminal.show(block);
    terminal.show(block);
    expect(screen.lines).toEqual([`${'x'.repeat(18)}…`, `${'漢字漢字漢字漢字漢'}…`]);
  });

  it('finds its first row again when the terminal became narrower', () => {
    const { terminal, screen, output } = onScreen(80);
    terminal.line('log');
    terminal.show(['a'.repeat(79), 'b'.repeat(30)]);
    screen.narrow(40);
    output.columns = 40;
    terminal.show(['a'.repeat(79), 'b'.repeat(30)]);
    expect(screen.lines).toEqual(['log', `${'a'.repeat(38)}…`, 'b'.repeat(30)]);
  });

  it('needs two kinds of escape sequences', () => {
    const { terminal, screen } = onScreen(80);
    for (let turn = 0; turn < 3; turn += 1) terminal.show(['one', 'two']);
    terminal.clear();
    expect([...screen.sequences].sort()).toEqual(['\x1b[K', '\x1b[nA']);
  });

  it('is never drawn where there is no terminal', () => {
    let written = '';
    const write = (text: string): void => {
      written += text;
    };
    const terminal = new Terminal(
      { columns: undefined, isTTY: false, write },
      { live: false, coloured: false },
    );
    terminal.show(['block']);
    terminal.line('log');
    terminal.clear();
    expect(written).toBe('log\n');
  });
});

describe('a line longer than the terminal is wide', () => {
  it('is broken between words, with what follows below its text', () => {
    const { terminal, screen } = onScreen(40);
    terminal.line('  fix:    check the host in the URL, and whether the server is up');
    expect(screen.lines).toEqual([
      '  fix:    check the host in the URL,',
      '          and whether the server is up',
    ]);
  });

  it('stays one line where the terminal does not know its width', () => {
    const written: string[] = [];
    const output = { columns: 0, isTTY: true, write: (text: string) => written.push(text) };
    new Terminal(output, { live: false, coloured: false }).line('error: more than one word');
    expect(written).toEqual(['error: more than one word\n']);
  });

  it('keeps a word whole, however long, so that it can be copied', () => {
    const { terminal, screen } = onScreen(200);
    const command = 'x'.repeat(190);
    terminal.line(`run ${command} and ${command}`);
    expect(screen.lines.map((line) => line.trim().length)).toEqual([198, 190]);
  });
});
