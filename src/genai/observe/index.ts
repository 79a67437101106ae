export { observe } from './observe.js';
export type { AnyFunction, ObserveOptions, ObserveOptionsOf } from './observe-options.js';
