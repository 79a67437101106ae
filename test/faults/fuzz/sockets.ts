import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POST = 'POST /chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const BODY = JSON.stringify({ message: 'Hello' });

/** What is no request, or half of one, or more than one. */
export const RAW = [
  'GET / HTTP/1.1\r\n',
  'GET / HTTP/9.9\r\nhost: x\r\n\r\n',
  `${POST}content-length: 99\r\n\r\n{"message"`,
  `${POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  `${POST}transfer-encoding: chunked\r\n\r\nZZ\r\n`,
  `${POST}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
  `${POST}expect: 100-continue\r\ncontent-length: 10\r\n\r\n`,
  'GET / HTTP/1.1\r\nhost: x\r\n\r\nGET /usage HTTP/1.1\r\nhost: x\r\n\r\ngarbage',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET /conversation/%ff HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET http://elsewhere/ HTTP/1.1\r\nhost: x\r\n\r\n',
  'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n',
] as const;

/** Sends the bytes and hangs up a moment later. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<void> {
  const socket = open(url);
  socket.write(bytes);
  await sleep(5);
  socket.destroy();
}

/** 200 kB of headers. */
export function hugeHeaders(url: string): Promise<string> {
  const headers = Array.from({ length: 200 }, (_, n) => `x-${n}: ${'a'.repeat(1_000)}\r\n`);
  return told(url, `GET /health HTTP/1.1\r\nhost: x\r\n${headers.join('')}\r\n`);
}

/** A request, and the line closed for writing before the answer comes. */
export function halfClosed(url: string): Promise<string> {
  const head = `${POST}connection: close\r\ncontent-length: ${BODY.length}\r\n\r\n`;
  return told(url, head + BODY, (socket) => socket.end());
}

/** A good request, and in the same breath what is none. */
export function pipelinedGarbage(url: string): Promise<string> {
  return told(url, `GET /health HTTP/1.1\r\nhost: x\r\n\r\n\u0000\u0001 / HTTP/1.1\r\n\r\n`);
}

/** A body that comes byte by byte, and never as a whole. */
export async function slowWriter(url: string, forMs: number): Promise<void> {
  const socket = open(url);
  socket.write(`${POST}content-length: 9999\r\n\r\n`);
  for (const end = performance.now() + forMs; performance.now() < end;) {
    if (socket.writable) socket.write('{');
    await sleep(100);
  }
  socket.destroy();
}

/** The first bytes that come back; none where the other side just hangs up. */
function told(url: string, bytes: string, then?: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    const socket = open(url);
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.once('end', () => socket.end());
    socket.once('close', () => resolve(text));
    socket.setTimeout(10_000, () => socket.destroy());
    socket.write(bytes);
    then?.(socket);
  });
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  return socket.on('error', () => undefined).resume();
}
