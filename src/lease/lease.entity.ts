import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A name that one worker holds until `expires_at`. A row, not a database lock: the holder may
 * wait a minute for a model without keeping a connection, and a dead holder's lease runs out.
 */
@Entity('lease')
export class LeaseEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('uuid')
  token!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
