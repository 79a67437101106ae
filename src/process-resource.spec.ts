import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processResource } from './process-resource.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanledger-mounts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const containerOf = (mounts: string) => {
  const file = join(folder, 'mountinfo');
  writeFileSync(file, mounts);
  return processResource(file)['container.id'];
};
const ID = 'a1'.repeat(32);

describe('the resource of the process', () => {
  it.each([
    [`1 2 8:1 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw - ext4 /dev/sda1 rw`],
    [`1 2 8:1 /containers/${ID}/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw`],
  ])('names the container by what is mounted: %s', (mounts) => {
    expect(containerOf(mounts)).toBe(ID);
  });

  it('names none where there is none, and where nothing tells', () => {
    expect(containerOf('1 2 8:1 / / rw - ext4 /dev/sda1 rw')).toBeUndefined();
    expect(processResource(join(folder, 'missing'))['container.id']).toBeUndefined();
  });

  it('says nothing of the arguments of the process', () => {
    expect(JSON.stringify(processResource())).not.toContain(process.argv[1]);
    expect(processResource()).toMatchObject({
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
    });
  });
});
