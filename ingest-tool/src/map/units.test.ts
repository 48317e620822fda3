import { describe, expect, it } from 'vitest';
import { parseUnit, unitConversion, UnitError } from './units';

/** From, to, and what UDUNITS-2.2.28 makes of 0, 1 and 37.5. */
const UDUNITS: [from: string, to: string, ofZero: number, ofOne: number, ofMore: number][] = [
  ['degC', 'K', 273.15, 274.15, 310.65],
  ['degF', 'degC', -17.777777777777743, -17.222222222222186, 3.0555555555555927],
  ['K', 'degF', -459.67, -457.87, -392.17],
  ['knot', 'm s-1', 0.0, 0.5144444444444445, 19.291666666666668],
  ['kt', 'm/s', 0.0, 0.5144444444444445, 19.291666666666668],
  ['km/h', 'm s-1', 0.0, 0.2777777777777778, 10.416666666666668],
  ['mile/hour', 'm s-1', 0.0, 0.44704, 16.764],
  ['dbar', 'Pa', 0.0, 10000.0, 375000.0],
  ['hPa', 'Pa', 0.0, 100.0, 3750.0],
  ['kPa', 'dbar', 0.0, 0.1, 3.75],
  ['mbar', 'hPa', 0.0, 1.0, 37.5],
  ['millibar', 'kPa', 0.0, 0.1, 3.75],
  ['psi', 'hPa', 0.0, 68.9475729316836, 2585.533984938135],
  ['inHg', 'hPa', 0.0, 33.86388640341001, 1269.8957401278753],
  ['mmHg', 'hPa', 0.0, 1.3332238741500002, 49.99589528062501],
  ['atm', 'bar', 0.0, 1.01325, 37.996875],
  ['uatm', 'Pa', 0.0, 0.101325, 3.7996875],
  ['mg/m3', 'ug m-3', 0.0, 999.9999999999999, 37499.99999999999],
  ['ug m-3', 'mg/m3', 0.0, 0.001, 0.0375],
  ['kg m-3', 'g L-1', 0.0, 1.0000000000000002, 37.50000000000001],
  ['µg m-3', 'kg m-3', 0.0, 1e-9, 3.7500000000000005e-8],
  ['mS/cm', 'S m-1', 0.0, 0.1, 3.75],
  ['mS cm-1', 'uS/cm', 0.0, 1000.0, 37500.0],
  ['S/m', 'mS/cm', 0.0, 10.0, 375.0],
  ['percent', '1', 0.0, 0.01, 0.375],
  ['1', '%', 0.0, 100.0, 3750.0],
  ['ft', 'm', 0.0, 0.3048, 11.43],
  ['feet', 'm', 0.0, 0.3048, 11.43],
  ['fathom', 'm', 0.0, 1.828803657607315, 68.58013716027432],
  ['nautical_mile', 'km', 0.0, 1.852, 69.45],
  ['inch', 'mm', 0.0, 25.400000000000002, 952.5000000000001],
  ['degree', 'rad', 0.0, 0.017453292519943295, 0.6544984694978736],
  ['rad', 'degrees', 0.0, 57.29577951308232, 2148.591731740587],
  ['ppm', '1', 0.0, 1e-6, 3.75e-5],
  ['ppb', 'ppm', 0.0, 0.001, 0.0375],
  ['g kg-1', '1e-3', 0.0, 1.0, 37.5],
  ['1e-3', 'percent', 0.0, 0.1, 3.75],
  ['umol kg-1', 'mol/kg', 0.0, 1e-6, 3.75e-5],
  ['micromol/l', 'mol m-3', 0.0, 0.0009999999999999998, 0.03749999999999999],
  ['W m-2', 'kW m-2', 0.0, 0.001, 0.0375],
  ['J', 'W h', 0.0, 0.0002777777777777778, 0.010416666666666666],
  ['V', 'mV', 0.0, 1000.0, 37500.0],
  ['kohm', 'ohm', 0.0, 1000.0, 37500.0],
  ['lux', 'lm m-2', 0.0, 1.0, 37.5],
  ['ft3/s', 'm3 s-1', 0.0, 0.028316846592000004, 1.0618817472000002],
  ['m3 s-1', 'L/s', 0.0, 999.9999999999998, 37499.99999999999],
  ['10^6 m3 s-1', 'm3 s-1', 0.0, 1000000.0, 37500000.0],
  ['m**2', 'cm2', 0.0, 10000.0, 375000.0],
  ['m^2', 'mm^2', 0.0, 1000000.0, 37500000.0],
  ['kg/(m s2)', 'Pa', 0.0, 1.0, 37.5],
  ['(m)/(s)', 'cm s-1', 0.0, 100.0, 3750.0],
  ['m per s', 'knots', 0.0, 1.9438444924406046, 72.89416846652267],
  ['m/s/s', 'cm s-2', 0.0, 100.0, 3750.0],
  ['hour', 's', 0.0, 3600.0, 135000.0],
  ['d', 'h', 0.0, 24.0, 900.0],
  ['min', 's', 0.0, 60.0, 2250.0],
  ['1e-3 kg', 'g', 0.0, 1.0, 37.5],
  ['10 cm', 'm', 0.0, 0.1, 3.75],
  ['degC m-1', 'K km-1', 0.0, 1000.0, 37500.0],
  ['Hz', 's-1', 0.0, 1.0, 37.5],
  ['N m-2', 'Pa', 0.0, 1.0, 37.5],
  ['g', 'lb', 0.0, 0.002204622621848776, 0.0826733483193291],
  ['arcmin', 'degree', 0.0, 0.016666666666666666, 0.625],
  ['rad s-1', 'degrees/s', 0.0, 57.29577951308232, 2148.591731740587],
  ['mm h-1', 'm s-1', 0.0, 2.7777777777777776e-7, 1.0416666666666666e-5],
  ['kg m-2 s-1', 'g m-2 h-1', 0.0, 3600000.0000000005, 135000000.00000003],
  ['degK', 'degree_C', -273.15, -272.15, -235.64999999999998],
  ['tonne', 'kg', 0.0, 1000.0, 37500.0],
  ['m.s-1', 'km.h-1', 0.0, 3.5999999999999996, 135.0],
  ['yd', 'm', 0.0, 0.9144000000000001, 34.290000000000006],
  ['hectopascal', 'decibar', 0.0, 0.01, 0.375],
  ['kilometre', 'm', 0.0, 1000.0, 37500.0],
  ['sverdrup', 'm3 s-1', 0.0, 1000000.0, 37500000.0],
];

