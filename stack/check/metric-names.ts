/** The service's metrics that a PromQL query reads; recorded ones, with a colon, are not among them. */
export function metricsOf(query: string): string[] {
  const bare = query
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(?:by|on|without|ignoring)\s*\([^)]*\)/g, '');
  const names = bare.match(/(?<![\w:])(?:fastapi|spanledger|gen_ai|nodejs)_\w+(?![\w:])/g) ?? [];
  // label_values(metric, label)
  return [...new Set(query.startsWith('label_values(') ? names.slice(0, 1) : names)];
}

/** Metadata knows a metric without the ending that its samples have. */
export function stem(name: string): string {
  return name.replace(/_(?:total|bucket|sum|count)$/, '');
}
