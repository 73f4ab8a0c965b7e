import * as z from 'zod';
import { instant } from '#kernel/entities.ts';
import { severities } from '../rules/rule-entities.ts';

/** The map of districts and streets, and what is on it now. Browser-safe. */

export const coordinateSystems = ['WGS-84', 'GCJ-02', 'CGCS2000', 'undeclared'] as const;

/** Systems that places can be converted between. */
export const convertible = z.enum(['WGS-84', 'GCJ-02']);
export type Convertible = z.output<typeof convertible>;

const source = z.object({
  name: z.string(),
  version: z.string(),
  licence: z.string(),
  url: z.string(),
});

export const cityMap = z.object({
  districts: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      /** Outlines as `longitude,latitude` pairs, separated by spaces. */
      rings: z.array(z.string()),
      streets: z.array(
        z.object({
          code: z.string(),
          name: z.string(),
          kind: z.enum(['street', 'town', 'township']),
        }),
      ),
    }),
  ),
  coordinateSystem: z.enum(coordinateSystems),
  coordinateNote: z.object({ zh: z.string(), en: z.string() }),
  missing: z.object({ zh: z.string(), en: z.string() }),
  boundarySource: source,
  streetSource: source,
  approval: z
    .object({ number: z.string(), enteredBy: z.string(), enteredAt: instant })
    .nullable()
    .describe('审图号; null while the map has not been submitted for approval'),
});
export type CityMapView = z.input<typeof cityMap>;

export const mapOverview = z.object({
  at: instant,
  coordinateSystem: convertible.describe('of the points'),
  districts: z.array(
    z.object({
      code: z.string(),
      things: z.number().int(),
      openIncidents: z.number().int(),
      worst: z.enum(severities).nullable(),
    }),
  ),
  points: z
    .array(
      z.object({
        thingId: z.string(),
        name: z.string(),
        longitude: z.number(),
        latitude: z.number(),
        district: z.string().nullable(),
        openIncidents: z.number().int(),
        worst: z.enum(severities).nullable(),
        replayed: z.boolean(),
      }),
    )
    .describe('things with a place, those with open incidents first'),
  pointsTruncated: z.boolean(),
  totals: z.object({
    things: z.number().int(),
    openIncidents: z.number().int(),
    unacknowledged: z.number().int(),
    incidentsDay: z.number().int(),
    commandsWaiting: z.number().int(),
    observationsMinute: z.number().int(),
    replayed: z.boolean().describe('some of what is shown rests on replayed data'),
  }),
});