describe('units', () => {
  it.each(UDUNITS)('converts %s to %s as UDUNITS does', (from, to, ofZero, ofOne, ofMore) => {
    const { scale, offset } = unitConversion(from, to);
    for (const [value, expected] of [
      [0, ofZero],
      [1, ofOne],
      [37.5, ofMore],
    ] as const) {
      expect(Math.abs(value * scale + offset - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
    }
  });

  it('changes nothing between the same units, and is exact between decimal ones', () => {
    expect(unitConversion('degC', '°C')).toEqual({ scale: 1, offset: 0 });
    expect(unitConversion('mg m-3', 'µg/m³')).toEqual({ scale: 1000, offset: 0 });
    expect(unitConversion('mS cm⁻¹', 'S/m')).toEqual({ scale: 0.1, offset: 0 });
    expect(unitConversion('µS⋅cm⁻¹', 'mS/cm')).toEqual({ scale: 0.001, offset: 0 });
    expect(unitConversion('dbar', 'hPa')).toEqual({ scale: 100, offset: 0 });
    expect(unitConversion('%', '1')).toEqual({ scale: 0.01, offset: 0 });
  });

  it('reads what instruments write where UDUNITS would see something else', () => {
    expect(unitConversion('mph', 'm s-1').scale).toBeCloseTo(0.44704, 12);
    expect(unitConversion('kph', 'm s-1').scale).toBeCloseTo(1 / 3.6, 12);
    expect(unitConversion('mb', 'hPa').scale).toBe(1);
    expect(unitConversion('Sv', 'm3 s-1').scale).toBe(1e6);
    expect(unitConversion('psu', '1').scale).toBe(1);
    expect(unitConversion('PSS-78', '1e-3').scale).toBe(1000);
  });

  it.each([
    ['furlong', 'm', '"furlong" is not a known unit'],
    ['m furlong-1', 'm', '"furlong" is not a known unit (in "m furlong-1")'],
    ['m', 's', '"m" cannot be converted to "s": they measure different things'],
    ['degree', '1', '"degree" cannot be converted to "1": they measure different things'],
    ['ppt', '1', 'the unit "ppt" is ambiguous: parts per thousand is 1e-3, parts per trillion 1e-12'],
    ['ms-1', 'm s-1', 'the unit "ms-1" is ambiguous: metres per second is m s-1'],
    ['days since 1970-01-01', 's', 'is a time reference'],
    ['m/', 'm', 'ends where a unit should follow'],
    ['(m', 'm', 'a parenthesis is not closed'],
    ['m)', 'm', '")" is out of place'],
    ['m^', 'm', 'a power is missing'],
    ['m^x', 'm', 'a power is missing'],
    ['m,s', 'm', '",s" cannot be read'],
    ['', 'm', 'ends where a unit should follow'],
    ['constructor', 'm', '"constructor" is not a known unit'],
  ])('says what is wrong with %s to %s', (from, to, message) => {
    expect(() => unitConversion(from, to)).toThrow(UnitError);
    expect(() => unitConversion(from, to)).toThrow(message);
  });

  it('takes temperatures in products as differences, and refuses multiples that could be either', () => {
    expect(parseUnit('degC m-1').offset).toBe(0);
    expect(parseUnit('1e-3 degC m-1').offset).toBe(0);
    expect(() => parseUnit('0.1 degC')).toThrow('use a scale factor and the plain unit');
  });
});
