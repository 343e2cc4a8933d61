"""Loggers and weather stations: TOMST, Campbell, iButton, Davis, PME, EMS Brno."""

import calendar
from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, walk, write

TOMST = "https://tomst.com/web/en/systems/tms/software/"
TOA5 = "https://help.campbellsci.com/crbasic/cr1000x/Content/Instructions/tablefile.htm"
IBUTTON = "https://www.analog.com/en/products/ds1921g.html"
DAVIS = "https://support.davisinstruments.com"


def stamps(first, count, minutes):
    return [datetime(*first) + timedelta(minutes=minutes * number) for number in range(count)]


def sixteenths(seed, count, start):
    """TOMST's thermometers have steps of 1/16 degree; zeros at the end are not written."""
    values = walk(seed, count, 4, start, 1.0)
    return [(Decimal(round(value * 16)) / 16).normalize() + 0 for value in values]


def tomst_table(names="T3 T2 T1"):
    return Table(*(Variable(name, "instant", "celsius") for name in names.split()))


def tomst():
    times = stamps((2020, 10, 6, 9, 0), 96, 45)
    columns = [sixteenths(f"tomst {name}", 96, start) for name, start in [("T1", 9.5), ("T2", 9.0), ("T3", 8.5)]]
    table, lines = tomst_table(), []
    for number, (time, soil, surface, air) in enumerate(zip(times, *columns)):
        lines.append(f"{number};{time:%Y.%m.%d %H:%M};4;{soil:f};{surface:f};{air:f};{1312 + number % 9};202;0")
        table.row([air, surface, soil], time.date())
    write("tomst", "tms.csv", "\n".join(lines) + "\n", TOMST, table)

    # A thermologger has one thermometer. The columns without a number lead nothing.
    table, lines = tomst_table("T1 T3 T2"), []
    for number, (time, value) in enumerate(zip(times, sixteenths("tomst thermologger", 96, 1.0))):
        text = f"{value:f}".replace(".", ",")
        lines.append(f"{number};{time:%Y.%m.%d %H:%M};4;{text};-200;-200;65336;204;0")
        table.row([value, None, None], time.date())
    write("tomst", "thermologger_decimal_comma.csv", "\n".join(lines) + "\n", TOMST, table)

    # Days first, hours without a leading zero; a reading of one thermometer fails now and then.
    table, lines = tomst_table(), []
    for number, (time, soil, surface, air) in enumerate(zip(stamps((2018, 11, 22, 0, 0), 96, 45), *columns), 2051):
        surface = None if number % 11 == 0 else surface
        texts = [f"{soil:f}", "-200" if surface is None else f"{surface:f}", f"{air:f}"]
        lines.append(f"{number};{time:%d.%m.%Y} {time.hour}:{time:%M};4;{';'.join(texts)};1488;0;0")
        table.row([air, surface, soil], time.date())
    write("tomst", "day_first.csv", "\r\n".join(lines) + "\r\n", TOMST, table)


def tomst_ten_fields():
    columns = [sixteenths(f"tomst ten {name}", 80, start) for name, start in [("T1", 15.0), ("T2", 16.0), ("T3", 17.0)]]
    times = stamps((2021, 6, 15, 0, 0), 80, 15)
    table, lines = tomst_table(), []
    for number, (time, soil, surface, air) in enumerate(zip(times, *columns), 1):
        texts = [f"{value:f}".replace(".", ",") for value in (soil, surface, air)]
        lines.append(f"{number};{time:%Y.%m.%d %H:%M};4;{';'.join(texts)};1830;203;0;")
        table.row([air, surface, soil], time.date())
    write("tomst-ten-fields", "semicolon_at_the_end.csv", "\n".join(lines) + "\n", TOMST, table)

    table, lines = tomst_table(), []
    for number, (time, soil, surface, air) in enumerate(zip(stamps((2019, 1, 8, 20, 0), 80, 60), *columns), 3011):
        lines.append(f"{number};{time:%d.%m.%Y} {time.hour}:{time:%M};4;{soil - 18:f};{surface - 20:f};{air - 22:f};1488;0;0;0")
        table.row([air - 22, surface - 20, soil - 18], time.date())
    write("tomst-ten-fields", "ten_fields.csv", "\n".join(lines) + "\n", TOMST, table)


