"""Writes ioos-qc-cases.jsonl: what ioos_qc 3.0.0 answers to its own fixtures and to random series.

Run with `pip install ioos_qc==3.0.0 gsw`, from this folder. Missing numbers are null; times are UTC seconds.
"""

import json
import math
import random

import numpy as np
from ioos_qc import argo, qartod

random.seed(20261121)
NAN = float("nan")
START = 1420070400
cases = []


def plain(numbers):
    return [None if math.isnan(n) else float(n) for n in numbers]


def case(test, config, expected, **series):
    flags = np.ma.filled(np.ma.asarray(expected), 0)
    cases.append(
        {"test": test, "config": config, **{k: plain(v) for k, v in series.items()}, "expected": [int(f) for f in flags]}
    )


def when(times):
    return np.array(times, dtype="datetime64[s]")


def regular(n, step=900):
    return [START + i * step for i in range(n)]


def irregular(n):
    times, now = [], START
    for _ in range(n):
        times.append(now)
        now += random.choice([900, 900, 900, 900, 600, 1800, 10800])
    return times


def signal(n):
    """A random walk with plateaus, spikes and gaps, in hundredths."""
    value, out = 10.0, []
    while len(out) < n:
        kind = random.random()
        if kind < 0.1:
            out.extend([round(value, 2)] * random.randint(2, 9))
        elif kind < 0.2:
            out.append(NAN)
        elif kind < 0.3:
            out.append(round(value + random.choice([-1, 1]) * random.uniform(1, 60), 2))
        else:
            value += random.gauss(0, 1)
            out.append(round(value, 2))
    return out[:n]


def gross_range(values, fail, suspect):
    config = {"fail": fail} if suspect is None else {"fail": fail, "suspect": suspect}
    case("grossRange", config, qartod.gross_range_test(values, fail, suspect), values=values)


def spike(values, method, suspect, fail):
    config = {k: v for k, v in {"suspect": suspect, "fail": fail, "method": method}.items() if v is not None}
    case("spike", config, qartod.spike_test(values, suspect, fail, method), values=values)


def rate_of_change(values, times, suspect, fail):
    config = {"suspect": suspect} if fail is None else {"suspect": suspect, "fail": fail}
    case(
        "rateOfChange",
        config,
        qartod.rate_of_change_test(values, when(times), suspect, fail),
        values=values,
        times=times,
    )


def flat_line(values, times, suspect, fail, tolerance):
    case(
        "flatLine",
        {"suspect": suspect, "fail": fail, "tolerance": tolerance},
        qartod.flat_line_test(values, when(times), suspect, fail, tolerance),
        values=values,
        times=times,
    )


def attenuated(values, times, suspect, fail, statistic, period=None, min_obs=None, min_period=None):
    config = {"suspect": suspect, "fail": fail, "statistic": "range" if statistic == "range" else "standardDeviation"}
    extra = {"period": period, "minObservations": min_obs, "minPeriod": min_period}
    config.update({k: v for k, v in extra.items() if v is not None})
    case(
        "attenuatedSignal",
        config,
        qartod.attenuated_signal_test(
            values, when(times), suspect, fail, test_period=period, min_obs=min_obs, min_period=min_period,
            check_type=statistic,
        ),
        values=values,
        times=times,
    )


def climatology(values, times, depths, members):
    theirs = qartod.ClimatologyConfig()
    for m in members:
        theirs.add(
            tspan=tuple(t.rstrip("Z") if isinstance(t, str) else t for t in m["time"]),
            vspan=tuple(m["suspect"]),
            fspan=tuple(m["fail"]) if "fail" in m else None,
            zspan=tuple(m["depth"]) if "depth" in m else None,
            period=m.get("period"),
        )
    case(
        "climatology",
        members,
        qartod.climatology_test(theirs, values, when(times), depths),
        values=values,
        times=times,
        depths=depths,
    )


def location(longitudes, latitudes, range_max=None, method="haversine"):
    config = {"method": method} if range_max is None else {"method": method, "maxStep": range_max}
    case(
        "location",
        config,
        qartod.location_test(longitudes, latitudes, range_max, method),
        longitudes=longitudes,
        latitudes=latitudes,
    )


def speed(longitudes, latitudes, times, suspect, fail):
    case(
        "speed",
        {"suspect": suspect, "fail": fail},
        argo.speed_test(longitudes, latitudes, when(times), suspect, fail),
        longitudes=longitudes,
        latitudes=latitudes,
        times=times,
    )


def density_inversion(values, depths, suspect, fail):
    case(
        "densityInversion",
        {"suspect": suspect, "fail": fail},
        qartod.density_inversion_test(values, depths, suspect, fail),
        values=values,
        depths=depths,
    )


def time_gap(times, hours):
    case("timeGap", {"fail": hours * 3600}, qartod.time_gap_test(when(times), hours), times=times)


def duplicate_time(times):
    case("duplicateTime", {}, argo.duplicate_timestamp_test(when(times)), times=times)


