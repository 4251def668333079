/** Sizes of files as people read them. */

const UNITS = ['byte', 'kilobyte', 'megabyte'] as const;

/** So many bytes, in the largest unit of which there is at least one. */
export function sizeIn(locale: string, bytes: number): string {
  const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const value = bytes / 1024 ** step;
  const unit = UNITS[step];
  const maximumFractionDigits = step === 2 && value < 10 ? 1 : 0;
  const unitDisplay = step === 0 ? 'long' : 'short';
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits }).format(value);
}
