import { createHash } from 'node:crypto';
import type { BundleEntry, CodeableConcept, Reference, Resource } from '@medplum/fhirtypes';

/** Identity numbers of citizens: the object identifier under which HL7 China's guides write them. 身份证号 */
export const IDENTITY_NUMBER_SYSTEM = 'urn:oid:2.16.156.10011.1.3';

/** FHIR allows no `_` in an identifier. */
export const fhirId = (id: string): string => id.replaceAll('_', '-');

/** `urn:uuid:…` of a row, always the same (RFC 9562, version 8): by it the entries of a bundle name each other. */
export function uuidOf(id: string): string {
  const bytes = createHash('sha256').update(`yuneyang/${id}`).digest().subarray(0, 16);
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x80, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}

export const referenceTo = <T extends Resource>(id: string): Reference<T> => ({ reference: uuidOf(id) });

/** An entry of a bundle. @param id of the row; the resource has it in FHIR's form */
export function entryOf(id: string, resource: Resource): BundleEntry {
  return { fullUrl: uuidOf(id), resource: { ...resource, id: fhirId(id) } };
}

export function coded(system: string, code: string, text: string): CodeableConcept {
  return { coding: [{ system, code, ...(text && { display: text }) }], ...(text && { text }) };
}

const SYSTEMS: Readonly<Record<string, string>> = {
  ICD10: 'http://hl7.org/fhir/sid/icd-10',
  ATC: 'http://www.whocc.no/atc',
  LOINC: 'http://loinc.org',
  UCUM: 'http://unitsofmeasure.org',
};

export const ICD10 = 'http://hl7.org/fhir/sid/icd-10';
export const ATC = 'http://www.whocc.no/atc';
export const LOINC = 'http://loinc.org';
export const UCUM = 'http://unitsofmeasure.org';

/** A concept as rows hold it, `ICD10|I10|原发性高血压`. */
export function conceptOf(text: string): CodeableConcept {
  const [name = '', code = '', ...words] = text.split('|');
  const system = SYSTEMS[name];
  return system === undefined ? { text } : coded(system, code, words.join('|'));
}
