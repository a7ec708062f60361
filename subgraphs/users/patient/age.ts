/** Completed years. @param birthDate `1990-05-12` @param today a day of the same form */
export function ageYears(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
