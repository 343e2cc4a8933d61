"""Files of the Polish IMGW-PIB: no header, a status behind each value, cp1250."""

from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

DOCUMENTATION = "https://danepubliczne.imgw.pl/data/dane_pomiarowo_obserwacyjne/dane_meteorologiczne/"
DAYS_OF_CLIMATE, DAYS_OF_SYNOP = DOCUMENTATION + "dobowe/klimat/", DOCUMENTATION + "dobowe/synop/"
HOURS_OF_CLIMATE, HOURS_OF_SYNOP = DOCUMENTATION + "terminowe/klimat/", DOCUMENTATION + "terminowe/synop/"


def number(value):
    """As the service writes it: no zero before the point."""
    text = str(value)
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def pair(value, digits=1):
    """A value and its status: 8 where it was not measured, and zero stands in its place."""
    if value is None:
        return '.0,"8"' if digits else '0,"8"'
    return f'{number(value)},""'


def begin(station, name, day):
    return f'"{station}","{name}","{day.year}","{day.month:02}","{day.day:02}"'


def three():
    return Table(Variable("tmean", "mean", "celsius"), Variable("tmax", "max", "celsius"), Variable("tmin", "min", "celsius"))


def readings(at, mean):
    """Mean, maximum and minimum; on some days all, on one the minimum alone is not there."""
    values = [mean, mean + Decimal("3.7"), mean - Decimal("4.0")]
    if at in (9, 10):
        return [None] * 3
    if at == 25:
        values[2] = None
    return values


def climate_days():
    for name, stations, start, count, end in (("k_d_02_1962.csv", (("249990010", "PRÓBKÓW"), ("249990370", "ŁĄKA ŚWIĘTA")), (1962, 2, 10), 36, "\n"),
                                              ("k_d_2023.csv", (("252990120", "WZORZEC"),), (2023, 11, 5), 60, "\r\n")):
        table, lines = three(), []
        for station, town in stations:
            for at, (day, mean) in enumerate(zip(days(start, count), walk(f"{name} {station}", count, start=0.0))):
                values = readings(at, mean)
                mean, high, low = values
                ground = None if low is None or station == "249990010" else low - Decimal("1.1")
                rain = '.0,"9",""' if at % 3 else '2.5,"","S"'
                lines.append(f"{begin(station, town, day)},{pair(high)},{pair(low)},{pair(mean)},{pair(ground)},{rain},{at % 8},\"\"")
                table.row(values, day, station)
        write("imgw-kd", name, end.join(lines) + end, DAYS_OF_CLIMATE, table, encoding="cp1250")

    for name, station, town, start in (("k_d_t_03_2008.csv", "249990010", "PRÓBKÓW", (2008, 3, 1)), ("k_d_t_11_1999.csv", "252990120", "ŻÓŁĆ", (1999, 11, 1))):
        table, lines = Table(Variable("tmean", "mean", "celsius")), []
        for at, (day, mean) in enumerate(zip(days(start, 60), walk(name, 60, start=2.0))):
            mean = None if at in (3, 4, 40) else mean
            lines.append(f'{begin(station, town, day)},{pair(mean)},{70 + at % 25}.{at % 10},"",1.{at % 10},"",{at % 8}.3,""')
            table.row([mean], day, station)
        write("imgw-kdt", name, "\n".join(lines) + "\n", DAYS_OF_CLIMATE, table, encoding="cp1250")


