"""American hours and networks: Local Climatological Data, the Climate Reference Network, buoys, airports."""

from datetime import datetime, timedelta
from decimal import Decimal

from americas_noaa import day_of, gaps, lines, put, quoted, three
from corpus import Table, Variable, days, walk


def hours(first, count, step=1):
    """`count` times from `first`, `step` hours apart."""
    return [datetime(*first) + timedelta(hours=step * number) for number in range(count)]


def celsius(value):
    return None if value is None else ((value - 32) * 5 / 9).quantize(Decimal("0.1")) + 0


DRY_BULB = {
    "HourlyDryBulbTemperature": "instant",
    "DailyAverageDryBulbTemperature": "mean",
    "DailyMaximumDryBulbTemperature": "max",
    "DailyMinimumDryBulbTemperature": "min",
}


def lcd():
    # Hours, and at the end of each day a summary of it, in columns that are empty elsewhere.
    names = (
        "STATION DATE LATITUDE LONGITUDE ELEVATION NAME REPORT_TYPE SOURCE HourlyDewPointTemperature HourlyDryBulbTemperature "
        "HourlyRelativeHumidity HourlyWetBulbTemperature Sunrise Sunset DailyAverageDryBulbTemperature "
        "DailyDepartureFromNormalAverageTemperature DailyMaximumDryBulbTemperature DailyMinimumDryBulbTemperature "
        "DailyHeatingDegreeDays MonthlyMeanTemperature REM"
    ).split()
    for profile, name, station, unit, digits, start, seed in (
        ("lcd", "bulk.csv", "98765099999", "fahrenheit", 0, 20.0, 61),
        ("lcd", "ordered.csv", "WBAN:99999", "fahrenheit", 0, 71.0, 62),
        ("lcdv2", "first.csv", "USW00099999", "celsius", 1, -4.0, 63),
        ("lcdv2", "second.csv", "AQW00099998", "celsius", 1, 24.5, 64),
    ):
        table = Table(*(Variable(variable, role, unit) for variable, role in DRY_BULB.items()))
        values, rows = gaps(walk(seed, 72, digits=digits, start=start, step=2.0, low=-30.0, high=95.0), 7, 8, 30), []
        for at, (time, value) in enumerate(zip(hours((2021, 2, 27), 72), values)):
            text = "" if value is None else f"{value}{ {20: 's', 33: 's', 40: '*'}.get(at, '') }"
            if at == 8:
                text = "*"
            rows.append(quoted([
                station, f"{time:%Y-%m-%dT%H}:53:00", "62.1", "-3.25", "14.0", "NORTH SKERRY, XX", "FM-15", "7",
                "" if value is None else value - 4, text, "88", "" if value is None else value - 2, *[""] * 8, "MET110, AUTO",
            ]))
            table.row([value, None, None, None], time.date(), station)
            if time.hour == 23:
                day = [v for v in values[at - 23 : at + 1] if v is not None]
                high, low = max(day), min(day)
                mean = ((high + low) / 2).quantize(Decimal(1).scaleb(-digits))
                high_text = f"{high}*" if time.day == 28 else str(high)
                rows.append(quoted([
                    station, f"{time:%Y-%m-%d}T23:59:00", "62.1", "-3.25", "14.0", "NORTH SKERRY, XX", "SOD  ", "6", "", "", "", "",
                    "0741", "1722", mean, "-2.1", high_text, low, "31", "" if time.day != 28 else "41.5", "",
                ]))
                table.row([None, mean, high, low], time.date(), station)
        put(profile, name, lines(quoted(names), rows), table)


