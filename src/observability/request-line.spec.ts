import { describe, expect, it } from 'vitest';
import { Redactor } from '../genai/redaction/index.js';
import { requestLineFormat, type RequestLine } from './request-line.js';

const line: RequestLine = {
  method: 'POST',
  path: '/chat',
  statusCode: 200,
  durationMs: 12.34567,
  requestId: 'req-1',
  isGivenId: true,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  aborted: false,
  facts: undefined,
};
const parse = (more: Partial<RequestLine>, service = 'spanledger') =>
  JSON.parse(requestLineFormat(service, new Redactor())({ ...line, ...more })) as Record<
    string,
    unknown
  >;

describe('requestLineFormat', () => {
  it('says what was asked, how it ended, and where to look further', () => {
    expect(parse({})).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'INFO',
      service: 'spanledger',
      message: 'Request completed',
      endpoint: '/chat',
      method: 'POST',
      status_code: 200,
      duration_ms: 12.346,
      request_id: 'req-1',
      trace_id: line.traceId,
      span_id: line.spanId,
    });
  });

  it('adds the facts of the request', () => {
    const facts = { conversation_id: 'c"1', model: 'claude-sonnet-5', cost: '0.0001' };
    expect(parse({ facts })).toMatchObject(facts);
  });

  it.each([
    [404, 'WARN'],
    [499, 'WARN'],
    [500, 'ERROR'],
    [503, 'ERROR'],
  ])('logs status %i as %s', (statusCode, level) => {
    expect(parse({ statusCode }).level).toBe(level);
  });

  it('stays one line of JSON whatever the path, the id and the service hold', () => {
    const nasty = '/"\\\n\u2028\u0000</script>';
    expect(parse({ path: nasty, requestId: nasty }, nasty)).toMatchObject({
      endpoint: nasty,
      request_id: nasty,
      service: nasty,
    });
    expect(requestLineFormat(nasty, new Redactor())({ ...line, path: nasty })).not.toContain('\n');
  });

  it('tells no secret that a caller puts into a path or an id', () => {
    const key = 'sk-ant-api03-abcdefghijklmnop123456';
    const facts = { conversation_id: `${key} of ada@example.org`, model: 'claude-sonnet-5' };
    const text = JSON.stringify(parse({ path: `/items/${key}`, requestId: key, facts }));
    expect(text).not.toContain(key);
    expect(text).toContain('"conversation_id":"[redacted:anthropic_key] of [redacted:email]"');
    expect(text).toContain('/items/[redacted:anthropic_key]');
  });

  it('marks an aborted request', () => {
    expect(parse({ aborted: true, statusCode: 499 }).message).toBe('Request aborted');
  });
});
