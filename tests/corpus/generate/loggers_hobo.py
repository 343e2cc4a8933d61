"""Onset's loggers: HOBOware's exports in the forms that its settings give, and HOBOlink's."""

from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, walk, write

HOBO = "https://www.onsetcomp.com/resources/documentation/12730-man-bhw-ug"
LINK = "https://www.onsetcomp.com/hobolink"
BOM = "\ufeff"
EVENTS = ["Coupler Detached", "Coupler Attached", "Host Connected", "Stopped", "End Of File"]


def stamps(first, count, minutes):
    return [datetime(*first) + timedelta(minutes=minutes * number) for number in range(count)]


def twelve_hours(time):
    """06/04/21 03:10:48 PM"""
    return time.strftime("%m/%d/%y %I:%M:%S %p")


def comma(value):
    return str(value).replace(".", ",")


def one(name, unit, role="instant"):
    return Table(Variable(name, role, unit))


def plot_title():
    """A title, pressure in front of the temperature, and events at the end whose rows have no reading."""
    serial = "30417722"
    names = ["#", "Date Time, GMT-08:00", f"Abs Pres, kPa (LGR S/N: {serial}, SEN S/N: {serial}, LBL: P)"]
    name = f"Temp, °C (LGR S/N: {serial}, SEN S/N: {serial}, LBL: T)"
    names += [name] + [f"{event} (LGR S/N: {serial})" for event in EVENTS]
    table = one(name, "celsius")
    lines = ['"Plot Title: Birch_Creek"', ",".join(f'"{text}"' for text in names)]
    times = stamps((2021, 4, 27, 12, 15), 72, 75)
    temperatures = walk("hobo title", 72, 3, 6.0, 1.5)
    pressures = walk("hobo pressure", 72, 3, 100.6, 0.05, 99.0, 102.0)
    for number, (time, pressure, value) in enumerate(zip(times, pressures, temperatures), 1):
        events = "Logged,,,," if number == 1 else ",,,,"
        lines.append(f"{number},{twelve_hours(time)},{pressure},{value},{events}")
        table.row([value], time.date())
    for number, events in enumerate([",Logged,,,", ",,Logged,,", ",,,Logged,Logged"], 73):
        time = times[-1] + timedelta(seconds=9 * number)
        lines.append(f"{number},{twelve_hours(time)},,,{events}")
        table.row([None], time.date())
    write("hobo", "plot_title.csv", BOM + "\r\n".join(lines) + "\r\n", HOBO, table)


def details():
    """The first rows have one field more, the logger's papers, some with commas that nothing quotes."""
    name = "H08 Temp., °F (LGR S/N: 551207)"
    papers = [
        "Details", "Series: H08 Temp., °F", "Devices", "Device Info", "Product: H08 Logger", "Serial Number: 551207",
        "Version Number: 0.00", "Device Memory: 8192", "Header Created: 06/14/20 09:02:11 AM GMT-06:00", "Deployment Info",
        "Full Series Name: H08 Temperature, °F", "Launch Name: Upper Meadow", "Deployment Number: 3",
        "Logging Interval: 01 Hr 12 Min 00 Sec", "Battery at Launch: Unknown", "Series Statistics", "Samples: 1,204, of 8,192",
        "Max: 101.42", "Min: -6.05", "Avg: 48.77", "Std Dev (σ): 21.09",
    ]
    table = one(name, "fahrenheit")
    lines = ['"Plot Title: Upper Meadow"', f'"#","Date Time, GMT-06:00","{name}"']
    values = walk("hobo details", 84, 2, 41.0, 4.0, -6.0, 101.0)
    for number, (time, value) in enumerate(zip(stamps((2011, 10, 28, 11, 34), 84, 72), values), 1):
        paper = f",{papers[number - 1]}" if number <= len(papers) else ""
        lines.append(f"{number},{twelve_hours(time)},{value}{paper}")
        table.row([value], time.date())
    write("hobo", "details_fahrenheit.csv", BOM + "\n".join(lines) + "\n", HOBO, table)


