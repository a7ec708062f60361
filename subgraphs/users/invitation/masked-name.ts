/** `李**`: enough to know who is meant for whoever knows the person. */
export function maskName(name: string): string {
  const [first = '', ...rest] = Array.from(name);
  return first + '*'.repeat(Math.max(1, Math.min(rest.length, 3)));
}
