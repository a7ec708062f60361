import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { PharmacyConfig } from '../config.ts';
import type { InsurancePlugin } from './insurance-plugin.ts';
import { InsuranceService } from './insurance.service.ts';
import { InsuranceStore } from './insurance.store.ts';
import { NationalInsurancePlugin } from './national-plugin.ts';
import { HttpTransport } from './national-transport.ts';
import { noInsurance } from './no-insurance.ts';

/** The insurer that the configuration names; on a development machine the sandbox speaks like one. */
export function insurancePluginOf({ own }: PharmacyConfig, now: () => Date): InsurancePlugin {
  const { SANDBOX_URL, INSURANCE_URL, INSURANCE_PAASID, INSURANCE_SECRET_KEY } = own;
  const url = INSURANCE_URL ?? (SANDBOX_URL === undefined ? undefined : `${SANDBOX_URL}/insurance/fsi`);
  if (url === undefined || INSURANCE_SECRET_KEY === undefined) return noInsurance;
  const transport = new HttpTransport({ url, paasId: INSURANCE_PAASID, secret: INSURANCE_SECRET_KEY }, now);
  const institution = {
    code: own.INSURANCE_ORG_CODE,
    name: own.INSURANCE_ORG_NAME,
    area: own.INSURANCE_AREA,
  };
  return new NationalInsurancePlugin(transport, institution, now);
}

export function wireInsurance({ db, cipher, audit, now }: Foundation, plugin: InsurancePlugin) {
  const settlements = new InsuranceStore(db, cipher);
  return { settlements, insurance: new InsuranceService(db, settlements, plugin, audit, now) };
}
