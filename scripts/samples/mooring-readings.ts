import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import protobuf from 'protobufjs';
import { z } from 'zod';
import { depthFromPressure } from './sea-depth';

const reading = z.object({
  device_id: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  time: z.date(),
  temperature_c: z.number(),
  pressure_dbar: z.number(),
  practical_salinity_derived: z.number(),
});

/** One row of the mooring's table: what an instrument measured at an instant. */
export type MooringReading = z.infer<typeof reading>;

/**
 * Reads the readings of a mooring from Parquet, in the order of their times; those of the same second stay in file order.
 * @throws ZodError where the file has other columns
 */
export async function readMooring(file: string): Promise<MooringReading[]> {
  const columns = Object.keys(reading.shape);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), columns, compressors });
  return z
    .array(reading)
    .parse(rows)
    .sort((a, b) => a.time.getTime() - b.time.getTime());
}

/**
 * Makes the encoder of readings as OceanTelemetry messages: Unix seconds, and the depth that the pressure means, in
 * hundredths of a metre. These instruments measure no current, so its fields are left away.
 * @param schema path of the `.proto` file
 */
export async function telemetryEncoder(schema: string): Promise<(reading: MooringReading) => Uint8Array> {
  const message = (await protobuf.load(schema)).lookupType('OceanTelemetry');
  return (row) =>
    message
      .encode({
        deviceId: row.device_id,
        timestamp: row.time.getTime() / 1000,
        latitude: row.latitude,
        longitude: row.longitude,
        depthMeters: Math.round(depthFromPressure(row.pressure_dbar, row.latitude) * 100) / 100,
        waterTempCelsius: row.temperature_c,
        salinityPsu: row.practical_salinity_derived,
      })
      .finish();
}

/** Joins messages into one length-delimited stream: before each message its size, as a varint. */
export function delimit(messages: Uint8Array[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const message of messages) writer.bytes(message);
  return writer.finish();
}
