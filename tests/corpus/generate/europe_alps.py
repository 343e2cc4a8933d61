"""Files of MeteoSwiss and GeoSphere Austria, and of the Czech CHMI one without a temperature."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

SWISS = "https://opendatadocs.meteoswiss.ch/a-data-groundbased"
HOMOGENIZED = "https://www.meteoswiss.admin.ch/services-and-publications/applications/ext/climate-tables-homogenized.html"
AUSTRIA = "https://dataset.api.hub.geosphere.at/v1/docs/"
CZECHIA = "https://www.chmi.cz/historicka-data/pocasi/denni-data/Denni-data-dle-z.-123-1998-Sb"
# One value a month that is missing, and so on: which rows lack their values.
GAPS = (6, 7, 23)


def text(value, nothing="-"):
    return nothing if value is None else str(value)


def plain(value):
    """Without a fraction that is zero, as these files write whole degrees."""
    return None if value is None else Decimal(int(value)) if value == int(value) else value


def nbcn():
    table = Table(*(Variable(name, role, "celsius") for name, role in (("tre200d0", "mean"), ("tre200dx", "max"), ("tre200dn", "min"))))
    lines = ["station/location;date;gre000d0;hto000d0;nto000d0;prestad0;rre150d0;sre000d0;tre200d0;tre200dn;tre200dx;ure200d0"]
    for number, (day, mean) in enumerate(zip(days((1871, 11, 20), 80), walk("nbcn", 80, start=2.0))):
        mean, high, low = plain(mean), plain(mean + Decimal("3.5")), plain(mean - Decimal("4.2"))
        if number in GAPS:
            mean = None
        if number == 7:
            high = low = None
        lines.append(f"QXA;{day:%Y%m%d};-;-;{number * 7 % 101};95{number % 10}.{number % 7};{'0' if number % 3 else '1.4'};-;{text(mean)};{text(low)};{text(high)};81.3")
        table.row([mean, high, low], day, "QXA")
    write("meteoswiss", "nbcn_daily.csv", "\n".join(lines) + "\n", SWISS, table)


def ogd():
    table = Table(*(Variable(name, role, "celsius") for name, role in (("tre200d0", "mean"), ("tre200dx", "max"), ("tre200dn", "min"))))
    lines = ["station_abbr;reference_timestamp;tre200d0;tre200dx;tre200dn;tre005d0;tre005dx;tre005dn;ure200d0;prestad0;rre150d0;rka150d0;sre000d0;xcd000d0"]
    for number, (day, mean) in enumerate(zip(days((2023, 4, 25), 60), walk("ogd", 60, start=11.0))):
        mean, high, low = plain(mean), plain(mean + Decimal("6.1")), plain(mean - Decimal("5.3"))
        ground = plain(mean + Decimal("0.4"))
        if number in GAPS:
            mean = high = low = None
        lines.append(f"QXB;{day:%d.%m.%Y} 00:00;{text(mean, '')};{text(high, '')};{text(low, '')};{ground};{text(high, '')};;{71 + number % 9}.2;965.1;"
                     f"{'0' if number % 4 else '2.3'};;{number % 13};0")
        table.row([mean, high, low], day, "QXB")
    write("meteoswiss", "ogd_daily.csv", "\r\n".join(lines) + "\r\n", SWISS, table)

    table = Table(*(Variable(name, role, "celsius") for name, role in (("tre200h0", "mean"), ("tre200hx", "max"), ("tre200hn", "min"))))
    lines = ["abbr;time;tre200h0;tre200hn;tre200hx;rre150h0;sre000h0;fkl010h0"]
    start = datetime(2016, 12, 30, 20)
    for number, mean in enumerate(walk("swiss hours", 90, start=-2.0, step=0.7)):
        at, high, low = start + timedelta(hours=number), mean + Decimal("0.3"), mean - Decimal("0.2")
        if number in GAPS:
            mean = high = low = None
        lines.append(f"QXC;{at:%Y%m%d%H%M};{text(mean)};{text(low)};{text(high)};0.0;{number % 61};1.{number % 10}")
        table.row([mean, high, low], at.date(), "QXC")
    write("meteoswiss", "hourly.csv", "\n".join(lines) + "\n", SWISS, table)


def vqha80():
    """One moment, and a row for each station; stations on towers have no temperature at 2 m."""
    table = Table(Variable("tre200s0", "instant", "celsius"))
    lines = ["MeteoSchweiz / MeteoSuisse / MeteoSvizzera / MeteoSwiss", " ",
             "stn;time;tre200s0;rre150z0;sre000z0;gre000z0;ure200s0;tde200s0;dkl010z0;fu3010z0;prestas0;ta1tows0;uretows0;tdetows0"]
    for number, value in enumerate(walk("vqha80", 70, start=12.0, step=5.0)):
        station = "Q" + chr(65 + number // 26) + chr(65 + number % 26)
        if number % 11 == 10:
            value, rest = None, "-;10;311;-;-;201;14.8;-;9.8;76.8;5.9"
        else:
            rest = f"0.0;{number % 11};{number * 9};61;{value - Decimal('4.4')};{number * 5};9.7;957.{number % 10};-;-;-"
        lines.append(f"{station};202103281230;{text(value)};{rest}")
        table.row([value], date(2021, 3, 28), station)
    write("meteoswiss", "vqha80.csv", "\n".join(lines) + "\n", SWISS, table)


def homogenized():
    for name, station, first, count in (("hinterwil.txt", "Hinterwil / Mühle", 1868, 96), ("pass.txt", "Col du Pré", 2019, 55)):
        table = Table(Variable("Temperature", "mean", "celsius"))
        lines = ["Federal Office of Meteorology and Climatology MeteoSwiss", "MeteoSchweiz / MeteoSuisse / MeteoSvizzera / MeteoSwiss", "",
                 "Monthly homogenized values", "", f"Station:                  {station}", "Altitude [m asl]:         702 m",
                 "Coordinates:              47° 11.3' N / 8° 02.5' E", "", "Reference date of homogenization:", "         Temperature:     01.12.2020",
                 "         Precipitation:   01.12.2007", "", "Units:", "         Temperature:     °C", "         Precipitation:   mm", "",
                 "Missing values:           NA", "", "Data source:              MeteoSwiss", "Creation date:            9.01.2024", "", "",
                 "Year  Month        Temperature      Precipitation  "]
        for number, value in enumerate(walk(name, count, start=0.0, step=5.0, low=-9.0, high=20.0)):
            day = date(first + number // 12, number % 12 + 1, 1)
            value = None if number in GAPS else value
            lines.append(f"{day.year}     {day.month:>2}{text(value, 'NA'):>19}{number * 13 % 170:>17}.4  ")
            table.row([value], day)
        write("meteoswiss-homogenized", name, "\r\n".join(lines) + "\r\n", HOMOGENIZED, table, encoding="latin-1")


def geosphere():
    table = Table(*(Variable(name, role, "celsius") for name, role in (("tl_mittel", "mean"), ("tlmax", "max"), ("tlmin", "min"))))
    lines = ["time,station,tl_mittel,tlmax,tlmin,rr,so_h,rf_mittel,vv_mittel,sh"]
    for station in ("990", "18821"):
        for number, (day, mean) in enumerate(zip(days((2025, 1, 20), 40), walk(f"geosphere {station}", 40, start=0.0))):
            high, low = mean + Decimal("5.2"), mean - Decimal("4.9")
            if number in GAPS:
                mean = None
            if number == 23:
                high = low = None
            # -1.0 is no rain at all.
            lines.append(f"{day}T00:00+00:00,{station},{text(mean, '')},{text(high, '')},{text(low, '')},{'-1.0' if number % 3 else '2.4'},{number % 9}.5,69,0.6,")
            table.row([mean, high, low], day, station)
    write("geosphere", "klima_1d.csv", "\n".join(lines) + "\n", AUSTRIA, table)

    table = Table(*(Variable(name, role, "celsius") for name, role in (("tl", "instant"), ("tlmax", "max"), ("tlmin", "min"))))
    lines = ["time,station,rf,tl,tl_flag,tlmax,tlmin,tb10,p"]
    start = datetime(2024, 7, 31, 19, 30)
    for number, value in enumerate(walk("geosphere minutes", 75, start=22.0, step=0.4)):
        at, high, low = start + timedelta(minutes=10 * number), value + Decimal("0.1"), value - Decimal("0.2")
        if number in GAPS:
            value = high = low = None
        lines.append(f"{at:%Y-%m-%dT%H:%M}+00:00,5904,71,{text(value, '')},12,{text(high, '')},{text(low, '')},24.1,987.3")
        table.row([value, high, low], at.date(), "5904")
    write("geosphere", "klima_10min.csv", "\n".join(lines) + "\n", AUSTRIA, table)


def chmi():
    """Rain of days, wide: a column for each day of the month, and no temperature at all."""
    commas = "," * 32
    lines = ["Denní úhrn srážek v mm" + commas, "stanice: X1PRIK01" + commas, commas,
             "rok,měsíc," + ",".join(f"{day}." for day in range(1, 32))]
    amounts = iter(walk("chmi", 36 * 31, start=1.0, step=3.0, low=-4.0, high=30.0))
    for number in range(36):
        first = date(1961 + number // 12, number % 12 + 1, 1)
        length = ((first + timedelta(days=31)).replace(day=1) - first).days
        fields = [str(max(Decimal("0.0"), next(amounts))) if day <= length else "" for day in range(1, 32)]
        lines.append(f"{first.year},{first.month:02}," + ",".join(fields))
    write("generic", "chmi_precipitation.csv", "\ufeff" + "\r\n".join(lines) + "\r\n", CZECHIA, refused="no_temperature_column")


def make():
    nbcn()
    ogd()
    vqha80()
    homogenized()
    geosphere()
    chmi()