def toa5(names, units, processes, rows, end="\r\n"):
    quoted = [",".join(f'"{text}"' for text in texts) for texts in (names, units, processes)]
    station = '"TOA5","north_met","CR1000","20714","CR1000.Std.32.05","CPU:north_met.CR1","11370","FifteenMin"'
    return end.join([station, *quoted, *rows]) + end


def campbell():
    # Average, maximum, minimum of one sensor in °F, the logger's own temperature, "NAN" for what was not measured.
    names = ["TIMESTAMP", "RECORD", "BattV_Min", "PTemp_F", "AirTF_Max", "AirTF_Min", "AirTF_Avg", "WC_F_Avg", "DP_F_Avg", "RH"]
    units = ["TS", "RN", "Volts", "°F", "°F", "°F", "°F", "°F", "°F", "%"]
    processes = ["", "", "Min", "Smp", "Max", "Min", "Avg", "Avg", "Avg", "Smp"]
    roles = ["mean", "max", "min", "instant"]
    table = Table(*(Variable(None, role, "fahrenheit") for role in roles))
    rows = []
    values = walk("campbell air", 70, 2, 27.0, 1.5, -20.0, 90.0)
    for number, (time, value) in enumerate(zip(stamps((2024, 3, 6, 13, 30), 70, 60), values)):
        panel = value + Decimal("4.27")
        highest, lowest = value + Decimal("0.41"), value - Decimal("0.38")
        nothing = number in (30, 31, 32)
        texts = ['"NAN"'] * 3 if nothing else [highest, lowest, value]
        rows.append(f'"{time}",{number},12.87,{panel},{texts[0]},{texts[1]},{texts[2]},{value - 9},{value - 6},"NAN"')
        table.row([None] * 3 + [panel] if nothing else [value, highest, lowest, panel], time.date())
    write("toa5", "fahrenheit.dat", toa5(names, units, processes, rows), TOA5, table)

    # Nothing but the logger's own temperature.
    names = ["TIMESTAMP", "RECORD", "PTemp_C_Avg", "PAR_Den_Avg"]
    table = Table(Variable(None, "mean", "celsius"))
    rows = []
    values = walk("campbell panel", 64, 2, 20.0, 1.0)
    for number, (time, value) in enumerate(zip(stamps((2020, 5, 30, 19, 0), 64, 15), values)):
        rows.append(f'"{time}",{number},{value},{number}.144')
        table.row([value], time.date())
    text = toa5(names, ["TS", "RN", "Deg C", "umol/s/m^2"], ["", "", "Avg", "Avg"], rows, "\n")
    write("toa5", "panel_temperature.dat", text, TOA5, table)

    # Days, with the times at which the extremes were met: these are no temperatures.
    names = ["TIMESTAMP", "RECORD", "BattV_Min", "AirTC_Max", "AirTC_TMx", "AirTC_Min", "AirTC_TMn", "AirTC_Avg"]
    units = ["TS", "RN", "Volts", "Deg C", "Deg C", "Deg C", "Deg C", "Deg C"]
    table = Table(*(Variable(None, role, "celsius") for role in ["mean", "max", "min"]))
    rows = []
    values = walk("campbell days", 60, 2, 3.0, 3.0)
    for number, (time, value) in enumerate(zip(stamps((2021, 12, 20, 0, 0), 60, 1440), values)):
        highest, lowest = value + Decimal("4.6"), value - Decimal("5.1")
        before = time - timedelta(days=1)
        met = [f'"{before:%Y-%m-%d} 14:{number % 60:02}:20"', f'"{before:%Y-%m-%d} 05:{number % 60:02}:10"']
        missing = number == 17
        texts = ["-7999" if missing else each for each in (highest, lowest, value)]
        rows.append(f'"{time}",{number},12.4,{texts[0]},{met[0]},{texts[1]},{met[1]},{texts[2]}')
        table.row([None] * 3 if missing else [value, highest, lowest], time.date())
    write("toa5", "days.dat", toa5(names, units, ["", "", "Min", "Max", "TMx", "Min", "TMn", "Avg"], rows), TOA5, table)


