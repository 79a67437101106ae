export { addUp, isCumulative } from './add-up.js';
export {
  expose,
  type Aggregator,
  type Exemplar,
  type Exposition,
  type MetricFamily,
  type Sample,
} from './exposition.js';
