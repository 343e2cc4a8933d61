"""Files that write tenths of a degree: KNMI's days and hours, and the series of ECA&D."""

from decimal import Decimal

from corpus import Table, Variable, days, walk, write

KNMI_DAYS = "https://www.knmi.nl/nederland-nu/klimatologie/daggegevens"
KNMI_HOURS = "https://www.knmi.nl/nederland-nu/klimatologie/uurgegevens"
ECAD = "https://www.ecad.eu/dailydata/predefinedseries.php"
DAY_COLUMNS = (
    "DDVEC,FHVEC,   FG,  FHX, FHXH,  FHN, FHNH,  FXX, FXXH,   TG,   TN,  TNH,   TX,  TXH, T10N,T10NH,   SQ,   SP,    Q,   DR,   RH,"
    "  RHX, RHXH,   PG,   PX,  PXH,   PN,  PNH,  VVN, VVNH,  VVX, VVXH,   NG,   UG,   UX,  UXH,   UN,  UNH, EV24"
)
PREAMBLE = """BRON: KONINKLIJK NEDERLANDS METEOROLOGISCH INSTITUUT (KNMI)
Opmerking: deze tijdreeksen zijn mogelijk inhomogeen, door stationsverplaatsingen en veranderingen
 in waarneemmethodieken.
SOURCE: ROYAL NETHERLANDS METEOROLOGICAL INSTITUTE (KNMI)
Comment: These time series may be inhomogeneous because of station relocations, and changes in observation techniques.
YYYYMMDD  = Datum (YYYY=jaar MM=maand DD=dag) / Date (YYYY=year MM=month DD=day)
{}
T10N      = Minimum temperatuur op 10 cm hoogte (in 0.1 graden Celsius) / Minimum temperature at 10 cm above surface (in 0.1 degrees Celsius)
RH        = Neerslag (in 0.1 mm) (-1 voor <0.05 mm) / Precipitation amount (in 0.1 mm) (-1 for <0.05 mm)

"""
OF_DAYS = """TG        = Etmaalgemiddelde temperatuur (in 0.1 graden Celsius) / Daily mean temperature in (0.1 degrees Celsius)
TN        = Minimum temperatuur (in 0.1 graden Celsius) / Minimum temperature (in 0.1 degrees Celsius)
TX        = Maximum temperatuur (in 0.1 graden Celsius) / Maximum temperature (in 0.1 degrees Celsius)"""
OF_HOURS = """HH        = tijd (HH=uur, UT) Uurvak 05 loopt van 04.00 UT tot 5.00 UT / time (HH=hour, UT) Hourly division 05 runs from 04.00 UT to 5.00 UT
T         = Temperatuur (in 0.1 graden Celsius) op 1.50 m hoogte / Temperature (in 0.1 degrees Celsius) at 1.50 m
TD        = Dauwpuntstemperatuur (in 0.1 graden Celsius) op 1.50 m hoogte / Dew point temperature (in 0.1 degrees Celsius) at 1.50 m"""


def tenths(value, width=5):
    """A value in tenths, or blanks."""
    return " " * width if value is None else f"{int(value * 10):>{width}}"


def three(mean):
    return mean, mean + Decimal("3.8"), mean - Decimal("4.4")


def of_days():
    return Table(Variable("TG", "mean", "celsius"), Variable("TX", "max", "celsius"), Variable("TN", "min", "celsius"))


def knmi_day(station, day, mean, high, low):
    """A row of all columns; those that nobody needs here are blank or always the same."""
    values = dict.fromkeys((name.strip() for name in DAY_COLUMNS.split(",")), "     ")
    hour = "     " if mean is None else "   15"
    values |= {"FG": "   46", "TG": tenths(mean), "TN": tenths(low), "TX": tenths(high), "TNH": hour, "TXH": hour}
    values |= {"T10N": tenths(None if low is None else low - 1), "T10NH": "    6", "SQ": "   23", "RH": "   -1", "UG": "   83", "EV24": "   11"}
    return f"{station:>5},{day:%Y%m%d}," + ",".join(values.values())


