import { type InsurancePlugin, InsuranceRefused } from './insurance-plugin.ts';

const refuse = async (): Promise<never> => {
  throw new InsuranceRefused('no insurer is configured');
};

/** Where no insurer is configured: nothing can be settled. */
export const noInsurance: InsurancePlugin = {
  id: 'none',
  messageIdOf: (now, sequence) => `${now.getTime()}-${sequence}`,
  findPerson: refuse,
  preSettle: refuse,
  settle: refuse,
  reverse: refuse,
  compensate: refuse,
};
