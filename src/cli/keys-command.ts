import type { Command } from 'commander';
import type { CreatedKey, KeyList } from '../identity/index.js';
import type { ServiceClient } from './service-client.js';
import { table } from './table.js';

type Key = KeyList['keys'][number];

export function addKeysCommand(
  program: Command,
  client: () => ServiceClient,
  print: (text: string) => void,
): void {
  const keys = program.command('keys').description('makes, lists and revokes API keys');
  keys
    .command('create')
    .description('makes a key, and shows it this once; from the first on, callers need one')
    .argument('<name>', 'for people: whose it is')
    .option('--role <role>', 'user or admin', 'user')
    .action(async (name: string, { role }: { role: string }) => {
      const { id, key } = await client().post<CreatedKey>('/keys', { name, role });
      print(`${key}\n\nThis is ${id}. The key is not shown again.`);
    });
  keys
    .command('list')
    .description('the keys and whether they are in force; never their secrets')
    .action(async () => print(keysText(await client().get<KeyList>('/keys', {}))));
  keys
    .command('revoke')
    .description('takes a key back: at once, or within 5 s in other processes')
    .argument('<id>')
    .action(async (id: string) => {
      await client().delete(`/keys/${encodeURIComponent(id)}`);
      print(`${id} is revoked.`);
    });
}

function keysText({ keys }: KeyList): string {
  if (keys.length === 0) return 'No keys but those of API_KEYS.';
  return table<Key>(
    [
      { head: 'id', cell: ({ id }) => id },
      { head: 'name', cell: ({ name }) => name },
      { head: 'role', cell: ({ role }) => role },
      { head: 'made', cell: ({ created_at }) => created_at.slice(0, 10) },
      { head: 'revoked', cell: ({ revoked_at }) => revoked_at?.slice(0, 10) ?? '' },
    ],
    keys,
  );
}
