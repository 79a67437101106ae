/**
 * Whether the standard variables name an exporter or a place to send to. OpenTelemetry's own
 * default, a collector on this machine that most do not have, would only make it log errors.
 */
export function exportsTelemetry(environment: Record<string, string | undefined>): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const exporters = environment.OTEL_TRACES_EXPORTER?.trim();
  if (exporters) return exporters !== 'none';
  return Boolean(
    environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  );
}
