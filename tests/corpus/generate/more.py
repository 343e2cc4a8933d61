"""Kinds that nobody listed: bulletins with a title, exports of thermometers that call a column by its unit, spreadsheets' days.

The first ones follow NOAA's Climate at a Glance (https://www.ncei.noaa.gov/access/monitoring/climate-at-a-glance/), the others the
exports of data loggers as their manuals show them.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, walk, write

NOAA = "https://www.ncei.noaa.gov/access/monitoring/climate-at-a-glance/"
USCRN = "https://www.ncei.noaa.gov/pub/data/uscrn/products/subhourly01/readme.txt"
START = datetime(2024, 2, 27, 10)


def hours(count):
    return [START + timedelta(hours=number) for number in range(count)]


def one(unit, role="instant", name=None):
    return Table(Variable(name, role, unit))


def glance():
    table, lines = one("celsius", name="Value"), ["Global Land Temperature, January-December", "Units: Degrees Celsius", "Base Period: none", "Year,Value"]
    for number, value in enumerate(walk("glance", 60, 2)):
        lines.append(f"{1950 + number},{value}")
        table.row([value], date(1950 + number, 1, 1))
    write("generic", "title_of_a_bulletin.csv", "\n".join(lines) + "\n", NOAA, table)
    table, lines = one("fahrenheit", name="Value"), ["# Title: Average Temperature", "# Units: Degrees Fahrenheit", "# Missing: -99", "Date,Value,Anomaly"]
    for number, value in enumerate(walk("glance months", 60, 2, start=50, high=90)):
        missing = number in (20, 41)
        lines.append(f"{1990 + number // 12}{number % 12 + 1:02},{'-99' if missing else value},{value - 40}")
        table.row([None if missing else value], date(1990 + number // 12, number % 12 + 1, 1))
    write("generic", "remarks_of_a_bulletin.csv", "\n".join(lines) + "\n", NOAA, table)


def named_by_the_unit():
    table, lines = one("celsius", name="°C"), ["Reading;Date;Time;Elapsed Time;°C"]
    for number, (time, value) in enumerate(zip(hours(50), walk("reading", 50))):
        lines.append(f"{number + 1};{time:%d/%m/%Y};{time:%H:%M:%S};0 Days {number:02}:00:00;{value}")
        table.row([value], time.date())
    write("generic", "unit_for_a_name.csv", "\r\n".join(lines) + "\r\n", "https://logtagrecorders.com/", table)
    table, lines = one("celsius", name="1 °C"), ["Id;Datum;1 °C;2 %rF"]
    for number, (time, value) in enumerate(zip(hours(50), walk("channel", 50))):
        lines.append(f"{number + 1};{time:%d.%m.%Y %H:%M:%S};{str(value).replace('.', ',')};{55 + number % 5},0")
        table.row([value], time.date())
    write("generic", "channel_and_unit.csv", "\r\n".join(lines) + "\r\n", "https://www.testo.com/", table, encoding="cp1252")
    table, lines = one("celsius", name="Celsius(°C)"), ["EasyLog USB,Time,Celsius(°C),High Alarm,Low Alarm,Serial Number"]
    for number, (time, value) in enumerate(zip(hours(50), walk("easylog", 50))):
        lines.append(f"{number + 1},{time:%Y-%m-%d %H:%M:%S},{value},30.0,0.0" + (",010012345" if number == 0 else ""))
        table.row([value], time.date())
    write("generic", "serial_number_in_one_row.txt", "\r\n".join(lines) + "\r\n", "https://www.lascarelectronics.com/", table, encoding="cp1252")


def forms_below_the_header():
    table = one("celsius", name="Temperature (°C)")
    lines = ["Device Name,WEATHER - 99", "Serial Number,99", "FORMATTED DATE_TIME,Temperature,Wet Bulb Temp.,Relative Humidity", "yyyy-MM-dd hh:mm:ss a,°C,°C,%"]
    for time, value in zip(hours(50), walk("forms", 50)):
        lines.append(f"{time:%Y-%m-%d %I:%M:%S %p},{value},{value - 3},55.1")
        table.row([value], time.date())
    write("generic", "forms_below_the_header.csv", "\n".join(lines) + "\n", "https://kestrelinstruments.com/", table)


def days_of_spreadsheets():
    table, lines = one("celsius", name="Temp (C)"), ["Date,Temp (C)"]
    for time, value in zip(hours(60), walk("spreadsheet", 60)):
        lines.append(f"{(time - datetime(1899, 12, 30)) / timedelta(days=1):.6f},{value}")
        table.row([value], time.date())
    write("generic", "days_of_a_spreadsheet.csv", "\n".join(lines) + "\n", "https://ecma-international.org/publications-and-standards/standards/ecma-376/", table)


def thermostat():
    names = ("Current Temp (F)", "Outdoor Temp (F)")
    table = Table(*(Variable(name, "instant", "fahrenheit") for name in names))
    lines = ["#Thermostat identifier,[99]", "#Thermostat name,Home", "#", "Date,Time,System Mode,Cool Set Temp (F),Heat Set Temp (F),Current Temp (F),Current Humidity (%RH),Outdoor Temp (F)"]
    for number, (time, value) in enumerate(zip(hours(50), walk("thermostat", 50, start=40, high=90))):
        lines.append(f"{time:%Y-%m-%d},{time:%H:%M:%S},heatOff,78,68,{70 + number % 3}.{number % 10},45,{value}")
        table.row([Decimal(f"{70 + number % 3}.{number % 10}"), value], time.date())
    write("generic", "thermostat.csv", "\n".join(lines) + "\n", "https://www.ecobee.com/", table)


def times_of_all_sorts():
    at = hours(50)
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    forms = {
        "month_and_year.csv": ("Month,Mean Temp (C)", "mean", "Mean Temp (C)",
                               [(f"{months[number % 12]}-{2000 + number // 12}", date(2000 + number // 12, number % 12 + 1, 1)) for number in range(50)]),
        "day_month_short_year.csv": ("Date,Temp (C)", "instant", "Temp (C)",
                                     [(f"{time.day}-{months[time.month - 1]}-{time:%y}", time.date()) for time in at]),
        "nanoseconds.csv": ("time,temp (C)", "instant", "temp (C)",
                            [(f"{(time - datetime(1970, 1, 1)) // timedelta(seconds=1)}000000000", time.date()) for time in at]),
        "basic_iso.csv": ("timestamp,temp (C)", "instant", "temp (C)", [(f"{time:%Y%m%dT%H%M%SZ}", time.date()) for time in at]),
    }
    for name, (header, role, column, times) in forms.items():
        table, lines = one("celsius", role, column), [header]
        for (text, day), value in zip(times, walk(name, 50)):
            lines.append(f"{text},{value}")
            table.row([value], day)
        write("generic", name, "\n".join(lines) + "\n", "https://www.iso.org/iso-8601-date-and-time-format.html", table)


def languages():
    comma = lambda value: str(value).replace(".", ",")
    table, lines = one("celsius", name="Temperatura (ºC)"), ["Fecha;Hora;Temperatura (ºC);Humedad (%)"]
    for time, value in zip(hours(50), walk("spanish", 50)):
        lines.append(f"{time:%d/%m/%Y};{time:%H:%M};{comma(value)};60")
        table.row([value], time.date())
    write("generic", "spanish.csv", "\r\n".join(lines) + "\r\n", "https://www.rfc-editor.org/rfc/rfc4180", table, encoding="cp1252")
    names = (("Średnia temperatura dobowa [°C]", "mean"), ("Maksymalna temperatura [°C]", "max"))
    table, lines = Table(*(Variable(name, role, "celsius") for name, role in names)), ['"Data";"Średnia temperatura dobowa [°C]";"Maksymalna temperatura [°C]";"Opad [mm]"']
    for number, value in enumerate(walk("polish", 50)):
        day = date(2024, 2, 1) + timedelta(days=number)
        lines.append(f'"{day}";"{comma(value)}";"{comma(value + 4)}";"0,0"')
        table.row([value, value + 4], day)
    write("generic", "polish.csv", "\r\n".join(lines) + "\r\n", "https://www.rfc-editor.org/rfc/rfc4180", table, encoding="cp1250")
    names = (("Temperatura media °C", "mean"), ("Temperatura massima °C", "max"), ("Temperatura minima °C", "min"))
    table, lines = Table(*(Variable(name, role, "celsius") for name, role in names)), ["Data;Temperatura media °C;Temperatura minima °C;Temperatura massima °C;Umidità"]
    for number, value in enumerate(walk("italian", 50)):
        day = date(2024, 2, 1) + timedelta(days=number)
        lines.append(f"{day:%d/%m/%Y};{comma(value)};{comma(value - 4)};{comma(value + 4)};60")
        table.row([value, value + 4, value - 4], day)
    write("generic", "italian.csv", "\r\n".join(lines) + "\r\n", "https://www.rfc-editor.org/rfc/rfc4180", table, encoding="cp1252")


def uscrn():
    for name, seed, first in (("fairbanks.txt", "subhourly a", (2024, 1, 3)), ("titusville.txt", "subhourly b", (2024, 7, 6))):
        table, lines = Table(Variable("AIR_TEMPERATURE", "mean", "celsius")), []
        for number, value in enumerate(walk(seed, 90)):
            utc = datetime(*first, 4) + timedelta(minutes=5 * number)
            local = utc - timedelta(hours=5)
            missing = number in (7, 8, 33)
            shown = "-9999.0" if missing else str(value)
            lines.append(f"99821 {utc:%Y%m%d} {utc:%H%M} {local:%Y%m%d} {local:%H%M}  2.623  -80.69   28.62 {shown:>7}     0.0    {409 + number} 0    30.0 C 0    87 0 -99.000 -9999.0   988 0   1.44 0")
            table.row([None if missing else value], local.date(), "99821")
        write("uscrn-subhourly", name, "\n".join(lines) + "\n", USCRN, table)


def make():
    glance()
    named_by_the_unit()
    forms_below_the_header()
    days_of_spreadsheets()
    thermostat()
    times_of_all_sorts()
    languages()
    uscrn()
