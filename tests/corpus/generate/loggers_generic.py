"""Tables that no profile knows: names, units and places that speak for themselves."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

CSV = "https://www.rfc-editor.org/rfc/rfc4180"
KAGGLE = "https://www.kaggle.com/datasets"


def stamps(first, count, minutes):
    return [datetime(*first) + timedelta(minutes=minutes * number) for number in range(count)]


def comma(value):
    return str(value).replace(".", ",")


def one(name, unit="unknown", role="instant"):
    return Table(Variable(name, role, unit))


def save(name, lines, table, end="\n", encoding="utf-8", documentation=CSV):
    write("generic", name, end.join(lines) + end, documentation, table, encoding=encoding)


def hourly(name, lines, table, row, value_walk, first=(2024, 1, 13, 0, 0), minutes=60, missing=(7, 8), marker="", **how):
    """Rows of one temperature: `row` makes the line of a time, a text and a number."""
    for number, (time, value) in enumerate(zip(stamps(first, len(value_walk), minutes), value_walk)):
        gone = number in missing
        lines.append(row(time, marker if gone else str(value), number))
        table.row([None if gone else value], time.date())
    save(name, lines, table, **how)


def numbered(time, text, number):
    return f"{time:%Y-%m-%d %H:%M},{text},{number}"


def plain():
    table = one("temperature (°C)", "celsius")
    lines = ["time,station,temperature (°C),humidity (%)"]
    for station, start in [("Harbour", 4.0), ("Hill, east", 0.5)]:
        for number, (time, value) in enumerate(zip(stamps((2024, 2, 27, 12, 0), 30, 150), walk(f"plain {station}", 30, 1, start, 1.0))):
            gone = number == 11
            lines.append(f'{time:%Y-%m-%dT%H:%M},"{station}",{"NaN" if gone else value},{60 + number % 9}')
            table.row([None if gone else value], time.date(), station)
    save("comma.csv", lines, table)

    table = Table(*(Variable(name, role, "unknown") for name, role in [("tmean", "mean"), ("tmax", "max"), ("tmin", "min")]))
    lines = ["date\ttmax\ttmin\ttmean\train"]
    for number, (day, value) in enumerate(zip(days((1999, 12, 10), 60), walk("tabs", 60, 1, 1.0, 2.0))):
        values = [None if number % 20 == 9 else value, value + Decimal("4.4"), None if number == 31 else value - Decimal("3.7")]
        texts = ["NA" if each is None else str(each) for each in values]
        lines.append("\t".join([str(day), texts[1], texts[2], texts[0], "0.0"]))
        table.row(values, day)
    save("tabs.tsv", lines, table)

    hourly(
        "semicolon_decimal_comma.csv", ["Datum;Uhrzeit;Lufttemperatur [°C];Feuchte [%]"], one("Lufttemperatur [°C]", "celsius"),
        lambda time, text, number: f"{time:%d.%m.%Y};{time:%H:%M};{comma(text)};{80 + number % 10},5", walk("german", 60, 1, -2.0, 0.8),
    )
    hourly(
        "bars.txt", ["time|code|temp_c|remark"], one("temp_c", "celsius"),
        lambda time, text, number: f"{time:%Y/%m/%d %H:%M}||{text}|a, b; c", walk("bars", 48, 2, 11.0, 0.7), marker="null",
    )
    hourly(
        "blanks.txt", ["date        time     temp_c    rh"], one("temp_c", "celsius"),
        lambda time, text, number: f"{time:%Y-%m-%d}  {time:%H:%M}  {text:>8}  {70 + number % 20:>4}",
        walk("blanks", 60, 1, 3.0, 1.0), marker="-999.9",
    )
    hourly(
        "fahrenheit_in_the_name.csv", ["Date & time,Air Temp (degF),Dew Point (degF),Heat Index (degF)"], one("Air Temp (degF)", "fahrenheit"),
        lambda time, text, number: f"{time:%m/%d/%Y %I:%M %p},{text},40.5,55.0", walk("degf", 60, 1, 52.0, 1.5, -10, 110), marker="--", minutes=90,
    )
    hourly(
        "kelvin.csv", ["valid_time,longitude,latitude,t2m [K]"], one("t2m [K]", "kelvin"),
        lambda time, text, number: f"{time:%Y-%m-%d %H:%M:%S},9.75,47.25,{text}", walk("kelvin", 60, 4, 274.0, 0.8, 240.0, 310.0), missing=(),
    )
    hourly(
        "offset_newest_first.csv", ["timestamp,temp"], one("temp"),
        lambda time, text, number: f"{time:%Y-%m-%dT%H:%M:%S}.{number:03}+01:00,{text}", walk("newest", 60, 2, 8.0, 0.7), minutes=-75,
    )
    epoch = datetime(1970, 1, 1)
    hourly(
        "epoch_milliseconds.csv", ["ts,temperature_c"], one("temperature_c", "celsius"),
        lambda time, text, number: f"{int((time - epoch).total_seconds()) * 1000 + number},{text}", walk("epoch", 60, 3, 21.0, 0.4),
    )


def around_the_table():
    def indexed(time, text, number):
        return f"{number},{time},{text}"

    def commas(time, text, number):
        return f"{time},{text}"

    def semicolons(time, text, number):
        return f"{time};{text}"

    def tail(time, text, number):
        return f"{time};{text};"

    def with_number(time, text, number):
        return f'"{number + 1}"\t"{time}"\t{text}\t"clear"'

    def simple(name, lines, row, seed, start=9.0, **how):
        hourly(name, lines, one("temperature"), row, walk(seed, 56, 2, start, 0.8), **how)

    units = ["timestamp,air_temperature,relative_humidity", "UTC,degC,%"]
    hourly("units_row.csv", units, Table(Variable(None, "instant", "celsius")), numbered, walk("units row", 60, 1, 5.0, 0.8))
    title = ["Garden weather, north side", "Made by hand, for a test", "", "time,temperature (°C),battery"]
    hourly("title_rows.csv", title, one("temperature (°C)", "celsius"), numbered, walk("titles", 48, 1, 9.0, 0.8))
    simple("pandas_index.csv", [",time,temperature"], indexed, "pandas")
    simple("sep_line.csv", ["sep=;", "time;temperature"], semicolons, "sep", end="\r\n")
    simple("header_ends_in_delimiter.csv", ["time,temperature,"], commas, "header tail", -4.0, marker="NA")
    simple("rows_end_in_delimiter.csv", ["time;temperature"], tail, "row tail", -4.0)
    simple("header_one_shorter.txt", ['"time"\t"temperature"\t"sky"'], with_number, "R", 14.0, marker="NA")

    # Remarks above and among the rows.
    table = one("temperature")
    lines = ["# a fridge, with its door open", "# sampled each hour", "time,temperature,humidity"]
    for number, (time, value) in enumerate(zip(stamps((2024, 6, 28, 5, 0), 60, 60), walk("remarks", 60, 2, 7.0, 0.5))):
        if number in (20, 44):
            lines.append("# restarted, clock set")
        lines.append(f"{time},{value},45.5")
        table.row([value], time.date())
    save("remarks.csv", lines, table)

    # The logger writes its header at each start.
    table = one("Temp (C)", "celsius")
    header = "Date,Time,Temp (C),Volt"
    lines = [header]
    for number, (time, value) in enumerate(zip(stamps((2024, 6, 28, 5, 0), 60, 60), walk("restarts", 60, 2, 7.0, 0.5))):
        if number in (17, 18, 51):
            lines.append(header)
        lines.append(f"{time:%Y-%m-%d,%H:%M},{value},3.71")
        table.row([value], time.date())
    save("repeated_header.csv", lines, table, end="\r\n")

    # Rows that were cut off when the battery failed.
    table = one("temperature")
    lines = ["time,sensor,temperature,voltage"]
    for number, (time, value) in enumerate(zip(stamps((2024, 6, 28, 5, 0), 60, 60), walk("cut", 60, 2, 7.0, 0.5))):
        if number in (25, 40):
            lines.append(f"{time}")
            table.broken_row()
        else:
            lines.append(f"{time},A1,{value},3.6")
            table.row([value], time.date(), "A1")
    save("broken_rows.csv", lines, table)

    # A remark in quotes holds the delimiter, a quote, and a line end.
    table = one("temperature")
    lines = ["time,remark,temperature"]
    for number, (time, value) in enumerate(zip(stamps((2024, 6, 28, 5, 0), 48, 60), walk("quotes", 48, 2, 7.0, 0.5))):
        remark = ['"dry, ""calm"""', '"first line\nsecond line, more"', "wet"][number % 3]
        lines.append(f"{time},{remark},{value}")
        table.row([value], time.date())
    save("quoted_remarks.csv", lines, table)

    # A logger's concatenation: a preamble, units in brackets, times in two columns.
    table = Table(Variable(None, "instant", "celsius"))
    lines = ["MiniDOT", "Sensor: 7450-079412", "Concatenation Date: 2022-07-02 10:15:00", "", "DO concentration compensated for salinity: 0.0 ppt", ""]
    lines += ["Unix Timestamp, UTC_Date_&_Time, Central Standard Time, Battery, Temperature, Dissolved Oxygen, Q"]
    lines += ["(Second), (none), (none), (Volt), (deg C), (mg/l), (none)"]
    for time, value in zip(stamps((2022, 6, 14, 6, 0), 60, 17), walk("concatenated", 60, 3, 19.0, 0.3)):
        seconds = int((time - datetime(1970, 1, 1)).total_seconds())
        lines.append(f"{seconds}, {time}, {time - timedelta(hours=6)}, 3.360000, {value}, 7.910, 0.988")
        table.row([value], time.date())
    save("concatenated_logger.txt", lines, table, documentation="https://www.pme.com/products/minidot")


