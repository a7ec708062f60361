import type { Walker } from './walker.ts';

const day = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

const HEAT_MAP =
  'query ($from: Date!, $to: Date!) { heatMap(from: $from, to: $to) { latitude longitude visits } }';
const TOP_DRUGS = `query ($from: Date!, $to: Date!) {
  topDrugs(from: $from, to: $to, first: 50) { rank quantity amount sku { id name } }
}`;
const EFFICIENCY = `query ($from: Date!, $to: Date!) {
  doctorEfficiency(from: $from, to: $to, first: 50) {
    consultations averageWaitSeconds averageConsultationSeconds doctor { name }
  }
}`;

type Cells = { visits: number }[];
type Drugs = { quantity: number; sku: { id: string } }[];
type Doctors = { consultations: number; doctor: { name: string } }[];

/** What the journey is about, in the reports. */
export interface Subject {
  readonly skuId: string;
  readonly doctorName: string;
}

export interface Figures {
  readonly visits: number;
  readonly sold: number;
  readonly consultations: number;
}

const visitsIn = (cells: Cells) => cells.reduce((sum, cell) => sum + cell.visits, 0);
const soldIn = (drugs: Drugs, { skuId }: Subject) => drugs.find(({ sku }) => sku.id === skuId)?.quantity ?? 0;
const consultationsIn = (doctors: Doctors, { doctorName }: Subject) =>
  doctors.find(({ doctor }) => doctor.name === doctorName)?.consultations ?? 0;

/** What the analyst's reports say today before the journey. */
export async function figuresOf(walker: Walker, subject: Subject): Promise<Figures> {
  const analyst = walker.staff('何分析');
  const range = { from: day(), to: day() };
  await walker.step('统计（之前） · what the reports say before');
  return {
    visits: visitsIn(await walker.ask<Cells>(analyst, HEAT_MAP, range)),
    sold: soldIn(await walker.ask<Drugs>(analyst, TOP_DRUGS, range), subject),
    consultations: consultationsIn(await walker.ask<Doctors>(analyst, EFFICIENCY, range), subject),
  };
}

/** The three reports show the journey. */
export async function report(walker: Walker, before: Figures, subject: Subject): Promise<void> {
  const analyst = walker.staff('何分析');
  const range = { from: day(), to: day() };
  await walker.step('统计 · heat map, top list and efficiency report show it');
  await walker.eventually<Cells>(analyst, HEAT_MAP, range, (cells) => visitsIn(cells) > before.visits);
  await walker.eventually<Drugs>(analyst, TOP_DRUGS, range, (drugs) => soldIn(drugs, subject) > before.sold);
  await walker.eventually<Doctors>(
    analyst,
    EFFICIENCY,
    range,
    (doctors) => consultationsIn(doctors, subject) > before.consultations,
  );
}
