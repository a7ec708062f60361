import { createRequire } from 'node:module';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Datum, type GeoPointInput } from './geo-point.inputs.ts';

// Its types tell of a default export that its CommonJS file does not have.
const gcoord = createRequire(import.meta.url)('gcoord') as (typeof import('gcoord'))['default'];

/** The radius of ST_Distance_Sphere on both engines, m. */
const EARTH_M = 6_370_986;
const DEGREE = Math.PI / 180;

/** Degrees, WGS-84. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Box {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/** The place in WGS-84, the one system inside. @throws AppError VALIDATION_FAILED for a place not on the earth */
export function wgs84Of({ latitude, longitude, datum }: GeoPointInput): Point {
  if (!(Math.abs(latitude) <= 90)) {
    throw new AppError('VALIDATION_FAILED', { field: 'latitude', reason: '-90 – 90' });
  }
  if (!(Math.abs(longitude) <= 180)) {
    throw new AppError('VALIDATION_FAILED', { field: 'longitude', reason: '-180 – 180' });
  }
  if (datum === Datum.WGS84) return { latitude, longitude };
  const [east, north] = gcoord.transform([longitude, latitude], gcoord.GCJ02, gcoord.WGS84);
  return { latitude: north, longitude: east };
}

/** A box that holds everything within a distance: what an index on latitude and longitude can find. @param metres */
export function boxAround({ latitude, longitude }: Point, metres: number): Box {
  const angle = metres / EARTH_M;
  const [south, north] = [latitude - angle / DEGREE, latitude + angle / DEGREE];
  // Around a pole every meridian is near.
  const spread =
    south <= -90 || north >= 90 ? 180 : Math.asin(Math.sin(angle) / Math.cos(latitude * DEGREE)) / DEGREE;
  const [west, east] = [longitude - spread, longitude + spread];
  // Across the date line two boxes would do; the whole belt is right too, and nobody lives there.
  return west < -180 || east > 180 ? { south, north, west: -180, east: 180 } : { south, north, west, east };
}
