"""Texts that no profile knows: encodings, line ends, quotes, units inside cells, logs without a header."""

import calendar
from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, walk, write

CSV = "https://www.rfc-editor.org/rfc/rfc4180"
EPOCH = datetime(1970, 1, 1)


def stamps(first, count, minutes):
    return [datetime(*first) + timedelta(minutes=minutes * number) for number in range(count)]


def comma(value):
    return str(value).replace(".", ",")


def one(name, unit="unknown", role="instant"):
    return Table(Variable(name, role, unit))


def rows(table, lines, row, seed, digits=1, start=8.0, first=(2024, 2, 13, 1, 0), minutes=60, missing=(7, 8), marker="", dated=True):
    """Adds the lines of one temperature: `row` makes the line of a time, a text and a number."""
    for number, (time, value) in enumerate(zip(stamps(first, 60, minutes), walk(seed, 60, digits, start, 0.8, high=150.0))):
        gone = number in missing
        lines.append(row(time, marker if gone else str(value), number))
        table.row([None if gone else value], time.date() if dated else None)
    return lines


def save(name, lines, table, end="\n", encoding="utf-8", mark=b""):
    write("generic", name, mark + (end.join(lines) + end).encode(encoding), CSV, table)


def plain(time, text, number):
    return f"{time:%Y-%m-%d %H:%M},{text},{60 + number % 9}"


def encodings():
    def tabs(time, text, number):
        return f"{time:%Y-%m-%d %H:%M}\tcloud\t{text}"

    def japanese(time, text, number):
        return f"{time.year}/{time.month}/{time.day} {time.hour}:{time:%M:%S},{text},晴れ"

    def french(time, text, number):
        return f"{time:%d/%m/%Y %H:%M};{comma(text)};{number}"

    def portuguese(time, text, number):
        return f'"{time:%d/%m/%Y %H:%M:%S}";"{comma(text)}";"{number}"'

    table = one("temperature (°C)", "celsius")
    lines = rows(table, ["time,temperature (°C),humidity"], plain, "utf-16")
    save("utf_16_little_endian.csv", lines, table, "\r\n", "utf-16-le", b"\xff\xfe")

    table = one("Temp [°C]", "celsius")
    lines = rows(table, ["Time\tSky\tTemp [°C]"], tabs, "utf-16 be", marker="n/a")
    save("utf_16_big_endian.tsv", lines, table, "\r\n", "utf-16-be", b"\xfe\xff")

    table = one("気温(℃)", "celsius")
    save("shift_jis.csv", rows(table, ["日時,気温(℃),天気"], japanese, "shift-jis"), table, "\r\n", "cp932")

    table = one("Température (°C)", "celsius")
    lines = rows(table, ["Date;Température (°C);Nébulosité"], french, "latin")
    save("latin_1.csv", lines, table, "\n", "latin-1")

    table = one("Temperatura (ºC)", "celsius")
    lines = rows(table, ['"Data Hora";"Temperatura (ºC)";"Umidade (%)"'], portuguese, "portuguese")
    save("byte_order_mark.csv", lines, table, "\r\n", "utf-8-sig")


def line_ends():
    header = "time,temperature,humidity"
    for name, end in [("carriage_returns.csv", "\r"), ("two_carriage_returns.csv", "\r\r\n")]:
        table = one("temperature")
        save(name, rows(table, [header], plain, name), table, end)

    # Blank lines, both kinds of line ends, and none at the end.
    table = one("temperature")
    lines = rows(table, [header], plain, "mixed")
    text = "".join(line + ["\r\n", "\n", "\n\n", "\r\n \r\n"][number % 4] for number, line in enumerate(lines))
    write("generic", "mixed_line_ends.csv", text.rstrip(), CSV, table)


def quotes():
    def whole(time, text, number):
        return f'"{number + 3};""{number % 30 + 40}.7"";""{text}"";""{time}"""'

    def single(time, text, number):
        return f"'{time}','{text}','cold, windy'"

    def padded(time, text, number):
        number = f"{Decimal(text):>+9}" if text else " " * 9
        return f'"{time}","{number}"," 50"'

    def commas(time, text, number):
        return f'{time:%d.%m.%Y %H:%M},"{comma(text)}","55,5"'

    # Each line is one quoted field that holds the record.
    table = one("temperature")
    lines = rows(table, ['"No;""humidity"";""temperature"";""Date"""'], whole, "lines quoted")
    save("whole_lines_quoted.csv", lines, table, "\r\n")

    table = one("Temp")
    save("single_quotes.csv", rows(table, ["'Date','Temp','Remark'"], single, "single quotes"), table)

    # Signs, and blanks before the numbers inside the quotes.
    table = one("Temperature")
    lines = rows(table, ['"date","Temperature","Appliances"'], padded, "padded", start=0.5)
    save("padded_in_quotes.csv", lines, table)

    # Commas part the fields, and quotes keep decimal commas together.
    table = one("Temperatur (°C)", "celsius")
    lines = rows(table, ["Zeit,Temperatur (°C),Feuchte (%)"], commas, "quoted commas")
    save("quoted_decimal_comma.csv", lines, table)