def details_behind_events():
    """The same behind columns of events, and the sensor's marker for no reading."""
    serial = "30551188"
    events = ["Coupler Detached", "Coupler Attached", "Host Connected", "End Of File"]
    name = f"Temp, °C (LGR S/N: {serial}, SEN S/N: {serial}, LBL: Temp)"
    names = ["#", "Date Time, GMT+01:00", name, f"RH, % (LGR S/N: {serial}, SEN S/N: {serial}, LBL: RH)"]
    names += [f"{event} (LGR S/N: {serial})" for event in events]
    papers = ["Details", "Series: Temp, °C (Temp)", "Devices", "Product: HOBO U23-001 Temp/RH", "Samples: 18,564", "Max: 40.631"]
    table = one(name, "celsius")
    lines = ['"Plot Title: north slope"', ",".join(f'"{text}"' for text in names)]
    values = walk("hobo events", 60, 3, 3.0, 1.5)
    for number, (time, value) in enumerate(zip(stamps((2019, 12, 22, 17, 0), 60, 240), values), 1):
        paper = f",{papers[number - 1]}" if number <= len(papers) else ""
        logged = "Logged,,," if number == 1 else ",,,"
        broken = number in (20, 21)
        text = "-888.88" if broken else value
        lines.append(f"{number},{time:%m/%d/%y %H:%M:%S},{text},{60 + number % 30}.25,{logged}{paper}")
        table.row([None if broken else value], time.date())
    write("hobo", "details_behind_events.csv", BOM + "\n".join(lines) + "\n", HOBO, table)


def semicolon():
    """Text export: names with commas that nothing quotes, days first."""
    serial = "30417730"
    for file, seed, digits, sep in [("semicolon.txt", "hobo txt", 3, "."), ("decimal_comma.txt", "hobo comma", 3, ",")]:
        names = ["Date Time", f"Temp (°C) LGR S/N: {serial},  #{serial}", f"RH (%) LGR S/N: {serial},  #{serial}"]
        names += [f"{event} LGR S/N: {serial}" for event in EVENTS]
        table = one(names[1], "celsius")
        lines = [";".join(names)]
        temperatures = walk(seed, 64, digits, 2.0, 1.2)
        humidities = walk(f"{seed} rh", 64, 3, 80.0, 3.0, 30.0, 100.0)
        times = stamps((2023, 10, 9, 5, 0), 64, 150)
        for number, (time, value, humidity) in enumerate(zip(times, temperatures, humidities)):
            texts = [str(value).replace(".", sep), str(humidity).replace(".", sep)]
            events = ["Logged" if number == 0 else ""] + [""] * 4
            lines.append(";".join([f"{time:%d.%m.%Y %H:%M:%S}", *texts, *events]))
            table.row([value], time.date())
        for place in range(1, 5):
            time = times[-1] + timedelta(seconds=7 * place)
            events = ["Logged" if at == place else "" for at in range(5)]
            lines.append(";".join([f"{time:%d.%m.%Y %H:%M:%S}", "", "", *events]))
            table.row([None], time.date())
        write("hobo", file, BOM + "\n".join(lines) + "\n", HOBO, table)


def orders_of_dates():
    """Years first (21.04.20), and months first with dots (04.08.21): only the order of the rows tells."""
    serial = "30417744"
    events = ",".join(f'"{event} (LGR S/N: {serial})"' for event in EVENTS)
    name = f"Temp, °C (LGR S/N: {serial}, SEN S/N: {serial})"
    table = one(name, "celsius")
    lines = ['"Plot Title:  30417744"', f'"#","Date Time, GMT+02:00","{name}",{events}']
    values = walk("hobo years", 60, 3, 14.0, 1.5)
    for number, (time, value) in enumerate(zip(stamps((2021, 4, 20, 23, 0), 60, 240), values), 1):
        lines.append(f"{number},{time:%y.%m.%d %H:%M:%S},{value},{'Logged' if number == 1 else ''},,,,")
        table.row([value], time.date())
    write("hobo", "year_first.csv", BOM + "\n".join(lines) + "\n", HOBO, table)

    name = f"Temp, °F (LGR S/N: {serial}, SEN S/N: {serial})"
    names = ["#", "Date Time, GMT+00:00", name, f"RH, % (LGR S/N: {serial}, SEN S/N: {serial})"]
    names += [f"DewPt, °F (LGR S/N: {serial}, SEN S/N: {serial})"]
    table = one(name, "fahrenheit")
    lines = [",".join(f'"{text}"' for text in names) + f",{events}"]
    values = walk("hobo months", 60, 3, 61.0, 2.0, 20.0, 95.0)
    for number, (time, value) in enumerate(zip(stamps((2021, 4, 8, 21, 0), 60, 90), values), 1):
        humidity = 35 + number % 20
        lines.append(f"{number},{time:%m.%d.%y %H:%M:%S},{value},{humidity}.5,{value - 20},{'Logged' if number == 1 else ''},,,,")
        table.row([value], time.date())
    write("hobo", "fahrenheit_no_title.csv", BOM + "\n".join(lines) + "\n", HOBO, table)