def knmi_daily():
    table, lines = of_days(), [f"# STN,YYYYMMDD,{DAY_COLUMNS}", ""]
    for number, (day, mean) in enumerate(zip(days((1993, 12, 27), 60), walk("etmgeg", 60, start=3.0))):
        mean, high, low = three(mean)
        if number < 4:
            mean = high = low = None  # a station in its first days
        elif number == 33:
            mean = None
        lines.append(knmi_day(911, day, mean, high, low))
        table.row([mean, high, low], day, "911")
    text = (PREAMBLE.format(OF_DAYS) + "\n".join(lines) + "\n").replace("\n", "\r\n")
    write("knmi-daily", "etmgeg_911.txt", text, KNMI_DAYS, table)

    table, lines = of_days(), [f"# STN,YYYYMMDD,{DAY_COLUMNS}"]
    for number, (day, mean) in enumerate(zip(days((2004, 2, 15), 50), walk("etmgeg bare", 50, start=-2.0))):
        mean, high, low = three(mean)
        lines.append(knmi_day(912, day, mean, high, low))
        table.row([mean, high, low], day, "912")
    write("knmi-daily", "without_preamble.txt", "\n".join(lines) + "\n", KNMI_DAYS, table)

    # As the form on the site answers, with the columns that were asked for, of two stations.
    table = Table(Variable("TX", "max", "celsius"), Variable("TN", "min", "celsius"))
    remarks = ["# BRON: KONINKLIJK NEDERLANDS METEOROLOGISCH INSTITUUT (KNMI)", "# STN      LON(east)   LAT(north)  ALT(m)      NAME",
               "# 911:         4.100       52.200        1.20  VOORBEELD", "# TN        = Minimum temperatuur (in 0.1 graden Celsius)",
               "# TX        = Maximum temperatuur (in 0.1 graden Celsius)", "# STN,YYYYMMDD,   TN,   TX"]
    lines = list(remarks)
    for station in (911, 913):
        for number, (day, value) in enumerate(zip(days((2019, 7, 20), 30), walk(f"knmi form {station}", 30, start=21.0))):
            high, low = value + 4, value - Decimal("6.5")
            if station == 913 and number in (3, 4):
                high = low = None
            lines.append(f"{station:>5},{day:%Y%m%d},{tenths(low)},{tenths(high)}")
            table.row([high, low], day, station)
    write("knmi-daily", "two_columns.txt", "\n".join(lines) + "\n", KNMI_DAYS, table)


def knmi_hourly():
    columns = "   HH,   DD,   FH,   FF,   FX,    T, T10N,   TD,   SQ,    Q,   DR,   RH,    P,   VV,    N,    U,   WW,   IX,    M,    R,    S,    O,    Y"
    preamble = PREAMBLE.format(OF_HOURS)
    for name, top, end, station, first in (("uurgeg_911.txt", preamble, "\n", 911, (2010, 1, 1)), ("bare.txt", "", "\r\n", 912, (1951, 11, 29))):
        table = Table(Variable("T", "instant", "celsius"))
        lines = [f"# STN,YYYYMMDD,{columns}"] + ([""] if top else [])
        values = iter(walk(name, 96, start=0.0, step=0.8))
        for day in days(first, 4):
            for hour in range(1, 25):
                value = next(values)
                value = None if (day.day + hour) % 17 == 0 else value
                ground = tenths(None if value is None or hour % 6 else value - 1)
                dew = tenths(None if value is None else value - 2)
                lines.append(f"{station:>5},{day:%Y%m%d},{hour:>5},  200,   30,   30,   50,{tenths(value)},{ground},{dew},    0,    0,    0,   -1,10215,   13,    8,   96,     ,    5,    0,    1,    0,    0,    0")
                table.row([value], day, station)
        write("knmi-hourly", name, (top + "\n".join(lines) + "\n").replace("\n", end), KNMI_HOURS, table)


def ecad():
    kinds = (("TG", "mean", "Mean", "blended.txt"), ("TX", "max", "Maximum", "maximum.txt"), ("TN", "min", "Minimum", "older.txt"))
    for element, role, word, name in kinds:
        older = name == "older.txt"
        table = Table(Variable(element, role, "celsius"))
        first = "" if older else "01-06 STAID: Station identifier\n"
        lines = f"""EUROPEAN CLIMATE ASSESSMENT & DATASET (ECA&D), file created on: 11-03-2023
THESE DATA CAN BE USED FREELY PROVIDED THAT THE FOLLOWING SOURCE IS ACKNOWLEDGED:

Klein Tank, A.M.G. and Coauthors, 2002. Daily dataset of 20th-century surface
air temperature and precipitation series, Int. J. of Climatol., 22, 1441-1453.

FILE FORMAT (MISSING VALUE CODE = -9999):

{first}08-13 SOUID: Source identifier
15-22 DATE : Date YYYYMMDD
24-28 {element}   : {word} temperature in 0.1 &#176;C
30-34 Q_{element} : quality code for {element} (0='valid'; 1='suspect'; 9='missing')

This is the blended series of station BEISPIELHEIM, NOWHERE (STAID: 9901)
See files sources.txt and stations.txt for more info.

""".split("\n")[:-1]
        lines.append(f"SOUID,    DATE,   {element}, Q_{element}" if older else f"STAID, SOUID,    DATE,   {element}, Q_{element}")
        for number, (day, value) in enumerate(zip(days((1901, 1, 25), 75), walk(f"ecad {element}", 75, start=-4.0))):
            text, quality = tenths(value), 0
            if number in (13, 14, 60):
                text, quality, value = "-9999", 9, None
            elif number == 41:
                text, quality, value = "  911", 1, "rejected"
            fields = f"{99012:>6},{day:%Y%m%d},{text},{quality:>5}"
            lines.append(fields if older else f"{9901:>6},{fields}")
            table.row([value], None if value == "rejected" else day, "99012" if older else "9901")
        write("ecad", name, "\n".join(lines) + "\n", ECAD, table)


def make():
    knmi_daily()
    knmi_hourly()
    ecad()