def layouts():
    # Months as columns, and their mean, which is none.
    table = one("temperature")
    lines = ["Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Annual"]
    values = walk("months", 480, 1, 9.0, 4.0, -12.0, 26.0)
    for number in range(40):
        months = enumerate(values[12 * number : 12 * number + 12])
        row = [None if (number, month) in {(0, 0), (0, 1), (39, 11)} else value for month, value in months]
        lines.append(f"{1951 + number}," + ",".join("-999.9" if value is None else str(value) for value in row) + ",9.1")
        table.row([row], [date(1951 + number, month, 1) for month in range(1, 13)])
    save("months_as_columns.csv", lines, table)

    # A row for each element.
    table = Table(Variable("tmax", "max", "unknown"), Variable("tmin", "min", "unknown"))
    lines = ["station,date,element,value"]
    for station in ["A17", "B02"]:
        for number, (day, value) in enumerate(zip(days((2003, 2, 20), 18), walk(f"long {station}", 18, 1, 6.0, 2.0))):
            low = None if number == 4 else value - Decimal("6.5")
            for element, reading in [("tmax", value), ("rain", Decimal("0.4")), ("tmin", low)]:
                lines.append(f"{station},{day},{element},{'' if reading is None else reading}")
            table.row([value, []], day, station)
            table.other_row()
            table.row([[], low], day, station)
    save("elements_as_rows.csv", lines, table)

    # The same temperature twice, and a counter in place of a time.
    table = Table(Variable("T_Celsius", "instant", "celsius"), Variable("T_Fahrenheit", "instant", "fahrenheit"))
    header = "Minuto, T_Celsius, T_Fahrenheit, Luminosidade"
    lines = [", , ,", header]
    for number, value in enumerate(walk("two units", 60, 2, 24.0, 0.4), 1):
        fahrenheit = (value * 9 / 5 + 32).quantize(Decimal(1))
        lines += [header] if number == 31 else []
        lines.append(f"{number}, {value}, {fahrenheit}, {800 + number % 30}")
        table.row([value, fahrenheit])
    save("celsius_and_fahrenheit.csv", lines, table, end="\r\n")

    # Set points, forecasts and differences beside what was measured; "Tempo" is a time.
    table = one("indoor_dry_bulb_temperature")
    names = "month,hour,day_type,indoor_dry_bulb_temperature,average_unmet_cooling_setpoint_difference,indoor_dry_bulb_temperature_cooling_set_point"
    lines = [names]
    for number, value in enumerate(walk("zone", 72, 6, 25.0, 0.3)):
        lines.append(f"6,{number % 24 + 1},{1 + number // 24},{value},0.0,26.0")
        table.row([value])
    save("set_points.csv", lines, table)
    table = one("Temp Amb (C)", "celsius")
    lines = ["Tempo,Temp Amb (C)"]
    for number, value in enumerate(walk("tempo", 60, 2, 38.0, 0.4)):
        lines.append(f"{number // 4},{value}")
        table.row([value])
    save("tempo.csv", lines, table, end="\r\n")

    # Nothing but a date and a value; damaged values are not guessed.
    table = one("Value")
    lines = ['"Date","Value"']
    for number, (day, value) in enumerate(zip(days((1984, 7, 1), 70), walk("only value", 70, 1, 8.0, 1.5))):
        damaged = number in (20, 33)
        lines.append(f'"{day}",{"?" if damaged else ""}{value}')
        table.row(["rejected" if damaged else value], None if damaged else day)
    save("date_and_value.csv", lines, table, documentation=f"{KAGGLE}/paulbrabban/daily-minimum-temperatures-in-melbourne")

    names = ["TempHighF", "TempAvgF", "TempLowF"]
    table = Table(*(Variable(names[at], role, "fahrenheit") for at, role in [(1, "mean"), (0, "max"), (2, "min")]))
    lines = ["Date," + ",".join(names) + ",DewPointHighF,DewPointAvgF,DewPointLowF,PrecipitationSumInches,Events"]
    for number, (day, value) in enumerate(zip(days((2013, 12, 21), 60), walk("austin", 60, 0, 58.0, 5.0, 20, 95))):
        values = [value + 11, value, value - 10]
        gone = number == 30
        texts = ["-" if gone else str(each) for each in values]
        lines.append(f'{day.month}/{day.day}/{day.year},{",".join(texts)},45,39,30,{"T" if number % 5 else "0.46"},"Rain , Thunderstorm"')
        table.row([None] * 3 if gone else [values[1], values[0], values[2]], day)
    save("austin.csv", lines, table, documentation=f"{KAGGLE}/grubenm/austin-weather")


def make():
    plain()
    around_the_table()
    layouts()
