import { describe, expect, it } from 'vitest';
import type { ListedMailbox, MailboxListing } from '../../../../src/model/mailbox.js';
import { quiet, type ScriptedOptions, scripted } from './session-parts.js';

const STATUS = '(MESSAGES 3 UIDNEXT 12 UIDVALIDITY 7)';
const EXTENDED: ScriptedOptions = {
  facts: { capabilities: ['LIST-EXTENDED', 'LIST-STATUS'] },
  features: { listStatus: true, specialUse: true },
};

/** Answers LIST with these lines, LSUB with those, and any STATUS with one and the same. */
function lists(
  list: readonly string[],
  lsub: readonly string[] = [],
): (command: string) => readonly string[] {
  return (command) => {
    if (command.startsWith('LIST')) return [...list, '%T OK done'];
    if (command.startsWith('LSUB')) return [...lsub, '%T OK done'];
    const name = /^STATUS ("(?:[^"\\]|\\.)*"|\{\d+\+\}\r\n.*) \(/s.exec(command)?.[1] ?? '';
    return name === '' ? ['%T BAD what'] : [`* STATUS ${name.replace(/\+\}/, '}')} ${STATUS}`, '%T OK done'];
  };
}

async function list(
  rule: (command: string) => readonly string[],
  options: ScriptedOptions = {},
): Promise<MailboxListing & { commands: string[]; names: string[] }> {
  const made = scripted(rule, options);
  const listing = await made.session.list(quiet);
  return { ...listing, commands: made.commands, names: listing.mailboxes.map(({ name }) => name) };
}

describe('listing with LIST-STATUS', () => {
  it('takes one command for everything', async () => {
    const { mailboxes, complete, commands } = await list(
      () => [
        '* LIST (\\Subscribed \\HasChildren) "/" inbox',
        '* STATUS INBOX (MESSAGES 3 UIDNEXT 12 UIDVALIDITY 7 HIGHESTMODSEQ 5 MAILBOXID (x1))',
        '* LIST (\\Sent) "/" "Sent Items"',
        '* LIST (\\Noselect) "/" Folder',
        '* STATUS "Sent Items" (MESSAGES 0 UIDVALIDITY 8 UIDNEXT 1 HIGHESTMODSEQ 0)',
        '%T OK done',
      ],
      { ...EXTENDED, features: { ...EXTENDED.features, condstore: true, objectId: true } },
    );
    const items = 'MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ MAILBOXID';
    expect(commands).toEqual([`LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (${items}))`]);
    expect(complete).toBe(true);
    expect(mailboxes).toEqual([
      {
        name: 'INBOX',
        delimiter: '/',
        attributes: ['\\subscribed', '\\haschildren'],
        specialUse: null,
        subscribed: true,
        status: { messages: 3, uidNext: 12, uidValidity: 7, highestModseq: 5n, mailboxId: 'x1' },
      },
      {
        name: 'Sent Items',
        delimiter: '/',
        attributes: ['\\sent'],
        specialUse: '\\sent',
        subscribed: false,
        status: { messages: 0, uidNext: 1, uidValidity: 8, highestModseq: null, mailboxId: null },
      },
      {
        name: 'Folder',
        delimiter: '/',
        attributes: ['\\noselect'],
        specialUse: null,
        subscribed: false,
        status: null,
      },
    ]);
  });

  it('falls back for good when the server refuses what it advertises', async () => {
    const plain = lists(['* LIST () "/" A'], ['* LSUB () "/" A']);
    const made = scripted(
      (command) => (command.includes('RETURN') ? ['%T BAD no'] : plain(command)),
      EXTENDED,
    );
    expect((await made.session.list(quiet)).mailboxes).toMatchObject([{ name: 'A', subscribed: true }]);
    expect((await made.session.list(quiet)).mailboxes).toMatchObject([{ name: 'A', subscribed: true }]);
    expect(made.commands.filter((command) => command.includes('RETURN'))).toHaveLength(1);
    expect(made.quirks.plainListOnly).toBe(true);
  });

  it('asks again for a status that was left out or cannot be read', async () => {
    const { mailboxes, commands } = await list((command) => {
      if (!command.startsWith('LIST')) return lists([])(command);
      return ['* LIST () "/" A', '* STATUS A (MESSAGES)', '* LIST () "/" B', '%T OK done'];
    }, EXTENDED);
    expect(mailboxes.map(({ status }) => status?.uidNext)).toEqual([12, 12]);
    expect(commands.slice(1)).toEqual([
      'STATUS "A" (MESSAGES UIDNEXT UIDVALIDITY)',
      'STATUS "B" (MESSAGES UIDNEXT UIDVALIDITY)',
    ]);
  });
});

