import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

/* What most set-ups have: the SDK's defaults and the HTTP instrumentation. */
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
