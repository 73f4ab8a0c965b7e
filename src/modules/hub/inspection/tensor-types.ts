/** How many tensors and parameters there are of each type, in the order in which the types come. */
export function sumByType(
  entries: readonly { tensor: { dtype: string }; elements: number }[],
): { dtype: string; tensorsCount: number; parametersCount: number }[] {
  const sums = new Map<string, { dtype: string; tensorsCount: number; parametersCount: number }>();
  for (const { tensor, elements } of entries) {
    const { dtype } = tensor;
    const sum = sums.get(dtype) ?? { dtype, tensorsCount: 0, parametersCount: 0 };
    sum.tensorsCount += 1;
    sum.parametersCount += elements;
    sums.set(dtype, sum);
  }
  return [...sums.values()];
}
