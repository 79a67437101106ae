import { expect, it } from 'vitest';
import { toProblem } from './to-problem.js';

const answerTo = (fields: object) => {
  const { status, kind } = toProblem(Object.assign(new Error('secret'), fields));
  return [status, kind];
};

it.each([
  ['a value that the database cannot hold', { code: '22008' }, 422, 'invalid-request'],
  ['one in a wrapper', { driverError: Object.assign(new Error(), { code: '22P05' }) }, 422],
  ['a row that is there already, which is ours to see', { code: '23505' }, 500, 'internal-error'],
  ['a status that has words here', { statusCode: 413 }, 413, 'body-too-large'],
  ['another one of the caller', { statusCode: 417 }, 417, 'request-refused'],
  ['one of ours', { statusCode: 502 }, 500, 'internal-error'],
  ['what is none', { statusCode: '4xx' }, 500, 'internal-error'],
])('answers %s', (_, fields, status, kind = 'invalid-request') => {
  expect(answerTo(fields)).toEqual([status, kind]);
});
