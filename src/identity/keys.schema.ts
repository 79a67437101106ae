import { z } from 'zod';
import { ROLES } from './caller.js';

export const keyRequest = z
  .strictObject({
    name: z
      .string()
      .regex(/^[^\p{C}]{1,64}$/u, 'Must be 1 to 64 visible characters')
      .describe('For people: whose it is'),
    role: z.enum(ROLES).default('user'),
  })
  .meta({ id: 'KeyRequest' });

export type KeyRequest = z.infer<typeof keyRequest>;

export const keyParams = z.object({
  id: z.string().regex(/^key_[a-z0-9]{12}$/, 'Must be the id of a key'),
});

const listed = {
  id: z.string().describe('`api_key` of usage and budgets'),
  name: z.string(),
  role: z.enum(ROLES),
  created_at: z.iso.datetime(),
  revoked_at: z.iso.datetime().nullable(),
};

export const keyList = z.object({ keys: z.array(z.object(listed)) }).meta({ id: 'KeyList' });
export type KeyList = z.infer<typeof keyList>;

export const createdKey = z
  .object({ ...listed, key: z.string().describe('Shown this once; it cannot be had again') })
  .meta({ id: 'CreatedKey' });
export type CreatedKey = z.infer<typeof createdKey>;