def ibutton():
    def mission(part, start, unit, high, low):
        # 85 °C in Latin-1; calendar's names, so that no locale is asked.
        begun = f"{calendar.day_abbr[start.weekday()]} {calendar.month_abbr[start.month]} {start:%d %H:%M:%S} CST {start.year}"
        return [
            f"1-Wire/iButton Part Number: {part}", "1-Wire/iButton Registration Number: 7A000000331B0721",
            "Is Mission Active?  true", f"Mission Start:  {begun}", "Sample Rate:  Every 60 minute(s)",
            "Number of Mission Samples:  80", "Total Samples:  80", "Roll Over Enabled?  false",
            "Roll Over Occurred?  Roll over has NOT occurred", "Active Alarms:  None fired", "Next Clock Alarm At:  Disabled",
            f"High Temperature Alarm:  {high} °{unit}", f"Low Temperature Alarm:  {low} °{unit}", "", "Date/Time,Unit,Value",
        ]

    def clock(time):
        return f"{(time.hour + 11) % 12 + 1}:{time:%M:%S} {'PM' if time.hour >= 12 else 'AM'}"

    times = stamps((2013, 10, 9, 12, 11), 80, 60)
    table = Table(Variable("C", "instant", "celsius"))
    rows = []
    for time, value in zip(times, walk("ibutton", 80, 1, 19.0, 1.5)):
        value = (Decimal(round(value * 2)) / 2).normalize() + 0
        rows.append(f"{time:%d/%m/%y} {clock(time)},C,{value:f}")
        table.row([value], time.date())
    text = "\r\n".join(mission("DS1921G-F5", times[0], "C", 85, -40)) + "\r\n" + "\n".join(rows) + "\n"
    write("ibutton", "celsius.csv", text.encode("latin-1"), IBUTTON, table)

    times = stamps((2015, 7, 28, 0, 5), 60, 90)
    table = Table(Variable("F", "instant", "fahrenheit"))
    rows = []
    for time, value in zip(times, walk("ibutton f", 60, 3, 64.0, 2.0, 0.0, 110.0)):
        rows.append(f"{time:%m/%d/%y} {clock(time)},F,{value}")
        table.row([value], time.date())
    text = "\r\n".join([*mission("DS1922L", times[0], "F", 140, -40), *rows]) + "\r\n"
    write("ibutton", "fahrenheit.csv", text.encode("latin-1"), IBUTTON, table)

    # Without the page about the mission.
    table = Table(Variable("C", "instant", "celsius"))
    rows = ["Date/Time,Unit,Value"]
    for time, value in zip(stamps((2016, 2, 8, 6, 0), 60, 255), walk("ibutton bare", 60, 1, -2.0, 1.5)):
        value = (Decimal(round(value * 2)) / 2).normalize() + 0
        rows.append(f"{time:%d/%m/%y} {clock(time)},C,{value:f}")
        table.row([value], time.date())
    write("ibutton", "no_preamble.csv", "\n".join(rows) + "\n", IBUTTON, table)


def weatherlink():
    upper = "\t\tTemp\tHi\tLow\tOut\tDew\tWind\tWind\tWind\tHi\tHi\tWind\tHeat\tTHW\t\t\tRain\tHeat\tCool\tIn\tIn\tArc."
    lower = "Date\tTime\tOut\tTemp\tTemp\tHum\tPt.\tSpeed\tDir\tRun\tSpeed\tDir\tChill\tIndex\tIndex\tBar  \tRain\tRate\tD-D \tD-D \tTemp\tHum\tInt."
    forms = [
        ("american.txt", "%m/%d/%y", lambda time: f"{(time.hour + 11) % 12 + 1}:{time:%M}{'p' if time.hour >= 12 else 'a'}", 48.0, 10.0, 95.0),
        ("metric.txt", "%d.%m.%y", lambda time: f"{time:%H:%M}", 7.0, -15.0, 35.0),
    ]
    for file, date, clock, start, low, high in forms:
        # Only the lower line's "Out" is certain; what the reader calls it is its own business.
        table = Table(Variable(None, "mean", "unknown"))
        lines = [upper, lower]
        for number, (time, value) in enumerate(zip(stamps((2016, 1, 9, 0, 30), 60, 240), walk(file, 60, 1, start, 2.0, low, high))):
            missing = number in (12, 13)
            near = ["---"] * 3 if missing else [value, value + Decimal("0.7"), value - Decimal("0.6")]
            cells = [f"{time:{date}}", f"{clock(time):>6}", *(f"{each:>5}" for each in near), "   81", f"{value - 4:>5}", "  2.0", "   NW"]
            cells += [" 0.50", "  7.0", "    N", f"{value - 1:>5}", f"{value:>5}", f"{value - 1:>5}", " 1013.2"]
            cells += [" 0.00", " 0.00", "0.063", "0.000", " 20.6", "   42", "  30"]
            lines.append("\t".join(cells))
            table.row([None if missing else value], time.date())
        write("weatherlink", file, "\r\n".join(lines) + "\r\n", DAVIS, table)


