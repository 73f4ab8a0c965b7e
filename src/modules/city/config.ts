import * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';
import { operationsOptions } from './operations-config.ts';

const thingsOptions = {
  CITY_MQTT_HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    summary:
      'Address on which things connect by MQTT; beyond this machine it needs PostgreSQL, as HTTP does.',
  },
  CITY_MQTT_PORT: {
    schema: wholeNumber({ min: 0, max: 65_535, default: 1883 }),
    summary: 'Port of MQTT; 0 takes a free one, which the status of the city shows.',
  },
  CITY_MQTT_CONNECTIONS_MAX: {
    schema: wholeNumber({ min: 1, max: 100_000, default: 5_000 }),
    summary: 'MQTT connections at once.',
  },
  CITY_MQTT_SEND_SECONDS: {
    schema: wholeNumber({ min: 1, max: 300, default: 10 }),
    summary: 'Seconds that a thing may take to acknowledge a message sent to it.',
  },
  CITY_THINGS_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 10_000 }),
    summary: 'Things that one party may have.',
  },
  CITY_OBSERVATION_BYTES_MAX: {
    schema: wholeNumber({ min: 256, max: 1_048_576, default: 16_384 }),
    summary: 'Bytes of one observation as it is sent.',
  },
  CITY_LATE_DAYS_MAX: {
    schema: wholeNumber({ min: 1, max: 36_500, default: 7 }),
    summary: 'Days that an observation may be old when it comes, but for things that play back.',
  },
  CITY_FUTURE_SECONDS_MAX: {
    schema: wholeNumber({ min: 0, max: 86_400, default: 300 }),
    summary: 'Seconds that an observation may be ahead of the clock of the platform.',
  },
  CITY_REFUSALS_KEPT_MAX: {
    schema: wholeNumber({ min: 1, max: 10_000, default: 200 }),
    summary: 'Refusals kept for each sender; all are counted.',
  },
  CITY_INGEST_BATCH_MAX: {
    schema: wholeNumber({ min: 1, max: 20_000, default: 2_000 }),
    summary: 'Observations stored in one transaction.',
  },
  CITY_INGEST_WAITING_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 100_000 }),
    summary: 'Observations that may wait to be stored before HTTP refuses more.',
  },
};

/** Options of the module city. */
export const cityOptions = { ...thingsOptions, ...operationsOptions };

export type ThingsOptions = {
  [Name in keyof typeof thingsOptions]: z.output<(typeof thingsOptions)[Name]['schema']>;
};

export type CityOptions = {
  [Name in keyof typeof cityOptions]: z.output<(typeof cityOptions)[Name]['schema']>;
};