def synop_days():
    for name, station, town, start in (("s_d_999_1966.csv", "354990150", "NADMORZE-RĘBIEC", (1966, 12, 15)), ("s_d_998_2011.csv", "349990190", "BIELAWA ŚLĄSKA", (2011, 3, 20))):
        table, lines = three(), []
        for at, (day, mean) in enumerate(zip(days(start, 45), walk(name, 45, start=0.0))):
            values = readings(at, mean)
            mean, high, low = values
            ground = None if low is None else low - Decimal("1.4")
            rain = '.0,"9",""' if at % 3 else '2.5,"","S"'
            phenomena = ",".join('.0,"9"' if (at + column) % 6 else f'{number(Decimal(column) + Decimal("0.8"))},""' for column in range(18))
            lines.append(f'{begin(station, town, day)},{pair(high)},{pair(low)},{pair(mean)},{pair(ground)},{rain},{at % 8},"",{phenomena},1,"",0,"","Z",0,"8",0,"8",0,"8"')
            table.row(values, day, station)
        write("imgw-sd", name, "\n".join(lines) + "\n", DAYS_OF_SYNOP, table, encoding="cp1250")

    for name, station, town, start in (("s_d_t_999_1966.csv", "354990150", "NADMORZE-RĘBIEC", (1966, 12, 15)), ("s_d_t_998_2011.csv", "349990190", "BIELAWA ŚLĄSKA", (2011, 3, 20))):
        table, lines = Table(Variable("tmean", "mean", "celsius")), []
        for at, (day, mean) in enumerate(zip(days(start, 55), walk(name, 55, start=1.0))):
            mean = None if at in (12, 13) else mean
            lines.append(f'{begin(station, town, day)},{at % 8}.{at % 10},"",3.{at % 10},"",{pair(mean)},5.{at % 10},"",8{at % 10}.6,"",1001.{at % 10},"",1014.{at % 10},"",.0,"9",1.2,""')
            table.row([mean], day, station)
        write("imgw-sdt", name, "\n".join(lines) + "\n", DAYS_OF_SYNOP, table, encoding="cp1250")


def hours():
    for name, station, town, start in (("k_t_05_1970.csv", "249990010", "PRÓBKÓW", datetime(1970, 5, 3)), ("k_t_01_2001.csv", "252990120", "ŻÓŁĆ", datetime(2001, 1, 12))):
        table, lines = Table(Variable("temperature", "instant", "celsius")), []
        # Observed at 6, 12 and 18 o'clock.
        for at, value in enumerate(walk(name, 75, start=1.0, step=3.0)):
            moment = start + timedelta(days=at // 3)
            value = None if at in (20, 21, 22, 50) else value
            wet = None if value is None else value - Decimal("1.3")
            lines.append(f'{begin(station, town, moment)},"{6 + 6 * (at % 3):02}",{pair(value)},{pair(wet)},"L","W",{60 + at % 40},"","W","",{at % 7},"",{at % 9},"","7",""')
            table.row([value], moment.date(), station)
        write("imgw-kt", name, "\n".join(lines) + "\n", HOURS_OF_CLIMATE, table, encoding="cp1250")

    for name, start in (("s_t_999_1985.csv", datetime(1985, 2, 26, 20)), ("s_t_999_2016.csv", datetime(2016, 12, 31, 5))):
        table = Table(Variable("temperature", "instant", "celsius"), Variable("tmax 12 h", "max", "celsius"), Variable("tmin 12 h", "min", "celsius"))
        lines = []
        for at, value in enumerate(walk(name, 40, start=-1.0, step=0.8)):
            moment, high, low = start + timedelta(hours=at), value + 1, value - 1
            if at in (7, 8):
                value = high = low = None
            elif at % 12:  # of twelve hours, and so written twice a day only
                high = low = None
            fields = [begin("354990150", "NADMORZE-RĘBIEC", moment), f'"{moment.hour:02}"', '"9","8",0,"8",0,"8","","",""', '7,"",0,"8",0,"8"']
            fields += [f'{at % 9},"",{at * 10 % 360},"",3,"",0,"9"', pair(value), pair(value), '"W",""', '5.9,"",92.1,""']
            fields += [pair(None if value is None else value - 1), '1002.3,"",1014.6,"",3,.4,""', '.0,"9","",""', '61,2', '8,"","","","","","","","","",""']
            fields += ['1,"",.7,"",.0,"9",.0,"9",0,"8","",""', ",".join(['.0,"8"'] * 5), pair(low), pair(high), pair(low)]
            fields += ['.0,"8",0,"9",0,"9",0,"9"', '"",""', '0,"8",0,"8"']
            row = ",".join(fields)
            lines.append(row)
            assert row.count(",") == 106, row.count(",")
            table.row([value, high, low], moment.date(), "354990150")
        write("imgw-st", name, "\n".join(lines) + "\n", HOURS_OF_SYNOP, table, encoding="cp1250")


def make():
    climate_days()
    synop_days()
    hours()
