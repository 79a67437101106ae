export { BoundPort } from './bound-port.js';
export { listen } from './listen.js';