def lcd_legacy():
    names = (
        "STATION,STATION_NAME,ELEVATION,LATITUDE,LONGITUDE,DATE,REPORTTPYE,HOURLYSKYCONDITIONS,HOURLYDRYBULBTEMPF,"
        "HOURLYDRYBULBTEMPC,HOURLYWETBULBTEMPF,HOURLYDewPointTempF,DAILYMaximumDryBulbTemp,DAILYMinimumDryBulbTemp,"
        "DAILYAverageDryBulbTemp,DAILYDeptFromNormalAverageTemp,DAILYSunrise,DAILYSunset,MonthlyMaximumTemp,"
        "MonthlyDaysWithGT90Temp,MonthlyTotalHeatingDegreeDays"
    )
    for name, station, start, seed in (("older.csv", "WBAN:99999", 58.0, 65), ("winter.csv", "WBAN:99998", 3.0, 66)):
        table = Table(
            Variable("HOURLYDRYBULBTEMPF", "instant", "fahrenheit"), Variable("HOURLYDRYBULBTEMPC", "instant", "celsius"),
            Variable("DAILYAverageDryBulbTemp", "mean", "fahrenheit"), Variable("DAILYMaximumDryBulbTemp", "max", "fahrenheit"),
            Variable("DAILYMinimumDryBulbTemp", "min", "fahrenheit"),
        )
        values, rows = gaps(walk(seed, 72, digits=0, start=start, step=2.5, low=-30.0, high=95.0), 10, 11, 50), []
        for at, (time, value) in enumerate(zip(hours((2015, 12, 30), 72), values)):
            flag = "s" if at in (5, 41) else ""
            texts = ["", ""] if value is None else [f"{value}{flag}", f"{celsius(value)}{flag}"]
            place = f"{station},NORTH SKERRY AIRPORT XX US,271.3,62.1,-3.25"
            rows.append(f"{place},{time:%Y-%m-%d %H}:54,FM-15,OVC:08 4,{texts[0]},{texts[1]},40,38,,,,,0731,1709,,-9999,-9999")
            table.row([value, celsius(value), None, None, None], time.date(), station)
            if time.hour == 23:
                day = [v for v in values[at - 23 : at + 1] if v is not None]
                mean = ((max(day) + min(day)) / 2).quantize(Decimal(1))
                rows.append(f"{place},{time:%Y-%m-%d} 23:59,SOD,,,,,,{max(day)},{min(day)}*,{mean},-1.2,0731,1709,,-9999,-9999")
                table.row([None, None, mean, max(day), min(day)], time.date(), station)
        put("lcd-legacy", name, lines(names, rows), table)


def uscrn():
    def text(value):
        return f"{'-9999.0' if value is None else value:>7}"

    for name, station, first, seed, start in (
        ("CRND0103-2021-XX_North_Skerry_3_W.txt", "99801", (2021, 1, 1), 67, -15.0),
        ("CRND0103-2009-XX_Low_Meadow_1_NE.txt", "03999", (2009, 7, 1), 68, 24.0),
    ):
        mean, high, low = three(seed, 60, start=start, step=3.0, low=-45.0)
        average = [value + Decimal("0.2") for value in mean]
        at_once = (3, 4, 41)
        mean, high, low, average = (gaps(series, *at_once) for series in (mean, high, low, average))
        average = gaps(average, *at_once, 20)
        roles = {"T_DAILY_AVG": "mean", "T_DAILY_MEAN": "mean", "T_DAILY_MAX": "max", "T_DAILY_MIN": "min"}
        table, rows = Table(*(Variable(variable, role, "celsius") for variable, role in roles.items())), []
        for at, day in enumerate(days(first, 60)):
            air = " ".join(text(value) for value in (high[at], low[at], mean[at], average[at]))
            rows.append(
                f"{station} {day:%Y%m%d}  2.424 -147.51   64.97 {air}     0.0     2.15 {'RCU'[at // 3 % 3]}   -18.4   -33.3   -28.4"
                "    79.6    65.2    75.4 -99.000 -99.000   0.158 -99.000 -99.000 -9999.0 -9999.0    -2.1 -9999.0 -9999.0"
            )
            table.row([average[at], mean[at], high[at], low[at]], day, station)
        put("uscrn-daily", name, lines(rows), table)

    for name, station, seed, start in (
        ("CRNH0203-2018-XX_North_Skerry_3_W.txt", "99801", 69, -8.0), ("CRNH0203-2012-XX_Low_Meadow_1_NE.txt", "3999", 70, 19.0),
    ):
        mean, high, low = three(seed, 60, start=start, step=1.5, spread=1.0)
        now = walk(seed + 50, 60, start=start, step=1.5)
        mean, high, low, now = gaps(mean, 9), gaps(high, 9, 33), gaps(low, 9, 33), gaps(now, 9)
        roles = {"T_HR_AVG": "mean", "T_CALC": "instant", "T_MAX": "max", "T_MIN": "min"}
        table, rows = Table(*(Variable(variable, role, "celsius") for variable, role in roles.items())), []
        for at, time in enumerate(hours((2018 if start < 0 else 2012, 1, 1, 1), 60)):
            local = time - timedelta(hours=9)
            air = " ".join(text(value) for value in (now[at], mean[at], high[at], low[at]))
            rows.append(
                f"{station:>5} {time:%Y%m%d %H%M} {local:%Y%m%d %H%M}      3 -147.51   64.97 {air}     0.0     12 0     40 0      0 0"
                f" {'C' if at % 20 else 'U'}   -20.4 0   -19.9 0 -9999.0 3    78 0 -99.000   0.158 -99.000 -99.000 -99.000"
                " -9999.0 -9999.0    -2.1 -9999.0 -9999.0"
            )
            table.row([mean[at], now[at], high[at], low[at]], local.date(), station)
        put("uscrn-hourly", name, lines(rows), table)