def cells():
    # A Czech station: the unit stands in each cell, and "err" where the sensor did not answer.
    table = one("Teplota", "celsius")
    lines = ['"Datum";"Čas";"Teplota";"Vlhkost";"Tlak"']
    for number, (time, value) in enumerate(zip(stamps((2026, 3, 20, 0, 0), 64, 80), walk("cells", 64, 1, 3.0, 0.9))):
        gone = number in (0, 1, 2, 33)
        texts = ["err°C", "err%", "errhPa"] if gone else [f"{comma(value)}°C", "62,5%", "962,2hPa"]
        lines.append(f'"{time:%d.%m.%y}";"{time:%H:%M:%S}";' + ";".join(f'"{text}"' for text in texts))
        table.row([None if gone else value], time.date())
    save("units_in_cells.csv", lines, table, "\r\n", "cp1250")

    # The same with a blank between them.
    def blank(time, text, number):
        cell = f"{comma(text)} °C" if text else ""
        return f"{time:%Y-%m-%d %H:%M};{cell};61 %"

    table = one("Lufttemperatur", "celsius")
    save("units_with_blanks_in_cells.csv", rows(table, ["Zeit;Lufttemperatur;Feuchte"], blank, "blank cells"), table)

    # A daily summary: extremes with the time at which they were met.
    names = [("Temp", "instant"), ("High Temp", "max"), ("Low Temp", "min")]
    table = Table(*(Variable(name, role, "fahrenheit") for name, role in names))
    lines = ["date,Temp,High Temp,Low Temp,Hum,Wind Chill,Dew Point,Barometer,end"]
    for number, (time, value) in enumerate(zip(stamps((2018, 9, 20, 23, 0), 50, 1440), walk("summary", 50, 0, 58.0, 5.0, 10, 95))):
        values = [None if number % 17 == 16 else value, value + 14, value - 12]
        cells = [f"{time:%Y-%m-%d}", "--" if values[0] is None else f"{value} °F"]
        cells += [f"{values[1]} °F at 4:{number % 60:02} PM", f"{values[2]} °F at 6:05 AM"]
        lines.append(",".join([*cells, "29 %", f"{value} °F", "26 °F", "29.90 in Hg", ""]))
        table.row(values, time.date())
    save("units_and_times_in_cells.csv", lines, table, "\r\n")


def logs():
    def seconds(time, number):
        return f"{int((time - EPOCH).total_seconds())}.{number * 7919 % 1000000:06}"

    def key_values(time, text, number):
        return f"{seconds(time, number)} Temp={text} C and Humidity={60 + number % 9}.3"

    def processor(time, text, number):
        return f"{seconds(time, number)} CPU_TEMP={text} F CPU_FREQ=1.2 MHz CORE_VOLTAGE=1.3188 V"

    def unix_date(time, text, number):
        day, month = calendar.day_abbr[time.weekday()], calendar.month_abbr[time.month]
        return f"{text}C,{day} {month} {time.day:>2} {time:%H:%M:%S} EDT {time.year}"

    def time_first(time, text, number):
        return f"{time},{text}"

    def value_first(time, text, number):
        return f"{text},{time:%H:%M:%S}"

    def card(time, text, number):
        return f"{time:%Y%m%d_%H%M%S},{text},{976 + number % 3}"

    table = one(None, "celsius")
    save("key_values.log", rows(table, [], key_values, "key values", missing=()), table)
    table = one(None, "fahrenheit")
    lines = rows(table, [], processor, "cpu", start=121.0, first=(2020, 9, 1, 21, 57), minutes=41, missing=())
    save("key_values_fahrenheit.log", lines, table)

    # Without a header nothing has a name.
    table = one(None)
    lines = rows(table, [], time_first, "headless", digits=3, missing=())
    save("headless_time_and_value.csv", lines, table)
    table = one(None)
    lines = rows(table, [], value_first, "headless clock", digits=3, start=23.0, minutes=11, missing=(), dated=False)
    save("headless_value_and_clock.csv", lines, table)
    table = one(None, "celsius")
    lines = rows(table, [], unix_date, "glued", digits=3, start=39.0, first=(2020, 9, 28, 16, 18), missing=())
    save("headless_unit_glued.log", lines, table)
    table = one(None)
    lines = ["", "# Put the sensor into the fridge, door closed", "# and waited for a while", ""]
    lines = rows(table, lines, card, "card", digits=2, start=6.0, missing=(), minutes=41)
    save("headless_remarks.txt", lines, table)


def make():
    encodings()
    line_ends()
    quotes()
    cells()
    logs()
