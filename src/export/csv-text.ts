/** A number as JavaScript writes it, which is exact; nothing where there is none. */
export const printed = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** A text that may hold what separates. */
export const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
