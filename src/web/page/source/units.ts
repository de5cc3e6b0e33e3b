/** Units as displays and people have them, where the database keeps others: DAP in cGy·cm², exposure in mAs. Pure. */

const scaled: Record<string, [unit: string, factor: number]> = {
  'Gy.m2': ['cGy.cm2', 1e6],
  'uA.s': ['mAs', 1e-3],
};

export function displayUnit(unit: string): string {
  return scaled[unit]?.[0] ?? unit;
}

export function factorOf(unit: string): number {
  return scaled[unit]?.[1] ?? 1;
}

/** A value without the dust that a factor leaves. */
export function inUnit(value: number, unit: string): number {
  const factor = factorOf(unit);
  return factor === 1 ? value : Number((value * factor).toPrecision(12));
}

const amounts = ['min', 'p5', 'q1', 'median', 'q3', 'p95', 'max', 'mean', 'p75', 'drl'];

/** The same row with its amounts in the unit of displays. */
export function rowInUnit<Row extends object>(row: Row, unit: string): Row {
  if (factorOf(unit) === 1) return row;
  const made: any = { ...row };
  for (const name of amounts) if (typeof made[name] === 'number') made[name] = inUnit(made[name], unit);
  return made;
}
