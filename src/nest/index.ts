export { Observe } from './observe.decorator.js';