describe('listing with LIST and LSUB', () => {
  it('tells names as the server writes them, whatever octets', async () => {
    const lines = [
      '* LIST () "/" NIL',
      '* LIST () "/" "NIL "',
      '* LIST () "/" "B\xfccher"',
      '* LIST () "/" a{b]c',
      '* LIST () "/" "a \\"b\\" \\\\"',
      '* LIST () "/" {5}\r\nx\r\n z',
      '* LIST () "/" ""',
      '* LIST () "." &AOk-',
    ];
    const { names, complete } = await list(lists(lines));
    expect(names).toEqual(['NIL', 'NIL ', 'B\xfccher', 'a{b]c', 'a "b" \\', 'x\r\n z', '', '&AOk-']);
    expect(complete).toBe(true);
  });

  it('knows a flat name space, and escaped delimiters', async () => {
    const { mailboxes } = await list(lists(['* LIST () NIL A', '* LIST () "\\\\" B', '* LIST () "" C']));
    expect(mailboxes.map(({ delimiter }) => delimiter)).toEqual([null, '\\', null]);
  });

  it('is not complete when a line cannot be understood, and keeps the others', async () => {
    for (const line of [
      '* LIST (',
      '* LIST () "/"',
      '* LIST "/" A',
      '* LIST () "/" "A',
      '* LIST () "/" (A)',
    ]) {
      const { names, complete } = await list(lists(['* LIST () "/" A', line, '* LIST () "/" B']));
      expect(names).toEqual(['A', 'B']);
      expect(complete).toBe(false);
    }
  });

  it('does not take a parent of subscribed children for subscribed', async () => {
    const { mailboxes } = await list(
      lists(['* LIST () "/" A', '* LIST () "/" A/B'], ['* LSUB (\\Noselect) "/" A', '* LSUB () "/" A/B']),
    );
    expect(mailboxes.map(({ subscribed }) => subscribed)).toEqual([false, true]);
  });

  it('ignores subscriptions to what is not there', async () => {
    const { names, complete } = await list(lists(['* LIST () "/" A'], ['* LSUB () "/" Gone', '* LSUB (']));
    expect([names, complete]).toEqual([['A'], true]);
  });

  it('leaves other people’s and shared mailboxes out, with the roots of their names', async () => {
    const lines = ['Users', 'Users/bob', '#Public/news', 'Usersland', 'INBOX'].map(
      (name) => `* LIST () "/" ${name}`,
    );
    const { names } = await list(lists(lines), {
      facts: {
        other: [{ prefix: 'Users/', delimiter: '/' }],
        shared: [{ prefix: '#Public/', delimiter: '/' }],
      },
    });
    expect(names).toEqual(['Usersland', 'INBOX']);
  });

  it('does not ask for the status of what cannot be selected', async () => {
    const { commands } = await list(lists(['* LIST (\\NoSelect) "/" A', '* LIST (\\NonExistent) "/" B']));
    expect(commands).toEqual(['LIST "" "*"', 'LSUB "" "*"']);
  });

  it('goes on when one mailbox does not tell its status', async () => {
    const plain = lists(['* LIST () "/" A', '* LIST () "/" B']);
    const { mailboxes, complete } = await list((command) =>
      command.startsWith('STATUS "A"') ? ['%T NO [SERVERBUG] broken'] : plain(command),
    );
    expect(mailboxes.map(({ status }) => status?.uidNext)).toEqual([undefined, 12]);
    expect(complete).toBe(true);
  });

  it('fails when LIST or LSUB is refused', async () => {
    for (const verb of ['LIST', 'LSUB']) {
      const failing = list((command) =>
        command.startsWith(verb) ? ['%T NO [UNAVAILABLE] x'] : ['%T OK done'],
      );
      await expect(failing).rejects.toMatchObject({ code: 'SERVER_BUSY' });
    }
  });

  it('lists hundreds of mailboxes', async () => {
    const lines = Array.from({ length: 333 }, (_, index) => `* LIST () "/" "${index}"`);
    const { mailboxes } = await list(lists(lines));
    expect(mailboxes.filter(({ status }) => status?.messages === 3)).toHaveLength(333);
  });
});