def pressure_increasing(values):
    case("pressureIncreasing", {}, argo.pressure_increasing_test(np.array(values)), values=values)


# ioos_qc's own fixtures.
gross_range([1, 2, 3, 4, 8], (0, 5), (1, 4))
gross_range([NAN, 10, 15, 20, 25, 30, 35, 40, NAN, 51, NAN], (10, 50), (20, 40))
gross_range([5, 10, 50, 51], (10, 50), None)
SPIKES = [10, 12, 999.99, 13, 15, 40, 9, 9]
spike(SPIKES, "average", 25, 50)
spike([-v for v in SPIKES], "average", 25, 50)
spike([-100, -99, -99, -98], "average", 25, 50)
spike([*SPIKES, NAN, 10, 10, 999.99, 10, NAN], "average", 25, 50)
METHODS = [3, 4.99, 5, 6, 8, 6, 6, 6.75, 6, 6, 5.3, 6, 6, 9, 5, NAN, 4, 4]
for method in ("average", "differential"):
    spike(METHODS, method, 0.5, 1)
    spike(METHODS, method, 0.5, None)
    spike(METHODS, method, None, 1)
RATES = [2, 10, 2.1, 3, 4, 5, 7, 10, 0, 2, 2.2, 2, 1, 2, 3, 90, 91, 92, 93, 1, 2, 3, 4, 5]
rate_of_change(RATES, regular(24), 5 / 15 / 60, None)
rate_of_change(RATES, regular(24), 5 / 15 / 60, 10 / 15 / 60)
rate_of_change([2, 10, 2, 3, NAN, NAN, 7, 10], regular(8), 5 / 15 / 60, None)
rate_of_change([-2, -10, -2, -3], regular(4), 5 / 15 / 60, None)
FLAT = [1, 2, 2.0001, 2, 2.0001, 2, 2.0001, 2, 4, 5, 3, 3.0001, 3.0005, 3.00001]
flat_line(FLAT, regular(14), 3000, 4800, 0.01)
flat_line([1, 1], regular(2), 900, 1800, 0.01)
DAYS = [START + 86400 * i for i in range(12)]
for statistic in ("std", "range"):
    attenuated([1, 2, 3, 4], DAYS[:4], 0.75, 0.5, statistic)
    attenuated([1, 1, 1, 1], DAYS[:4], 10, 8, statistic)
    attenuated([NAN, 2, 3, 4], DAYS[:4], 0.75, 0.5, statistic)
    attenuated([10, NAN, NAN, 40], DAYS[:4], 50, 31, statistic)
    attenuated([1, NAN, 10, 100, 1000], DAYS[:5], 100, 50, statistic, 172800, min_obs=2)
for min_obs, min_period in ((0, None), (None, 0), (2, None), (None, 172800), (None, None)):
    attenuated([1, 2, 3, 100, 1000], DAYS[:5], 100, 10, "range", 172800, min_obs, min_period)
density_inversion(
    [1024, 1024, 1023.98, 1024, 1025, 1026, 1025.9, 1026, 1026, NAN, 1026, 1027], list(range(1, 13)), -0.01, -0.03
)
density_inversion(
    [1026, NAN, 1026, 1026, 1025.9, 1026, 1025, 1024, 1023.98, 1024, 1024], list(range(11, 0, -1)), -0.01, -0.03
)
density_inversion([1025, 1025, 1025, 1026, 1026], [1, NAN, 3, 4, 5], -0.01, -0.03)
density_inversion([1026, 1025, 1024], [1, 1, 1], -0.01, -0.03)
density_inversion([1026], [1], -0.01, -0.03)
JULY = [{"time": ["2021-07-01", "2021-09-01"], "suspect": [3.4, 5]}]
climatology([0, NAN, 4.16743], [1626393600] * 3, [0, NAN, 0.08931513], JULY)
WINTER = [{"time": ["2019-11-01", "2020-02-04"], "suspect": [50, 60], "fail": [40, 70], "depth": [0, 10]}]
for day, value, depth in (
    ("2019-10-31", 55, 5), ("2019-11-01", 55, 5), ("2020-02-04", 55, 5), ("2020-02-05", 55, 5), ("2020-01-01", 49, 5),
    ("2020-01-01", 50, 5), ("2020-01-01", 60, 5), ("2020-01-01", 61, 5), ("2020-01-01", 30, 5), ("2020-01-01", 40, 5),
    ("2020-01-01", 70, 5), ("2020-01-01", 71, 5), ("2020-01-01", 55, -1), ("2020-01-01", 55, 0), ("2020-01-01", 55, 10),
    ("2020-01-01", 55, 11),
):
    climatology([value], [int(np.datetime64(day, "s").astype(int))], [depth], WINTER)