def date_and_time():
    """Date and time in two columns; a Czech clock; names without serial numbers."""
    table = one("Temp (°C) c:1", "celsius")
    lines = ['"Plot Title:  30417751"', "Date,Time,Temp (°C) c:1,RH (%) c:1 2,Coupler Detached,Host Connected,End Of File"]
    values = walk("hobo two columns", 54, 3, 11.0, 1.5)
    times = stamps((2021, 4, 24, 21, 0), 54, 480)
    for number, (time, value) in enumerate(zip(times, values)):
        lines.append(f"{time:%y.%m.%d,%H:%M:%S},{value},{45 + number % 40}.675,{'Logged' if number == 0 else ''},,")
        table.row([value], time.date())
    lines.append(f"{times[-1]:%y.%m.%d},23:07:53,,,,Logged,Logged")
    table.row([None], times[-1].date())
    write("hobo", "date_and_time.csv", BOM + "\n".join(lines) + "\n", HOBO, table)

    serial = "30417752"
    name = f"Temp, °C (LGR S/N: {serial}, SEN S/N: {serial})"
    table = one(name, "celsius")
    lines = [f'"Plot Title:  {serial}"', f'"#","Date","Time, GMT+02:00","{name}","End Of File (LGR S/N: {serial})"']
    values = walk("hobo czech", 60, 3, 17.0, 1.2)
    for number, (time, value) in enumerate(zip(stamps((2021, 4, 8, 11, 0), 60, 300), values), 1):
        half = "odp." if time.hour >= 12 else "dop."
        lines.append(f"{number},{time:%m.%d.%y},{time:%I:%M:%S} {half},{value},")
        table.row([value], time.date())
    write("hobo", "czech_clock.csv", BOM + "\n".join(lines) + "\n", HOBO, table)


def two_sensors():
    """Two sensors of one logger under the same name."""
    serial = "30382557"
    name = f"Temp, °C (LGR S/N: {serial}, SEN S/N: {serial})"
    # What the second one is called is the reader's to say.
    table = Table(Variable(name, "instant", "celsius"), Variable(None, "instant", "celsius"))
    names = ["Date Time, GMT+00:00", name, name, f"Host Connected (LGR S/N: {serial}, SEN S/N: {serial})"]
    lines = [";".join(f'"{text}"' for text in names)]
    first = walk("hobo first", 48, 3, 4.0, 2.0)
    second = walk("hobo second", 48, 3, 2.0, 1.0)
    times = stamps((2014, 9, 12, 8, 0), 48, 120)
    for number, (time, one_value, other) in enumerate(zip(times, first, second)):
        values = [one_value, None if number in (7, 8) else other]
        texts = ["" if value is None else str(value) for value in values]
        lines.append(";".join([f"{time:%d.%m.%Y %H:%M:%S}", *texts, ""]))
        table.row(values, time.date())
    lines.append(f"{times[-1]:%d.%m.%Y} 23:10:22;;;Logged")
    table.row([None, None], times[-1].date())
    write("hobo", "two_sensors.txt", BOM + "\n".join(lines) + "\n", HOBO, table)


def hobolink():
    """The unit with an asterisk in the middle of the name, several sensors, empty cells."""
    for unit, letter, start, low, high in [("fahrenheit", "F", 50.0, 0.0, 110.0), ("celsius", "C", 8.0, -20.0, 40.0)]:
        names = [
            f"Temperature (S-THB 20411233:20411240-1), *{letter}, Ridge",
            f"Temperature (S-TMB 20411233:20411262-1), *{letter}, Ridge",
        ]
        others = [
            '"Solar Radiation (RXW-LIB 20411233:20411251-1), W/m^2, Ridge"',
            '"RH (S-THB 20411233:20411240-2), %, Ridge"',
            f'"Dew Point (S-THB 20411233:20411240-3), *{letter}, Ridge"',
        ]
        table = Table(*(Variable(name, "instant", unit) for name in names))
        lines = ["Line#,Date," + ",".join([others[0], f'"{names[0]}"', *others[1:], f'"{names[1]}"'])]
        first = walk(f"hobolink {unit}", 50, 2, start, 1.5, low, high)
        second = walk(f"hobolink {unit} 2", 50, 2, start, 1.0, low, high)
        for number, (time, one_value, other) in enumerate(zip(stamps((2019, 12, 18, 17, 10), 50, 180), first, second), 1):
            values = [None if number % 17 == 0 else one_value, Decimal(other) if number % 9 else None]
            texts = ["" if value is None else str(value) for value in values]
            dew = f"{one_value - 5}"
            lines.append(f"{number},{time:%m/%d/%y %H:%M:%S},{number * 3},{texts[0]},97.50,{dew},{texts[1]}")
            table.row(values, time.date())
        write("hobolink", f"{unit}.csv", "\n".join(lines) + "\n", LINK, table)


def make():
    plot_title()
    details()
    details_behind_events()
    semicolon()
    orders_of_dates()
    date_and_time()
    two_sensors()
    hobolink()