describe('the status of a mailbox', () => {
  it('is not taken from the answer to another question', async () => {
    let first = '';
    const { session } = scripted((command) => {
      // Nothing is said to the first until the second is answered, as a server may that works on both at once.
      if (command.includes('"A"')) {
        first = command;
        return [];
      }
      return [
        '* STATUS B (MESSAGES 2 UIDNEXT 2 UIDVALIDITY 2)',
        '%T OK done',
        `* STATUS A ${STATUS}`,
        'F1 OK done',
      ];
    });
    const [a, b] = await Promise.allSettled([session.status('A', quiet), session.status('B', quiet)]);
    expect(first).toContain('STATUS "A"');
    expect(a).toMatchObject({ status: 'fulfilled', value: { messages: 3 } });
    expect(b).toMatchObject({ status: 'fulfilled', value: { messages: 2 } });
  });

  it('is known to each of several that are answered before the first is tagged', async () => {
    let asked = 0;
    const rule = (command: string): readonly string[] => {
      if (command.startsWith('LIST'))
        return [...'ABC'].map((name) => `* LIST () "/" ${name}`).concat('%T OK');
      if (command.startsWith('LSUB')) return ['%T OK'];
      if (++asked < 3) return [];
      const rows = [...'CAB'].map((name, at) => `* STATUS ${name} (MESSAGES ${at} UIDNEXT 9 UIDVALIDITY 7)`);
      return [...rows, 'F3 OK', 'F4 OK', '%T OK'];
    };
    const { mailboxes } = await list(rule);
    expect(mailboxes.map(({ name, status }) => [name, status?.messages])).toEqual([
      ['A', 1],
      ['B', 2],
      ['C', 0],
    ]);
  });

  it('under another spelling is nobody’s while several ask, and is believed of the last', async () => {
    const rows = (name: string): string => `* STATUS ${name} ${STATUS}`;
    const both = [[], [rows('&-A'), rows('&-B'), 'F1 OK', '%T OK']];
    const one = [[], [rows('&-A'), rows('A'), 'F1 OK', rows('&-B'), '%T OK']];
    for (const [answers, known] of [
      [both, ['rejected', 'rejected']],
      [one, ['fulfilled', 'fulfilled']],
    ] as const) {
      const { session } = scripted(() => answers.shift() ?? []);
      const asked = await Promise.allSettled([session.status('A', quiet), session.status('B', quiet)]);
      expect(asked.map(({ status }) => status)).toEqual(known);
    }
  });

  it('is that of the name, even if that is NIL or a number', async () => {
    const names = ['NIL', '2024', '[Old]', 'true'];
    const { mailboxes } = await list((command) => {
      if (command.startsWith('LIST')) return [...names.map((name) => `* LIST () "/" ${name}`), '%T OK'];
      const name = /^STATUS "(.*)" /.exec(command)?.[1];
      return name === undefined ? ['%T OK'] : [`* STATUS ${name} ${STATUS}`, '%T OK'];
    });
    expect(mailboxes.map(({ name, status }) => [name, status?.messages])).toEqual(
      names.map((name) => [name, 3]),
    );
  });

  it('has no id that is longer than any', async () => {
    const idOf = async (id: string): Promise<string | null> => {
      const { session } = scripted(() => [
        `* STATUS A (MESSAGES 1 UIDVALIDITY 1 MAILBOXID (${id}))`,
        '%T OK',
      ]);
      return (await session.status('A', quiet)).mailboxId;
    };
    expect(await idOf('x'.repeat(255))).toHaveLength(255);
    expect(await idOf('x'.repeat(256))).toBeNull();
  });

  it('is not that of another mailbox, told when its own was not', async () => {
    const answers = [[], [`* STATUS B ${STATUS}`, 'F1 OK done', '%T OK done']];
    const { session } = scripted(() => answers.shift() ?? []);
    const [a] = await Promise.allSettled([session.status('A', quiet), session.status('B', quiet)]);
    expect(a).toMatchObject({ status: 'rejected', reason: { code: 'COMMAND_REFUSED' } });
  });

  it('may come under another spelling of the name', async () => {
    const { session } = scripted(() => [`* STATUS {1}\r\n\xfc ${STATUS}`, '%T OK done']);
    expect(await session.status('&APw-', quiet)).toMatchObject({ messages: 3, uidNext: 12 });
  });

  it.each([
    [['%T NO [NONEXISTENT] x'], 'MAILBOX_UNAVAILABLE'],
    [['%T OK done'], 'COMMAND_REFUSED'],
    [['* STATUS A (MESSAGES 1)', '%T OK done'], 'COMMAND_REFUSED'],
    [['* STATUS A (MESSAGES 1 UIDVALIDITY x)', '%T OK done'], 'COMMAND_REFUSED'],
  ])('is not known by %j', async (answer, code) => {
    const { session } = scripted(() => answer);
    await expect(session.status('A', quiet)).rejects.toMatchObject({
      code,
      scope: 'mailbox',
      at: { mailbox: 'A' },
    });
  });
});