def weatherlink_com():
    for file, letter, unit, start, low, high, date in [
        ("fahrenheit.csv", "F", "fahrenheit", 51.0, 10.0, 100.0, lambda time: f"{time.month}/{time.day}/{time:%y %H:%M}"),
        ("celsius.csv", "C", "celsius", 11.0, -12.0, 38.0, lambda time: f"{time:%d/%m/%y %H:%M}"),
    ]:
        found = [f"Temp - °{letter}", f"High Temp - °{letter}", f"Low Temp - °{letter}"]
        names = ["Date & Time", "Barometer - mb", f"Inside Temp - °{letter}", f"High Inside Temp - °{letter}", "Inside Hum - %", *found]
        names += ["Hum - %", f"Dew Point - °{letter}", f"Wet Bulb - °{letter}", "Wind Speed - mph"]
        names += [f"Wind Chill - °{letter}", f"Heat Index - °{letter}"]
        table = Table(*(Variable(name, role, unit) for name, role in zip(found, ["mean", "max", "min"])))
        lines = ['"Station","Hillside Farm"', '"Elevation","312"', '"Data from","archive"', '"Interval","1 h"', '""']
        lines.append(",".join(f'"{name}"' for name in names))
        for number, (time, value) in enumerate(zip(stamps((2020, 2, 9, 0, 0), 56, 360), walk(file, 56, 1, start, 3.0, low, high))):
            missing = number in (20, 21, 22)
            values = [None] * 3 if missing else [value, value + Decimal("0.9"), value - Decimal("1.1")]
            texts = ["--" if each is None else str(each) for each in values]
            cells = [date(time), "1013.6", "20.4", "20.5", "44", *texts, "71", str(value - 5), str(value - 3), "3", str(value), str(value)]
            lines.append(",".join(f'"{cell}"' for cell in cells))
            table.row(values, time.date())
        write("weatherlink-com", file, ("\r\n".join(lines) + "\r\n").encode("latin-1"), DAVIS, table)


def minidot():
    epoch = datetime(1970, 1, 1)
    for file, first, minutes, start in [("summer.txt", (2022, 6, 14, 16, 52), 60, 21.0), ("winter.txt", (2021, 12, 30, 22, 0), 45, 1.5)]:
        table = Table(Variable("T (deg C)", "instant", "celsius"))
        lines = ["7450-079412", "OS REV: 1.05 Sensor Cal: 1613054400", "Time (sec),  BV (Volts),  T (deg C),  DO (mg/l),  Q ()"]
        for time, value in zip(stamps(first, 60, minutes), walk(file, 60, 3, start, 0.6, -0.5, 30.0)):
            seconds = int((time - epoch).total_seconds())
            lines.append(f"{seconds},+3.36,{value:>+7},{Decimal('7.910') + value / 100:>+7.3f},+0.988")
            table.row([value], time.date())
        write("pme-minidot", file, "\n".join(lines) + "\n", "https://www.pme.com/products/minidot", table)


def ems_brno():
    columns = [("2. Temperature [oC]", "ems"), ("1. Air temperature [oC]", "ems air")]
    for file, (name, seed) in zip(["temperature.csv", "no_par.csv"], columns):
        table = Table(Variable(name, "instant", "celsius"))
        with_light = name.startswith("2")
        lines = [f"DATE TIME;1. PAR [umol/m2,sec];{name};" if with_light else f"DATE TIME;{name};"]
        for number, (time, value) in enumerate(zip(stamps((2025, 4, 3, 4, 30), 66, 45), walk(seed, 66, 4, -1.0, 0.8))):
            missing = number % 23 == 22
            text = "NA" if missing else str(value).replace(".", ",")
            light = f"{number * 5 % 700},25;" if with_light else ""
            lines.append(f"{time};{light}{text};")
            table.row([None if missing else value], time.date())
        write("ems-brno", file, "\r\n".join(lines) + "\r\n", "https://www.emsbrno.cz", table)


def make():
    tomst()
    tomst_ten_fields()
    campbell()
    ibutton()
    weatherlink()
    weatherlink_com()
    minidot()
    ems_brno()