def ndbc():
    # The last days: newest first, a row of units, MM.
    air, water = walk(71, 80, start=13.0, step=0.6), walk(72, 80, start=11.0, step=0.2)
    air, water = gaps(air, 10, 11, 12, 60), gaps(water, 11, 70)
    # The row of units changes the names.
    table, rows = Table(Variable(None, "instant", "celsius"), Variable(None, "instant", "celsius")), []
    for at, time in enumerate(reversed(hours((2023, 4, 29, 4), 80))):
        texts = [f"{'MM' if value is None else value:>5}" for value in (air[at], water[at])]
        wave = "  0.5     7   3.5 100" if at % 3 == 0 else "   MM    MM    MM  MM"
        rows.append(f"{time:%Y %m %d %H} 50 280  3.0  4.0 {wave} 1015.2 {texts[0]} {texts[1]}    MM   MM +1.6    MM")
        table.row([air[at], water[at]], time.date())
    header = [
        "#YY  MM DD hh mm WDIR WSPD GST  WVHT   DPD   APD MWD   PRES  ATMP  WTMP  DEWP  VIS PTDY  TIDE",
        "#yr  mo dy hr mn degT m/s  m/s     m   sec   sec degT   hPa  degC  degC  degC  nmi  hPa    ft",
    ]
    put("ndbc", "realtime.txt", lines(header, rows), table)

    # The history: nines; with a row of units since 2007, without one and with CRLF before.
    for name, first, seed, end, top, variable in (
        ("history-2015.txt", (2014, 12, 31, 23), 73, "\n", [
            "#YY  MM DD hh mm WDIR WSPD GST  WVHT   DPD   APD MWD   PRES  ATMP  WTMP  DEWP  VIS  TIDE",
            "#yr  mo dy hr mn degT m/s  m/s     m   sec   sec degT   hPa  degC  degC  degC   mi    ft",
        ], [None, None]),
        ("history-2005.txt", (2004, 12, 31, 23), 75, "\r\n", [
            "YYYY MM DD hh mm  WD  WSPD GST  WVHT  DPD   APD  MWD  BAR    ATMP  WTMP  DEWP  VIS  TIDE",
        ], ["ATMP", "WTMP"]),
    ):
        air, water = walk(seed, 90, start=-1.0, step=0.8), walk(seed + 1, 90, start=4.0, step=0.3)
        air, water = gaps(air, 0, 44, 45), gaps(water, 45)
        table = Table(Variable(variable[0], "instant", "celsius"), Variable(variable[1], "instant", "celsius"))
        rows = []
        for at, time in enumerate(hours(first, 90)):
            texts = [f"{'999.0' if value is None else value:>5}" for value in (air[at], water[at])]
            rows.append(
                f"{time:%Y %m %d %H} 50 316  4.8  6.0  0.92  5.56  4.88 999 1008.1 {texts[0]} {texts[1]} 999.0 99.0 99.00"
            )
            table.row([air[at], water[at]], time.date())
        put("ndbc", name, lines(top, rows, end=end), table)


def iem():
    # Fahrenheit, many stations, the whole report as the last column, remarks above the header.
    table, rows = Table(Variable("tmpf", "instant", "fahrenheit")), []
    values = {station: walk(77 + at, 30, digits=2, start=48.0, step=2.0, high=90.0) for at, station in enumerate(("XQAA", "XQBB", "XQCC"))}
    for at, time in enumerate(hours((2022, 10, 30, 14), 30)):
        for station, series in values.items():
            value = None if (at, station) in ((3, "XQAA"), (3, "XQBB"), (20, "XQCC")) else series[at]
            text = "M" if value is None else value
            rows.append(
                f"{station},{time:%Y-%m-%d %H:%M},{text},41.00,71.83,240.00,16.00,0.00,30.06,M,6.21,M,OVC,M,M,"
                f"{station} {time:%d%H%M}Z 24016KT 9999 OVC100 14/09 Q1018"
            )
            table.row([value], time.date(), station)
    remarks = ["#DEBUG: Format Typ    -> onlycomma", "#DEBUG: Time Period   -> 2022-10-30 14:00:00+00:00 2022-10-31 19:00:00+00:00"]
    names = "station,valid,tmpf,dwpf,relh,drct,sknt,p01i,alti,mslp,vsby,gust,skyc1,skyc2,wxcodes,metar"
    put("iem-asos", "fahrenheit.txt", lines(remarks, names, rows), table)

    # Celsius alone, tabs, null.
    table, rows, values = Table(Variable("tmpc", "instant", "celsius")), [], gaps(walk(80, 60, digits=2, start=-6.0), 8, 9)
    for value, time in zip(values, hours((2020, 1, 1), 60)):
        rows.append(f"QQX\t{time:%Y-%m-%d %H:%M}\t-71.02\t62.10\t{'null' if value is None else value}\t-9.00")
        table.row([value], time.date(), "QQX")
    put("iem-asos", "celsius.tsv", lines("station\tvalid\tlon\tlat\ttmpc\tdwpc", rows), table)


def make():
    lcd()
    lcd_legacy()
    uscrn()
    ndbc()
    iem()
