import { createServer } from 'node:http';

/** Takes whatever telemetry it is sent and throws it away. */
createServer((request, response) => {
  request.resume();
  request.on('end', () =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
