/** What Nest applications use. Published as `spanledger`; the core is `spanledger/genai`. */
export { Observe } from './nest/index.js';
