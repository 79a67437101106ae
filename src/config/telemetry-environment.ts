/** Sets of older attribute names that can be written beside the canonical ones. */
export const COMPAT_SETS = ['genai-legacy', 'last9'] as const;

export type CompatSetName = (typeof COMPAT_SETS)[number];

/** What of prompts and answers may leave the process; `install` knows the same words. */
export const CONTENT_MODES = ['off', 'metadata', 'redacted', 'full'] as const;

/**
 * Whether content is to be recorded at all. What then leaves the process is decided before the
 * exporters, where every word of the standard variable is known.
 */
export function capturesContent(environment: Record<string, string | undefined>): boolean {
  const mode =
    environment.SPANLEDGER_CONTENT ||
    environment.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT;
  return Boolean(mode) && mode !== 'off' && mode !== 'false' && mode !== 'NO_CONTENT';
}

/** The sets that `SPANLEDGER_COMPAT` names; unknown words are left to the configuration's check. */
export function compatSets(environment: Record<string, string | undefined>): CompatSetName[] {
  const words = (environment.SPANLEDGER_COMPAT ?? '').split(',').map((word) => word.trim());
  return COMPAT_SETS.filter((name) => words.includes(name));
}

/** Whether spans are of use to anybody: to an exporter, or for the content that they carry to the log. */
export function makesSpans(environment: Record<string, string | undefined>): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  return exportsTelemetry(environment) || capturesContent(environment);
}

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

/** The keys themselves that `API_KEYS` holds; whether they are well made is said at the start of the service. */
export function apiKeyTexts({ API_KEYS: list = '' }: Record<string, string | undefined>): string[] {
  return list
    .split(',')
    .map((one) => one.trim().split(':').slice(2).join(':'))
    .filter((key) => key.length >= 8);
}
