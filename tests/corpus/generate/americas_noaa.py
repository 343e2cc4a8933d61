"""NOAA's daily and hourly archives: GSOD, ISD, GHCN-Daily and the orders of Climate Data Online."""

import tomllib

from corpus import CORPUS, Table, Variable, days, walk, write

PROFILES = CORPUS.parent.parent / "profiles"


def put(profile, name, content, table, encoding="utf-8"):
    """Writes a file; its documentation is the profile's."""
    documentation = tomllib.loads((PROFILES / f"{profile}.toml").read_text(encoding="utf-8"))["documentation"]
    write(profile, name, content, documentation, table, encoding=encoding)


def lines(*parts, end="\n"):
    """Text of lines; lists among the parts are several."""
    each = [line for part in parts for line in (part if isinstance(part, list) else [part])]
    return end.join(each) + end


def gaps(values, *places):
    """`values` without those at `places`."""
    return [None if place in places else value for place, value in enumerate(values)]


def three(seed, count, digits=1, spread=6.0, **of_walk):
    """A mean, a maximum above and a minimum below it."""
    mean = walk(seed, count, digits=digits, **of_walk)
    above = walk(seed + 1000, count, digits=digits, start=spread, step=1.5, low=1.0, high=2 * spread)
    below = walk(seed + 2000, count, digits=digits, start=spread, step=1.5, low=1.0, high=2 * spread)
    return mean, [m + d for m, d in zip(mean, above)], [m - d for m, d in zip(mean, below)]


def day_of(reading, day):
    """The day, where the primary variable's reading is not rejected."""
    return None if isinstance(reading, str) else day


def tenths(value, missing="-9999"):
    return missing if value is None else f"{value * 10:.0f}"


def quoted(fields):
    return ",".join(f'"{field}"' for field in fields)


def gsod():
    count = 70
    mean, high, low = three(11, count, start=41.0, step=4.0, low=-20.0, high=85.0, spread=8.0)
    mean, high, low = gaps(mean, 20, 44), gaps(high, 20, 21, 50), gaps(low, 20, 33)
    names = (
        "STATION DATE LATITUDE LONGITUDE ELEVATION NAME TEMP TEMP_ATTRIBUTES DEWP DEWP_ATTRIBUTES SLP SLP_ATTRIBUTES STP "
        "STP_ATTRIBUTES VISIB VISIB_ATTRIBUTES WDSP WDSP_ATTRIBUTES MXSPD GUST MAX MAX_ATTRIBUTES MIN MIN_ATTRIBUTES PRCP "
        "PRCP_ATTRIBUTES SNDP FRSHTT"
    ).split()
    table = Table(*(Variable(n, r, "fahrenheit") for n, r in (("TEMP", "mean"), ("MAX", "max"), ("MIN", "min"))))
    rows = []
    for at, day in enumerate(days((2023, 11, 20), count)):
        padded = ["9999.9" if v is None else f"{v:6.1f}" for v in (mean[at], high[at], low[at])]
        star = "*" if at % 9 == 4 else " "
        rows.append(quoted([
            "98765099999", day, "62.1000000", "-3.2500000", "14.0", "NORTH SKERRY, XX", padded[0], "24", "  28.1", "24",
            "1006.2", "24", "005.1", "24", " 12.4", " 4", " 11.9", "24", " 20.4", "999.9", padded[1], star, padded[2],
            " " if at % 7 else "*", " 0.00" if at % 5 else "99.99", "G" if at % 5 else " ", "999.9", "010000",
        ]))
        table.row([mean[at], high[at], low[at]], day, "98765099999")
    put("gsod", "station-year.csv", lines(quoted(names), rows), table)

    # The columns that a user chose, of two stations, without quotes.
    table = Table(*(Variable(n, r, "fahrenheit") for n, r in (("MAX", "max"), ("MIN", "min"))))
    rows = []
    for station, seed in (("A0765000001", 12), ("98765099999", 13)):
        _, high, low = three(seed, 40, start=60.0, step=5.0, low=-10.0, high=95.0, spread=9.0)
        high, low = gaps(high, 3, 30), gaps(low, 3)
        for at, day in enumerate(days((2019, 6, 1), 40)):
            texts = ["9999.9" if value is None else f"{value:.1f}" for value in (high[at], low[at])]
            rows.append(f"{station},{day},{texts[0]},{'*' if at % 6 else ' '},{texts[1]}, ,999.9,000000")
            table.row([high[at], low[at]], day, station)
    put("gsod", "columns.csv", lines("STATION,DATE,MAX,MAX_ATTRIBUTES,MIN,MIN_ATTRIBUTES,SNDP,FRSHTT", rows), table)