FEBRUARY = ["2011-02-02", "2013-02-03", "2011-04-01", "2011-12-31", "2020-02-29"]
for period, time in (("month", [0, 3]), ("week", [0, 12]), ("dayofyear", [0, 90]), ("quarter", [0, 1])):
    climatology(
        [9, 11, 21, 21, 15],
        [int(np.datetime64(day, "s").astype(int)) for day in FEBRUARY],
        [NAN] * 5,
        [{"period": period, "time": time, "suspect": [10, 20]}],
    )
location([80.0, -78.5, 500.5], [NAN, 50.0, -60.0])
location([NAN], [NAN])
location([-71.05, -71.06, -80.0], [41.0, 41.02, 45.05], 3000)
TRACK = ([16.35126686, 16.35320091, 16.3208847, 16.25503349, 16.0045681],
         [55.57051468, 55.57044983, 55.54106522, 55.49047089, 55.26551819])
location(*TRACK, 7000, "haversine")
location(*TRACK, 7000, "wgs84")
HOURS = regular(6, 3600)
speed([-71.05] * 6, [41.01, 41.02, 41.03, 41.04, 41.05, 41.05], HOURS, 1, 3)
speed([-71.05] * 6, [41.01, 41.02, 41.06, 41.50, 41.05, 41.05], HOURS, 1, 3)
speed([-71.05], [41.01], HOURS[:1], 1, 3)
time_gap([START, START + 1, START + 2, START + 2680000], 2)
time_gap([START, START + 10800, START + 10801, START + 10802], 2.5)
duplicate_time([START, START + 1, START + 1, START + 3])
pressure_increasing([0.0, 2.0, 2.1, 2.12, 2.3, 4.0, 14.2, 20.0])
pressure_increasing([20.0, 14.2, 4.0, 2.3, 2.12, 2.1, 2.0, 0.0])
pressure_increasing([0.0, 2.0, 2.0, 1.99, 2.3, 2.4, 2.4, 2.5])

# Random series.
MEMBERS = [
    {"period": "month", "time": [1, 3], "suspect": [5, 12], "fail": [0, 20]},
    {"period": "quarter", "time": [2, 4], "suspect": [6, 15]},
    {"period": "week", "time": [20, 30], "suspect": [8, 11]},
    {"period": "dayofyear", "time": [300, 366], "suspect": [2, 12], "depth": [0, 50]},
    {"period": "dayofweek", "time": [5, 6], "suspect": [9, 11], "depth": [10, 20]},
    {"period": "hour", "time": [0, 2], "suspect": [9.5, 10.5]},
    {"time": ["2016-02-01", "2016-03-31T12:00:00Z"], "suspect": [9, 10], "fail": [7, 13]},
    {"period": "year", "time": [2017, 2017], "suspect": [9, 12], "depth": [0, 15]},
]
for trial in range(8):
    n = random.randint(20, 90)
    values, times = signal(n), irregular(n)
    gross_range(values, (0, 40), (5, 20))
    for method in ("average", "differential"):
        spike(values, method, 2, 10)
    rate_of_change(values, times, 0.002, 0.02)
    flat_line(values, times, 2700, 4500, random.choice([0.01, 1.5]))
    flat_line(values, times, 900, 100000, 3)
    for statistic in ("std", "range"):
        attenuated(values, times, 3, 1, statistic)
        attenuated(values, times, 3, 1, statistic, 7200)
        attenuated(values, times, 6, 2, statistic, 14400, min_obs=4)
        attenuated(values, times, 6, 2, statistic, 14400, min_period=7200)
    spread = [START + 86400 * random.randint(0, 1300) + random.randint(0, 86399) for _ in range(n)]
    # Climatologies only meet complete series: ioos_qc's masked arrays let members hold for missing values and depths.
    depths = [round(random.uniform(0, 60), 1) for _ in range(n)]
    complete = [10.0 if math.isnan(v) else v for v in values]
    climatology(complete, spread, depths, [m for m in MEMBERS if "depth" not in m])
    climatology(complete, spread, depths, MEMBERS)
    depths = sorted(round(random.uniform(0, 500), 1) for _ in range(n))
    densities = [round(1025 + d / 500 + random.gauss(0, 0.02), 4) for d in depths]
    for name in (densities, depths):
        name[random.randrange(n)] = NAN
    density_inversion(densities, depths, -0.01, -0.03)
    longitudes = [round(-76 + random.gauss(0, 0.05), 5) for _ in range(n)]
    latitudes = [round(26 + random.gauss(0, 0.05), 5) for _ in range(n)]
    speed(longitudes, latitudes, times, 2, 8)
    location(longitudes, latitudes, 8000)
    latitudes[3] = NAN
    location(longitudes, latitudes)
    location(longitudes, latitudes, 8000, "wgs84")
    time_gap(times, 0.4)
    duplicate_time(sorted(random.choice(times) for _ in times))
    pressure_increasing([round(p + random.gauss(0, 3)) for p in range(n)])

with open("ioos-qc-cases.jsonl", "w") as file:
    file.writelines(json.dumps(c, separators=(",", ":")) + "\n" for c in cases)
print(len(cases), "cases")
