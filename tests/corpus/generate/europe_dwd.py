"""Files of Deutscher Wetterdienst: days, hours, ten minutes and months of stations, and means of Germany and its states."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

FOLDER = "https://opendata.dwd.de/climate_environment/CDC/observations_germany/climate/"
DAILY = FOLDER + "daily/kl/"
HOURLY = FOLDER + "hourly/air_temperature/"
MINUTES = FOLDER + "10_minutes/"
MONTHLY = FOLDER + "monthly/kl/"
REGIONAL = "https://opendata.dwd.de/climate_environment/CDC/regional_averages_DE/"
DAILY_HEADER = "STATIONS_ID;MESS_DATUM;QN_3;  FX;  FM;QN_4; RSK;RSKF; SDK;SHK_TAG;  NM; VPM;  PM; TMK; UPM; TXK; TNK; TGK;eor"
STATES = (
    "Brandenburg/Berlin;Brandenburg;Baden-Wuerttemberg;Bayern;Hessen;Mecklenburg-Vorpommern;Niedersachsen;"
    "Niedersachsen/Hamburg/Bremen;Nordrhein-Westfalen;Rheinland-Pfalz;Schleswig-Holstein;Saarland;Sachsen;"
    "Sachsen-Anhalt;Thueringen/Sachsen-Anhalt;Thueringen;Deutschland"
).split(";")


def three(unit="celsius", names=("TMK", "TXK", "TNK")):
    return [Variable(name, role, unit) for name, role in zip(names, ("mean", "max", "min"))]


def padded(value, width):
    """A value as the service pads it; -999 where there is none."""
    return f"{'-999' if value is None else value:>{width}}"


def daily_row(station, day, mean, high, low):
    fields = [f"{station:>11}", f"{day:%Y%m%d}", f"{10:>5}", f"{'9.6':>6}", padded(None, 6), f"{3:>5}", f"{'0.2':>6}", f"{6:>4}"]
    fields += [f"{'1.250':>6}", f"{0:>4}", f"{'6.3':>6}", f"{'8.1':>6}", f"{'1004.22':>8}", padded(mean, 7), f"{'84.00':>8}"]
    fields += [padded(high, 7), padded(low, 7), padded(None if low is None else low - Decimal("1.7"), 7), "eor"]
    return ";".join(fields)


def daily():
    variables = three()
    table, lines = Table(*variables), [DAILY_HEADER]
    means = walk("dwd daily", 66, start=-2.0)
    for number, (day, mean) in enumerate(zip(days((2021, 1, 4), 66), means)):
        high, low = mean + Decimal("3.4"), mean - Decimal("2.9")
        if number in (11, 12):
            mean = high = low = None  # the station stood still
        elif number == 30:
            low = None
        lines.append(daily_row(92044, day, mean, high, low))
        table.row([mean, high, low], day, "92044")
    write("dwd-daily", "klima_tag.txt", "\r\n".join(lines) + "\r\n", DAILY, table)

    # Two stations joined into one file: the header stands above each of them, and a week is not there.
    variables = three()
    table, lines = Table(*variables), []
    for station in (93, 94117):
        lines.append(DAILY_HEADER)
        for number, (day, mean) in enumerate(zip(days((1950, 2, 20), 30), walk(f"dwd {station}", 30, start=1.0))):
            if 10 <= number < 17:
                continue
            high, low = mean + Decimal("4.1"), None if number == 20 else mean - Decimal("5.0")
            lines.append(daily_row(station, day, mean, high, low))
            table.row([mean, high, low], day, station)
    write("dwd-daily", "two_stations.txt", "\n".join(lines) + "\n", DAILY, table)


def hourly():
    variable = Variable("TT_TU", "instant", "celsius")
    table, lines = Table(variable), ["STATIONS_ID;MESS_DATUM;QN_9;TT_TU;RF_TU;eor"]
    start = datetime(2020, 12, 29, 21)
    for number, value in enumerate(walk("dwd hourly", 90, start=1.0, step=0.8)):
        at, value = start + timedelta(hours=number), None if number in (7, 8, 55) else value
        lines.append(f"{92044:>11};{at:%Y%m%d%H};{3:>5};{padded(value, 6)};{'93.0':>6};eor")
        table.row([value], at.date(), "92044")
    write("dwd-hourly", "tu_stunde.txt", "\r\n".join(lines) + "\r\n", HOURLY, table)

    variable = Variable("TT_TER", "instant", "celsius")
    table, lines = Table(variable), ["STATIONS_ID;MESS_DATUM;QN_4;TT_TER;RF_TER;eor"]
    values = iter(walk("dwd termin", 75, start=14.0, step=3.0))
    for day in days((1936, 5, 1), 25):
        for hour in (7, 14, 21):
            value = next(values)
            value = None if (day.day, hour) in ((4, 7), (19, 21)) else value
            lines.append(f"{517:>11};{day:%Y%m%d}{hour:02};{5:>5};{padded(value, 6)};{'71.0':>6};eor")
            table.row([value], day, "517")
    write("dwd-hourly", "tu_termin.txt", "\r\n".join(lines) + "\r\n", HOURLY, table)


def minutes():
    variable = Variable("TT_10", "instant", "celsius")
    table, lines = Table(variable), ["STATIONS_ID;MESS_DATUM;  QN;PP_10;TT_10;TM5_10;RF_10;TD_10;eor"]
    start = datetime(2024, 2, 28, 17, 40)
    for number, value in enumerate(walk("dwd minutes", 100, start=0.6, step=0.3)):
        at, value = start + timedelta(minutes=10 * number), None if number % 37 == 5 else value
        ground = None if value is None else value - Decimal("0.8")
        lines.append(f"{92044:>11};{at:%Y%m%d%H%M};{2:>5};{'998.4':>7};{padded(value, 6)};{padded(ground, 6)};{'88.1':>6};{'-1.2':>6};eor")
        table.row([value], at.date(), "92044")
    write("dwd-10min", "zehn_min_tu.txt", "\r\n".join(lines) + "\r\n", MINUTES, table)

    variables = [Variable("TX_10", "max", "celsius"), Variable("TN_10", "min", "celsius")]
    table, lines = Table(*variables), ["STATIONS_ID;MESS_DATUM;  QN;TX_10;TX5_10;TN_10;TN5_10;eor"]
    start = datetime(1999, 12, 31, 14, 0)
    for number, value in enumerate(walk("dwd extremes", 80, start=-3.0, step=0.3)):
        at, high, low = start + timedelta(minutes=10 * number), value, value - Decimal("0.2")
        if number in (20, 21):
            high = low = None
        lines.append(f"{517:>11};{at:%Y%m%d%H%M};{1:>5};{padded(high, 6)};{padded(None, 6)};{padded(low, 6)};{padded(None, 6)};eor")
        table.row([high, low], at.date(), "517")
    write("dwd-10min", "zehn_min_tx.txt", "\r\n".join(lines) + "\r\n", MINUTES, table)


def month_end(first):
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def monthly():
    names = [("MO_TT", "mean"), ("MO_TX", "max"), ("MO_TN", "min"), ("MX_TX", "max"), ("MX_TN", "min")]
    table = Table(*(Variable(name, role, "celsius") for name, role in names))
    lines = ["STATIONS_ID;MESS_DATUM_BEGINN;MESS_DATUM_ENDE;QN_4;MO_N;MO_TT;MO_TX;MO_TN;MO_FK;MX_TX;MX_FX;MX_TN;MO_SD_S;QN_6;MO_RR;MX_RS;eor"]
    for number, mean in enumerate(walk("dwd monthly", 48, digits=2, start=2.0, step=5.0, low=-6.0, high=21.0)):
        first = date(1987 + number // 12, number % 12 + 1, 1)
        values = [mean, mean + Decimal("3.81"), mean - Decimal("3.15"), (mean + Decimal("11")).quantize(Decimal("0.1")),
                  (mean - Decimal("9")).quantize(Decimal("0.1"))]
        if number == 17:
            values = [None] * 5
        elif number == 40:
            values[3] = None
        text = [padded(value, 7) for value in values]
        lines.append(f"{517:>11};{first:%Y%m%d};{month_end(first):%Y%m%d};{9:>5};{'5.44':>6};{text[0]};{text[1]};{text[2]};-999;{text[3]};"
                     f"{'17.5':>7};{text[4]};{'51.20':>8};{9:>5};{'63.4':>7};{'11.0':>6};eor")
        table.row(values, first, "517")
    write("dwd-monthly", "klima_monat.txt", "\r\n".join(lines) + "\r\n", MONTHLY, table)

    names = [("JA_TT", "mean"), ("JA_TX", "max"), ("JA_TN", "min"), ("JA_MX_TX", "max"), ("JA_MX_TN", "min")]
    table = Table(*(Variable(name, role, "celsius") for name, role in names))
    lines = ["STATIONS_ID;MESS_DATUM_BEGINN;MESS_DATUM_ENDE;QN_4;JA_N;JA_TT;JA_TX;JA_TN;JA_FK;JA_SD_S;JA_MX_FX;JA_MX_TX;JA_MX_TN;QN_6;JA_RR;JA_MX_RS;eor"]
    for number, mean in enumerate(walk("dwd yearly", 30, digits=2, start=8.5, step=0.9, low=6.5, high=11.5)):
        first = date(1961 + number, 1, 1)
        values = [mean, mean + Decimal("4.4"), mean - Decimal("4.05"), Decimal("33.2") + number % 4, Decimal("-14.8") + number % 7]
        if number == 5:
            values = [None] * 5
        text = [padded(value, 7) for value in values]
        lines.append(f"{517:>11};{first:%Y%m%d};{first:%Y}1231;{9:>5};{'5.51':>6};{text[0]};{text[1]};{text[2]};-999;{'1600.10':>8};{'28.0':>6};"
                     f"{text[3]};{text[4]};{9:>5};{'701.5':>7};{'40.2':>6};eor")
        table.row(values, first, "517")
    write("dwd-monthly", "klima_jahr.txt", "\r\n".join(lines) + "\r\n", MONTHLY, table)


def states(mean, digits, chance):
    """A value for each state, and that of Germany."""
    around = [Decimal(f"{float(mean) + chance.uniform(-1.0, 0.9):.{digits}f}") + 0 for _ in STATES[:-1]]
    return around + [mean]


def regional_table():
    order = [STATES[-1]] + STATES[:-1]
    return Table(*(Variable(name, "mean", "celsius") for name in order))


def add(table, values, day):
    table.row([values[-1]] + values[:-1], day)


def regional():
    title = "Zeitreihen fuer Gebietsmittel fuer Bundeslaender und Kombinationen von Bundeslaender, erstellt am: "
    chance = random.Random("dwd regional")
    table, lines = regional_table(), [title + "20240102", ";".join(["Jahr", "Jahr", *STATES, ""])]
    for number, mean in enumerate(walk("dwd regional year", 60, digits=2, start=8.0, step=0.8, low=6.5, high=10.9)):
        values = states(mean, 2, chance)
        lines.append(f"{1962 + number};year;" + "".join(f"{value:>9};" for value in values))
        add(table, values, date(1962 + number, 1, 1))
    write("dwd-regional", "year.txt", "\r\n".join(lines) + "\r\n", REGIONAL, table)

    table, lines = regional_table(), [title + "20240202", ";".join(["Jahr", "Monat", *STATES, ""])]
    for number, mean in enumerate(walk("dwd regional january", 60, digits=2, start=-0.5, step=2.5, low=-8.0, high=4.5)):
        values = states(mean, 2, chance)
        if number == 2:
            values[11] = None  # no Saarland yet
        lines.append(f"{1921 + number};01;" + "".join(f"{'-999.00' if value is None else value:>9};" for value in values))
        add(table, values, date(1921 + number, 1, 1))
    write("dwd-regional", "january.txt", "\r\n".join(lines) + "\r\n", REGIONAL, table)

    for name, first in (("year_2018.txt", title + "20180802"), ("year_without_title.txt", None)):
        table, lines = regional_table(), [first] if first else []
        lines.append(";".join(["Jahr", "Jahr", *STATES, ""]))
        for number, mean in enumerate(walk(f"dwd {name}", 45, start=8.2, step=0.7, low=6.6, high=10.4)):
            values = states(mean, 1, chance)
            lines.append(f"{1973 + number}" + "".join(f"{value:>8}" for value in values))
            add(table, values, date(1973 + number, 1, 1))
        write("dwd-regional-blanks", name, "\r\n".join(lines) + "\r\n", REGIONAL, table)


def make():
    daily()
    hourly()
    minutes()
    monthly()
    regional()