def gsod_op():
    header = (
        "STN--- WBAN   YEARMODA    TEMP       DEWP      SLP        STP       VISIB      WDSP     MXSPD   GUST    MAX     MIN"
        "   PRCP   SNDP   FRSHTT"
    )
    for name, seed, start in (("987650-99999-2007.txt", 14, 30.0), ("007026-99999-2012.txt", 15, 75.0)):
        station = name[:6]
        mean, high, low = three(seed, 60, start=start, step=4.0, low=-30.0, high=90.0, spread=8.0)
        high, low = gaps(high, 7, 8), gaps(low, 8)
        table = Table(*(Variable(n, r, "fahrenheit") for n, r in (("temp", "mean"), ("max", "max"), ("min", "min"))))
        rows = []
        for at, day in enumerate(days((int(name[13:17]), 1, 1), 60)):
            top = "9999.9 " if high[at] is None else f"{high[at]:6.1f}{'*' if at % 3 == 0 else ' '}"
            bottom = "9999.9 " if low[at] is None else f"{low[at]:6.1f}{'*' if at % 4 == 0 else ' '}"
            rows.append(
                f"{station} 99999  {day:%Y%m%d}  {mean[at]:6.1f} 24  {mean[at] - 5:6.1f} 24  1004.4 24  9999.9  0    6.2  4   13.9"
                f" 24   22.3  999.9  {top} {bottom}  0.0{at % 10}G 999.9  010000"
            )
            table.row([mean[at], high[at], low[at]], day, station)
        put("gsod-op", name, lines(header, rows), table)


def composite(value, code):
    return f"+9999,{code}" if value is None else f"{int(value * 10):+05d},{code}"


