import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibrationAt, CalibrationError, indexCalibrations, polynomialAt } from './calibration';
import { readIeaTask43 } from './iea-task43';

const SHARED = new URL('../../../../shared/data/datalogger/', import.meta.url);
const at = (text: string): number => Date.parse(text) * 1000;

function model(logger: object, sensor: object, utcOffset: number | null = -5): string {
  return JSON.stringify({
    measurement_location: [
      {
        name: 'MM1',
        logger_main_config: [{ offset_from_utc_hrs: utcOffset }],
        measurement_point: [
          {
            name: 'Spd_80',
            measurement_type_id: 'wind_speed',
            logger_measurement_config: [
              {
                date_from: '2020-04-12T12:00:00',
                date_to: null,
                column_name: [
                  { column_name: 'Avg', statistic_type_id: 'avg' },
                  { column_name: 'SD', statistic_type_id: 'sd' },
                  { column_name: 'Ti', statistic_type_id: 'ti' },
                ],
                ...logger,
              },
            ],
            sensor: [{ serial_number: '7', date_from: '2020-04-12T12:00:00', date_to: null, ...sensor }],
          },
        ],
      },
    ],
  });
}

describe('the IEA Task 43 data model', () => {
  const logger = { slope: 0.765, offset: 0.35 };
  const certificate = { slope: 0.046, offset: 0.243, date_of_calibration: '2019-12-06' };

  it('corrects what a logger recorded with other numbers than the certificate', () => {
    const lookup = indexCalibrations(readIeaTask43(model(logger, { calibration: [certificate] })));
    const hertz = 110;
    const recorded = hertz * logger.slope + logger.offset;
    const averages = lookup('MM1', 'Avg');
    const { coefficients } = averages[calibrationAt(averages, at('2021-01-01T00:00:00Z'))] ?? { coefficients: [] };
    expect(polynomialAt(coefficients, recorded)).toBeCloseTo(hertz * certificate.slope + certificate.offset, 12);
    expect(averages[0]?.id).toBe('7 2019-12-06');
    expect(lookup('MM1', 'SD')[0]?.coefficients).toEqual([0, 0.046 / 0.765]);
    expect(lookup('MM1', 'Ti')).toEqual([]);
  });

  it("reads times by the logger's clock", () => {
    const [first] = readIeaTask43(model(logger, { calibration: [certificate] }));
    expect(first?.validFrom).toBe(at('2020-04-12T17:00:00Z'));
    expect(first?.validTo).toBe(Infinity);
    const [unsaid] = readIeaTask43(model(logger, { calibration: [certificate] }, null), 2);
    expect(unsaid?.validFrom).toBe(at('2020-04-12T10:00:00Z'));
  });

  it('takes over from certificate to certificate, and from sensor to sensor', () => {
    const again = { ...certificate, slope: 0.047, date_of_calibration: '2021-05-01' };
    const calibrations = readIeaTask43(
      model(logger, { date_to: '2022-01-01T00:00:00', calibration: [again, certificate] }),
    );
    const averages = indexCalibrations(calibrations)('MM1', 'Avg');
    expect(averages.map(({ validFrom, validTo }) => [validFrom, validTo])).toEqual([
      [at('2020-04-12T17:00:00Z'), at('2021-05-01T05:00:00Z')],
      [at('2021-05-01T05:00:00Z'), at('2022-01-01T05:00:00Z')],
    ]);
  });

  it('changes nothing where the logger has the numbers of the certificate, or either is not known', () => {
    expect(readIeaTask43(model({ slope: 0.046, offset: 0.243 }, { calibration: [certificate] }))).toEqual([]);
    expect(readIeaTask43(model({}, { calibration: [certificate] }))).toEqual([]);
    expect(readIeaTask43(model(logger, { calibration: null }))).toEqual([]);
    const ofAnother = { ...certificate, measurement_type_id: 'air_temperature' };
    expect(readIeaTask43(model(logger, { calibration: [ofAnother] }))).toEqual([]);
  });

  it('takes a sensitivity as the inverse of a slope', () => {
    const [first] = readIeaTask43(model({ sensitivity: 10 }, { calibration: [{ sensitivity: 8 }] }));
    expect(first?.coefficients).toEqual([0, 1.25]);
  });

  it('says what is wrong with a file that is something else', () => {
    expect(() => readIeaTask43('{')).toThrow(CalibrationError);
    expect(() => readIeaTask43('{"measurement_location":[{}]}')).toThrow('measurement_location[0].name');
    expect(() => readIeaTask43(model({ ...logger, date_from: 'soon' }, { calibration: [certificate] }))).toThrow(
      '"soon"',
    );
  });

  it.skipIf(!existsSync(SHARED))('reads the demonstration models, whose calibrations do not overlap', () => {
    const read = (path: string) => readIeaTask43(readFileSync(new URL(path, SHARED), 'utf8'));
    const official = read('iea_task43/demo_data/iea43_wra_data_model.json');
    expect(official.filter(({ variable }) => variable === 'CH1Avg')).toEqual([
      {
        device: expect.any(String),
        variable: 'CH1Avg',
        id: '09183000 2019-12-06',
        coefficients: [expect.closeTo(0.2419 - 0.2491, 12), 1],
        validFrom: at('2020-04-15T05:00:00Z'),
        validTo: Infinity,
      },
    ]);
    const mast = read('brightwind/demo_data_iea43_wra_data_model.json');
    indexCalibrations(mast);
    expect(new Set(mast.map(({ variable }) => variable.replace(/(Max|Std)$/, '')))).toEqual(
      new Set(['Spd80mS', 'Spd60mN', 'Spd40mS']),
    );
  });
});