describe('creating and subscribing', () => {
  it('is content when the mailbox is there, by code or by listing it', async () => {
    const byCode = scripted(() => ['%T NO [ALREADYEXISTS] there']);
    expect(await byCode.session.create('A', null, quiet)).toBe(false);
    const byList = scripted((command) =>
      command.startsWith('LIST') ? ['* LIST () "/" A', '%T OK done'] : ['%T NO Mailbox exists'],
    );
    expect(await byList.session.create('A', null, quiet)).toBe(false);
    const fresh = scripted(() => ['%T OK created'], { features: { createSpecialUse: true } });
    expect(await fresh.session.create('A "b"', '\\sent', quiet)).toBe(true);
    expect(fresh.commands).toEqual(['CREATE "A \\"b\\"" (USE (\\sent))']);
  });

  it('fails when it is not there afterwards', async () => {
    for (const rows of [[], ['* LIST (\\NonExistent) "/" A'], ['* LIST (\\NOSELECT) "/" A']]) {
      const { session } = scripted((command) =>
        command.startsWith('LIST') ? [...rows, '%T OK done'] : ['%T NO [NOPERM] no'],
      );
      await expect(session.create('A', null, quiet)).rejects.toMatchObject({ responseCode: 'NOPERM' });
    }
  });

  it('tells a subscription that is refused', async () => {
    const { session, commands } = scripted(() => ['%T NO not you']);
    await expect(session.subscribe('A', true, quiet)).rejects.toMatchObject({ serverText: 'not you' });
    await expect(session.subscribe('A', false, quiet)).rejects.toMatchObject({ serverText: 'not you' });
    expect(commands).toEqual(['SUBSCRIBE "A"', 'UNSUBSCRIBE "A"']);
  });
});

describe('a mailbox that is listed and is not there', () => {
  async function ghost(answer: string, below: readonly string[]): Promise<ListedMailbox | undefined> {
    const { mailboxes } = await list((command) => {
      if (/^STATUS .*Ghost"? /.test(command)) return [`%T ${answer}`];
      if (command.startsWith('STATUS'))
        return ['* STATUS Ghost/Below (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1)', '%T OK'];
      return command.startsWith('LIST') ? ['* LIST () "/" Ghost', ...below, '%T OK'] : ['%T OK done'];
    });
    return mailboxes.find(({ name }) => name === 'Ghost');
  }

  it.each([
    ["NO Mailbox doesn't exist: Ghost", true],
    ['NO [NONEXISTENT] no', true],
    ['NO [SERVERBUG] Internal error', false],
    ['NO Permission denied', false],
  ])('but for what lies below it is told by STATUS: %s', async (answer, isGone) => {
    const mailbox = await ghost(answer, ['* LIST () "/" Ghost/Below']);
    expect(mailbox).toMatchObject({ status: null });
    expect(mailbox?.attributes.includes('\\nonexistent')).toBe(isGone);
  });

  it('and has nothing below it stays, so that opening it tells', async () => {
    const mailbox = await ghost('NO [NONEXISTENT] no', []);
    expect(mailbox).toMatchObject({ status: null, attributes: [] });
  });
});