def isd():
    names = (
        "STATION DATE SOURCE LATITUDE LONGITUDE ELEVATION NAME REPORT_TYPE CALL_SIGN QUALITY_CONTROL WND CIG VIS TMP DEW SLP "
        "GA1 REM"
    ).split()
    values, table, rows = walk(21, 60, start=1.0, step=1.5), Table(Variable("TMP", "instant", "celsius")), []
    for at, value in enumerate(values):
        day = days((2022, 12, 30), 5)[at // 16]
        kind, hour = ("FM-12", at % 16) if at % 2 else ("FM-15", at % 16)
        code = {9: "2", 17: "3", 30: "6", 31: "7", 40: "C", 41: "A", 42: "5"}.get(at, "1")
        if at in (12, 13, 50):
            value, code = None, "9"
        rows.append(quoted([
            "98765099999", f"{day}T{hour + 3:02d}:00:00", "4", "62.1", "-3.25", "14.0", "NORTH SKERRY, XX", kind, "99999", "V020",
            "330,1,N,0021,1", "22000,1,9,N", "010000,1,9,9", composite(value, code), "+0010,1", "10160,1",
        ]) + (",," if at % 3 else ',"04,1,+01200,1,06,1",') + f'"SYN069{at:04d} 32660, 43304 1{at:04d}="')
        reading = "rejected" if code in "2367" else value
        table.row([reading], day_of(reading, day), "98765099999")
    put("isd", "station-year.csv", lines(quoted(names), rows), table)

    # Two stations and the columns that a user chose.
    table, rows = Table(Variable("TMP", "instant", "celsius")), []
    for station, seed in (("A0765000001", 22), ("98765199999", 23)):
        for at, value in enumerate(walk(seed, 48, start=-4.0)):
            day, code = days((2024, 2, 28), 2)[at // 24], "3" if at == 30 else "1"
            value = None if at == 11 else value
            rows.append(quoted([station, f"{day}T{at % 24:02d}:50:00", "FM-15", composite(value, "9" if value is None else code)]))
            reading = "rejected" if code == "3" else value
            table.row([reading], day_of(reading, day), station)
    put("isd", "columns.csv", lines(quoted(["STATION", "DATE", "REPORT_TYPE", "TMP"]), rows), table)


def isd_lite():
    for name, first, seed, start in (("987650-99999-2018.txt", (2018, 1, 1), 24, 2.0), ("987651-99999-2020.txt", (2020, 2, 27), 25, -12.0)):
        values = gaps(walk(seed, 100, start=start, step=1.2), 5, 6, 60)
        table, rows = Table(Variable("temperature", "instant", "celsius")), []
        for at, value in enumerate(values):
            day = days(first, 20)[at // 8]
            fields = [int(tenths(value)), -9999 if value is None else int(value * 10) - 21, 10032, 229, 134, -9999, at % 9, -9999]
            rows.append(f"{day:%Y %m %d} {at % 8 * 3:02d}" + "".join(f"{field:6d}" for field in fields))
            table.row([value], day)
        put("isd-lite", name, lines(rows), table)


ROLES = {"TAVG": "mean", "TMAX": "max", "TMIN": "min", "TOBS": "instant"}


def cdo():
    # Standard units, a blank-padded column, an element that is missing now and then.
    mean, high, low = three(31, 60, digits=0, start=45.0, step=4.0, low=-5.0, high=85.0, spread=8.0)
    mean, high, low = gaps(mean, 4, 30), gaps(high, 4), gaps(low, 4, 5)
    table, rows = Table(*(Variable(name, ROLES[name], "unknown") for name in ("TAVG", "TMAX", "TMIN"))), []
    for at, day in enumerate(days((2021, 3, 1), 60)):
        texts = ["" if value is None else f'"{value}"' for value in (mean[at], high[at], low[at])]
        rows.append(
            quoted(["USW00099999", "NORTH SKERRY AIRPORT, XX US", day, "8.05", f"  {at * 5}"]) + f',"0.0{at % 10}",' + ",".join(texts)
            + ',"  110"' + (',"    1"' if at % 6 == 0 else ",")
        )
        table.row([mean[at], high[at], low[at]], day, "USW00099999")
    put("cdo-daily-summaries", "standard.csv",
        lines(quoted("STATION NAME DATE AWND PGTM PRCP TAVG TMAX TMIN WDF2 WT01".split()), rows), table)

    # Metric units, with attributes and the place, two stations.
    table, rows = Table(*(Variable(name, ROLES[name], "unknown") for name in ("TMAX", "TMIN", "TOBS"))), []
    for station, seed in (("USC00999991", 32), ("CA1AB999999", 33)):
        obs, high, low = three(seed, 35, start=-2.0, step=3.0)
        high, low = gaps(high, 10), gaps(low, 10, 11)
        obs = gaps(obs, 10, 20)
        for at, day in enumerate(days((2016, 1, 15), 35)):
            place = [station, "FAR CREEK 3 NW, XX US", "45.1234", "-110.9876", "1502.4", day]
            pairs = [('"",""' if v is None else f'"{v}",",,7,0700"') for v in (high[at], low[at], obs[at])]
            rows.append(quoted(place) + ',"0.0",",,7,0700",' + ",".join(pairs))
            table.row([high[at], low[at], obs[at]], day, station)
    names = "STATION NAME LATITUDE LONGITUDE ELEVATION DATE PRCP PRCP_ATTRIBUTES".split()
    names += [name + end for name in ("TMAX", "TMIN", "TOBS") for end in ("", "_ATTRIBUTES")]
    put("cdo-daily-summaries", "metric-attributes.csv", lines(quoted(names), rows), table)

    # Before 2016: compact dates, -9999, CRLF.
    _, high, low = three(34, 50, digits=0, start=66.0, step=4.0, low=20.0, high=95.0, spread=9.0)
    high, low = gaps(high, 8, 9), gaps(low, 9)
    table, rows = Table(Variable("TMAX", "max", "unknown"), Variable("TMIN", "min", "unknown")), []
    for at, day in enumerate(days((2013, 5, 1), 50)):
        texts = ["-9999" if value is None else str(value) for value in (high[at], low[at])]
        rows.append(f"GHCND:USC00999992,LOW MEADOW XX US,{day:%Y%m%d},0,-9999,{texts[0]},{texts[1]}")
        table.row([high[at], low[at]], day, "GHCND:USC00999992")
    put("cdo-daily-summaries", "older.csv", lines("STATION,STATION_NAME,DATE,PRCP,SNWD,TMAX,TMIN", rows, end="\r\n"), table)


def ghcnd_wide():
    flags = ["Measurement Flag", "Quality Flag", "Source Flag", "Time of Observation"]
    obs, high, low = three(41, 60, start=12.0, step=3.0)
    obs, high, low = gaps(obs, *range(0, 20), 40), gaps(high, 40), gaps(low, 40, 41)
    # As ordered, and as R writes it again.
    for name, is_of_r in (("order.csv", False), ("by-r.csv", True)):
        table = Table(*(Variable(element, ROLES[element], "celsius") for element in ("TMAX", "TMIN", "TOBS")))
        names, rows = ["STATION", "ELEVATION", "LATITUDE", "LONGITUDE", "DATE"], []
        for number, element in enumerate(("TMAX", "TMIN", "TOBS")):
            ends = [flag.replace(" ", ".") + (f".{number}" if number else "") if is_of_r else flag for flag in flags]
            names += [element, *ends]
        for at, day in enumerate(days((1931, 3, 2), 60)):
            readings = [high[at], low[at], obs[at]]
            one = '" "," ","6",9999' if is_of_r else " , ,6,9999"
            texts = [f"{tenths(value)},{one}" for value in readings]
            head = f'"{at + 1}","GHCND:USC00999993","unknown","unknown","unknown"' if is_of_r else "GHCND:USC00999993,100.6,45.1,-110.9"
            rows.append(f"{head},{day:%Y%m%d}," + ",".join(texts))
            table.row(readings, day, "GHCND:USC00999993")
        header = quoted(["", *names]) if is_of_r else ",".join(names)
        put("ghcnd-tenths", name, lines(header, rows, end="\r\n" if is_of_r else "\n"), table)

    # A file for each station: padded tenths, attributes, empty fields.
    for station, first, seed in (("US1XX999999", (2020, 2, 20), 42), ("XXM00099998", (1899, 12, 20), 43)):
        mean, high, low = three(seed, 50, start=-3.0, step=3.0)
        mean, high, low = gaps(mean, *range(25, 40)), gaps(high, 30, 31), gaps(low, 31)
        table, rows = Table(*(Variable(element, ROLES[element], "celsius") for element in ("TAVG", "TMAX", "TMIN"))), []
        for at, day in enumerate(days(first, 50)):
            fields = ["," if v is None else f'"{tenths(v):>5}","{a}"' for v, a in ((high[at], ",,E"), (low[at], ",,E"), (mean[at], "H,,S"))]
            rows.append(quoted([station, day, "58.0", "-3.1", "25.0", "OLD HARBOUR, XX"]) + ',"    0",",,E",' + ",".join(fields))
            table.row([mean[at], high[at], low[at]], day, station)
        names = "STATION DATE LATITUDE LONGITUDE ELEVATION NAME PRCP PRCP_ATTRIBUTES".split()
        names += [element + end for element in ("TMAX", "TMIN", "TAVG") for end in ("", "_ATTRIBUTES")]
        put("ghcnd-access", f"{station}.csv", lines(quoted(names), rows), table)


def long_rows(table, elements, stations, first, count, seed, source="E", time=""):
    """Station, day, element, value and flags of each reading; rain between them. Some fail a check of quality."""
    starts = {"TAVG": 4.0, "TMAX": 10.0, "TMIN": -3.0, "TOBS": 3.0}
    series = {(station, element): walk(seed + 7 * s + e, count, start=starts[element], step=2.0)
              for s, station in enumerate(stations) for e, element in enumerate(elements)}
    rows = []
    for at, day in enumerate(days(first, count)):
        for station in stations:
            for number, element in enumerate(elements):
                value, flag = series[station, element][at], ""
                if (at + 3 * number) % 13 == 5:
                    flag = "IDGSX"[at % 5]
                readings = [[] for _ in elements]
                readings[number] = ["rejected" if flag else value]
                rows.append([station, f"{day:%Y%m%d}", element, tenths(value), "H" if element == "TAVG" else "", flag, source, time])
                table.row(readings, day if number == 0 and not flag else None, station or None)
            rows.append([station, f"{day:%Y%m%d}", "PRCP", str(at % 4 * 13), "T" if at % 4 == 0 else "", "", source, time])
            table.other_row()
    return rows


def ghcnd_long():
    def table_of(elements):
        return Table(*(Variable(element, ROLES[element], "celsius") for element in elements))

    header = "ID,DATE,ELEMENT,DATA_VALUE,M_FLAG,Q_FLAG,S_FLAG,OBS_TIME"
    stations = ["XXE00999999", "XX000099998", "XXE00999997"]
    for name, elements, first, count, source, time, seed in (
        ("1811.csv", ["TMAX", "TMIN"], (1811, 1, 1), 13, "E", "", 51),
        ("2019.csv", ["TAVG", "TMAX", "TMIN", "TOBS"], (2019, 7, 1), 8, "S", "0700", 52),
    ):
        table = table_of(elements)
        rows = [",".join(row) for row in long_rows(table, elements, stations, first, count, seed, source, time)]
        put("ghcnd-by-year", name, lines(rows), table)
        # The copies in Amazon's registry have a header.
        table = table_of(elements)
        rows = [",".join(row) for row in long_rows(table, elements, stations[:2], first, count + 3, seed + 100, source, time)]
        put("ghcnd-by-year", f"header-{name}", lines(header, rows), table)
        # One station, without its number.
        table = table_of(elements)
        rows = [",".join(row[1:]) for row in long_rows(table, elements, [""], first, count + 15, seed + 200, source, time)]
        named = ["date,attr,value,a,b,c,d"] if time else []
        put("ghcnd-station-long", f"{'header' if time else 'rows'}.csv", lines(named, rows), table)


def make():
    gsod()
    gsod_op()
    isd()
    isd_lite()
    cdo()
    ghcnd_wide()
    ghcnd_long()
