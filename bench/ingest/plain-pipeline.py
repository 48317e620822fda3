"""The pipeline people write: parse each message, collect dictionaries, write a file now and then. Prints what it did as JSON."""

import json
import resource
import sys
import time

import pyarrow as pa
import pyarrow.dataset as ds
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELDS = [
    ("device_id", "STRING"), ("timestamp", "UINT64"), ("latitude", "DOUBLE"), ("longitude", "DOUBLE"),
    ("depth_meters", "DOUBLE"), ("water_temp_celsius", "FLOAT"), ("salinity_psu", "FLOAT"),
    ("current_speed_knots", "FLOAT"), ("current_direction_deg", "FLOAT"),
]
BATCH_SIZE = 100_000


def message_class():
    file = descriptor_pb2.FileDescriptorProto(name="telemetry.proto", syntax="proto3")
    message = file.message_type.add(name="OceanTelemetry")
    for number, (name, kind) in enumerate(FIELDS, 1):
        message.field.add(name=name, number=number, type=getattr(descriptor_pb2.FieldDescriptorProto, "TYPE_" + kind), label=1)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("OceanTelemetry"))


def messages(path):
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        length, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        yield data[at : at + length]
        at += length


def flush(rows, folder, part):
    table = pa.Table.from_pylist(rows)
    ds.write_dataset(
        table, folder, format="parquet", partitioning=ds.partitioning(pa.schema([("station", pa.string()), ("date", pa.string())]), flavor="hive"),
        basename_template=f"part-{part}-{{i}}.parquet", existing_data_behavior="overwrite_or_ignore",
        file_options=ds.ParquetFileFormat().make_write_options(compression="zstd"),
    )


def main(capture, folder):
    started = time.time()
    OceanTelemetry = message_class()
    rows, count, part = [], 0, 0
    for payload in messages(capture):
        telemetry = OceanTelemetry()
        telemetry.ParseFromString(payload)
        rows.append({
            "station": telemetry.device_id,
            "date": time.strftime("%Y-%m-%d", time.gmtime(telemetry.timestamp)),
            **{name: getattr(telemetry, name) for name, _ in FIELDS},
        })
        count += 1
        if len(rows) >= BATCH_SIZE:
            flush(rows, folder, part)
            rows, part = [], part + 1
    flush(rows, folder, part)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"rows": count, "elapsedSeconds": round(time.time() - started, 3), "peakRssBytes": peak}))


main(sys.argv[1], sys.argv[2])
