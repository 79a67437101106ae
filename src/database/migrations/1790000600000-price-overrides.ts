import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One's own prices, over those of the file and the catalogue. */
export class PriceOverrides1790000600000 implements MigrationInterface {
  readonly name = 'PriceOverrides1790000600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE price_override (
         seq bigint GENERATED ALWAYS AS IDENTITY,
         id text NOT NULL,
         subject text NOT NULL,
         price jsonb NOT NULL,
         created_at timestamptz NOT NULL DEFAULT now(),
         CONSTRAINT price_override_pk PRIMARY KEY (id),
         CONSTRAINT price_override_subject UNIQUE (subject)
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE price_override');
  }
}
