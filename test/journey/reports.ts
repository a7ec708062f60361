import { until } from '../testkit/platform.ts';
import type { Booking } from './arrive.ts';
import { must, type Walker } from './walker.ts';

const dayOf = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);

export interface Figures {
  readonly visits: number;
  readonly sold: number;
  readonly consultations: number;
}

/** What the analyst's reports say today of a medicine and a doctor. */
export async function figuresOf(walker: Walker, skuId: string, doctorName: string): Promise<Figures> {
  const analyst = walker.staff('何分析');
  const range = { from: dayOf(Date.now()), to: dayOf(Date.now()) };
  const cells = await walker.ask<{ visits: number }[]>(
    analyst,
    'query ($from: Date!, $to: Date!) { heatMap(from: $from, to: $to) { latitude longitude visits } }',
    range,
  );
  const drugs = await walker.ask<{ quantity: number; sku: { id: string } }[]>(
    analyst,
    `query ($from: Date!, $to: Date!) {
      topDrugs(from: $from, to: $to, first: 50) { rank quantity amount sku { id name } }
    }`,
    range,
  );
  const doctors = await walker.ask<{ consultations: number; doctor: { name: string } }[]>(
    analyst,
    `query ($from: Date!, $to: Date!) {
      doctorEfficiency(from: $from, to: $to, first: 50) {
        consultations averageWaitSeconds averageConsultationSeconds doctor { name }
      }
    }`,
    range,
  );
  return {
    visits: cells.reduce((sum, cell) => sum + cell.visits, 0),
    sold: drugs.find(({ sku }) => sku.id === skuId)?.quantity ?? 0,
    consultations: doctors.find(({ doctor }) => doctor.name === doctorName)?.consultations ?? 0,
  };
}

/** The three reports show the journey. */
export async function report(
  walker: Walker,
  before: Figures,
  booking: Booking,
  skuId: string,
): Promise<void> {
  await walker.step('统计 · heat map, top list and efficiency report show it');
  let now = before;
  await until(async () => {
    now = await figuresOf(walker, skuId, booking.doctorName);
    return now.visits > before.visits && now.sold > before.sold && now.consultations > before.consultations;
  }, 30_000).catch(() => undefined);
  const shown =
    now.visits > before.visits && now.sold > before.sold && now.consultations > before.consultations;
  must(shown, `the reports never showed it: ${JSON.stringify({ before, now })}`);
}
