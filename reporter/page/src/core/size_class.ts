// The few sizes that a sealed report may have (docs/formats.md, "Sealed length").
const kib = 1024;
const mib = 1024 * kib;

export const sizeClasses = [16 * kib, 64 * kib, 256 * kib, mib, 2 * mib, 4 * mib, 8 * mib, 16 * mib, 32 * mib];

/** Of every report that is text alone. */
export const textClass = 16 * kib;

export const sizeClassFor = (packed: number): number | null => sizeClasses.find((size) => packed <= size) ?? null;

export const sealedLength = (size: number, stanzas: number): number =>
  70 + 1557 * stanzas + 16 + size + 16 * Math.max(1, Math.ceil(size / 65536));
