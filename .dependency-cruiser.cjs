/** The rooms of the house, and which way the arrows run (see CONTRIBUTING.md). */

const from = (room) => ({ path: `^src/${room}/`, pathNot: '(\\.spec\\.ts$|/testing/)' });
const only = (room, allowed) => ({
  name: `${room}-uses-only-its-lower-rooms`,
  comment: `src/${room} may use: ${allowed.join(', ') || 'nothing else of src'}`,
  severity: 'error',
  from: from(room),
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})(/|\\.)` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '^src/(index|instrumentation)\\.ts$', '\\.config\\.ts$'],
      },
      to: {},
    },
    only('genai', []),
    only('nest', ['genai']),
    only('config', []),
    only('database', []),
    only('lease', ['database']),
    only('http', ['lease', 'database']),
    only('ledger', ['genai', 'nest', 'config', 'database', 'lease', 'http', 'price-book']),
    only('budget', ['genai', 'config', 'database', 'http', 'ledger']),
    only('prices', ['genai', 'config', 'http', 'ledger', 'price-book']),
    only('repricing', ['genai', 'database', 'http', 'ledger']),
    only('llm', ['genai', 'nest', 'config', 'database', 'http', 'ledger', 'budget', 'redaction']),
    only('conversation', ['genai', 'nest', 'config', 'database', 'http', 'lease', 'ledger', 'llm']),
    only('workflow', ['genai', 'nest', 'config', 'database', 'http', 'ledger', 'llm']),
    only('standalone', ['genai', 'config', 'database', 'http', 'ledger', 'budget', 'prices']),
    only('cli', ['http', 'ledger', 'prices', 'repricing', 'version']),
    only('exposition', []),
    only('cluster', ['exposition']),
    only('observability', [
      'exposition',
      'cluster',
      'genai',
      'config',
      'database',
      'http',
      'ledger',
      'budget',
      'llm',
      'prices',
      'version',
    ]),
    only('smoke', ['http', 'llm', 'version']),
    {
      name: 'core-depends-on-the-otel-api-alone',
      comment: 'genai must work on both lines of the OpenTelemetry SDK, without Nest or a database',
      severity: 'error',
      from: { path: '^src/genai/', pathNot: ['\\.spec\\.ts$', '/testing/', '^src/genai/install'] },
      to: { path: 'node_modules/(@nestjs|typeorm|fastify|pg|@opentelemetry/(?!api))' },
    },
    {
      name: 'features-are-entered-by-their-index',
      comment: 'Another room sees what a room exports, not its files',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/(conversation|workflow|llm|budget|ledger|prices|repricing|lease|observability|smoke|config)/.+',
        pathNot: ['^src/$1/', '/index\\.ts$'],
      },
    },
    {
      name: 'service-never-knows-the-demo',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(demo|bench|test|grafana|stack|examples)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
