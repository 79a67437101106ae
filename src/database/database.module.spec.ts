import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSchema } from './check-schema.js';
import { DatabaseModule } from './database.module.js';
import { DatabaseService } from './database.service.js';

@Entity('parcel')
class Parcel {
  @PrimaryColumn('text')
  id!: string;

  @Column('bigint')
  weight!: string;
}

@Injectable()
class ParcelService implements OnApplicationShutdown {
  countAtShutdown: number | undefined;

  constructor(
    @InjectRepository(Parcel) readonly parcels: Repository<Parcel>,
    readonly database: DatabaseService,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.countAtShutdown = await this.parcels.count();
  }
}

@Module({ imports: [TypeOrmModule.forFeature([Parcel])], providers: [ParcelService] })
class ParcelModule {}

/** Fails with `code` until it has been called `times` times. */
function failing(times: number, code: string) {
  let calls = 0;
  return {
    calls: () => calls,
    work: async (): Promise<string> => {
      calls++;
      if (calls <= times) throw Object.assign(new Error('planned'), { code });
      return 'done';
    },
  };
}

let app: TestingModule;
let service: ParcelService;
beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      ParcelModule,
      DatabaseModule.forRootAsync({ useFactory: async () => ({ dataDir: 'memory://' }) }),
    ],
  }).compile();
  await app.init();
  service = app.get(ParcelService, { strict: false });
}, 30_000);

describe('checkSchema', () => {
  it('lists what the entities still need, changes nothing, and is empty when they agree', async () => {
    const dataSource = app.get(DataSource);
    const missing = await checkSchema(dataSource);
    expect(missing.join()).toContain('CREATE TABLE "parcel"');
    expect(await checkSchema(dataSource)).toEqual(missing);

    for (const statement of missing) await dataSource.query(statement);
    expect(await checkSchema(dataSource)).toEqual([]);
  });

  it('sees a column that no longer fits its entity', async () => {
    const dataSource = app.get(DataSource);
    await dataSource.query('ALTER TABLE parcel ALTER COLUMN weight DROP NOT NULL');
    expect(await checkSchema(dataSource)).not.toEqual([]);
    await dataSource.query('ALTER TABLE parcel ALTER COLUMN weight SET NOT NULL');
  });
});

describe('DatabaseService', () => {
  it('knows its kind', () => {
    expect(service.database.kind).toBe('embedded');
  });

  it('stores what a transaction did, entities included', async () => {
    await service.database.transaction(async (manager) => {
      await manager.insert(Parcel, { id: 'a', weight: '9007199254740993' });
    });
    expect(await service.parcels.findOneBy({ id: 'a' })).toEqual({
      id: 'a',
      weight: '9007199254740993',
    });
  });

  it('stores nothing of a transaction that throws, and throws the same', async () => {
    const fault = new Error('changed my mind');
    const attempt = service.database.transaction(async (manager) => {
      await manager.insert(Parcel, { id: 'b', weight: '1' });
      throw fault;
    });
    await expect(attempt).rejects.toBe(fault);
    expect(await service.parcels.existsBy({ id: 'b' })).toBe(false);
  });

  it('refuses to commit when a failed statement was passed over', async () => {
    const attempt = service.database.transaction(async (manager) => {
      await manager.insert(Parcel, { id: 'c', weight: '1' });
      await manager.insert(Parcel, { id: 'c', weight: '1' }).catch(() => undefined);
    });
    await expect(attempt).rejects.toThrow('nothing of it can be committed');
    expect(await service.parcels.existsBy({ id: 'c' })).toBe(false);
  });

  it.each(['40001', '40P01'])('runs a transaction again after %s', async (code) => {
    const { work, calls } = failing(2, code);
    expect(await service.database.transaction(work)).toBe('done');
    expect(calls()).toBe(3);
  });

  it('gives up after five tries', async () => {
    const { work, calls } = failing(99, '40001');
    await expect(service.database.transaction(work)).rejects.toMatchObject({ code: '40001' });
    expect(calls()).toBe(5);
  });

  it.each(['23505', 'ECONNRESET', '57P01'])('never runs it again after %s', async (code) => {
    const { work, calls } = failing(1, code);
    await expect(service.database.transaction(work)).rejects.toMatchObject({ code });
    expect(calls()).toBe(1);
  });

  it('answers a ping, at once and in time or not at all', async () => {
    expect(await service.database.ping()).toBe(true);
    await service.database.transaction(async () => {
      expect(await service.database.ping(50)).toBe(false);
    });
    expect(await service.database.ping()).toBe(true);
  });
});

it('closes the database after everyone who may still write', async () => {
  await app.close();
  expect(service.countAtShutdown).toBe(1);
  expect(await service.database.ping()).toBe(false);
});
