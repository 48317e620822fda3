"""Reads a lake with one engine: counts and means of each station's variables, as JSON on the last line.

Usage: summarise.py <engine> <lake> <variables, with commas between> [<file with the statements of `tidelake ddl`>]
"""

import json
import sys

engine, lake, variables = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
statements = open(sys.argv[4], encoding="utf-8").read() if len(sys.argv) > 4 else ""
files = f"{lake}/station=*/year=*/month=*/day=*/*.parquet"
aggregates = ", ".join(f"count({name}), avg(cast({name} as double))" for name in variables)
summary = f"SELECT station, count(*), {aggregates} FROM lake GROUP BY station ORDER BY station"


def with_pyarrow():
    import pyarrow.compute as pc
    import pyarrow.dataset as ds
    import pyarrow as pa

    keys = pa.schema([("station", pa.string()), ("year", pa.int32()), ("month", pa.int32()), ("day", pa.int32())])
    table = ds.dataset(lake, format="parquet", partitioning=ds.partitioning(keys, flavor="hive")).to_table()
    rows = []
    for station in sorted(set(table["station"].to_pylist())):
        own = table.filter(pc.equal(table["station"], station))
        row = [station, own.num_rows]
        for name in variables:
            row += [pc.count(own[name]).as_py(), pc.mean(own[name].cast(pa.float64())).as_py()]
        rows.append(row)
    return rows


def with_polars():
    import polars as pl

    frame = pl.scan_parquet(files, hive_partitioning=True, hive_schema={"station": pl.String, "year": pl.Int32, "month": pl.Int32, "day": pl.Int32})
    columns = [pl.len().alias("rows")]
    for name in variables:
        columns += [pl.col(name).count().alias(f"n {name}"), pl.col(name).cast(pl.Float64).mean().alias(f"mean {name}")]
    return [list(row) for row in frame.group_by("station").agg(columns).sort("station").collect().rows()]


def with_clickhouse():
    from chdb import session

    database = session.Session()
    for statement in statements.split(";\n"):
        if statement.strip():
            database.query(statement)
    rows = json.loads(str(database.query(summary, "JSONCompact")))["data"]
    return [[row[0], *(value if value is None else float(value) for value in row[1:])] for row in rows]


def with_spark():
    import tempfile

    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", tempfile.mkdtemp())
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for statement in statements.split(";\n"):
        if statement.strip():
            spark.sql(statement)
    return [list(row) for row in spark.sql(summary).collect()]


print(json.dumps({"pyarrow": with_pyarrow, "polars": with_polars, "clickhouse": with_clickhouse, "spark": with_spark}[engine]()))
