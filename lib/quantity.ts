// Kubernetes quantities as numbers, for programs that want bytes.

const units: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/**
 * Bytes of a quantity ("4Gi" is 4294967296), rounded down.
 *
 * @throws RangeError for text that is no quantity; the schema lets none through.
 */
export const bytes = (quantity: string): number => {
  const [, number, suffix = ""] = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(quantity) ?? [];
  const unit = units[suffix];
  if (number === undefined || unit === undefined) throw new RangeError(`"${quantity}" is not a Kubernetes quantity`);
  return Math.floor(Number(number) * unit);
};

/** Whole mebibytes of a quantity, rounded down. */
export const mebibytes = (quantity: string): number => Math.floor(bytes(quantity) / 2 ** 20);
