"""Files of SMHI, MET Norway and the Finnish Meteorological Institute."""

from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

SMHI = "https://opendata.smhi.se/metobs/introduction"
SEKLIMA = "https://seklima.met.no/help"
FMI = "https://en.ilmatieteenlaitos.fi/download-observations"
REMARKS = [
    "Kvalitetskontrollerade historiska data (utom de senaste 3 mån)", "Tidsperiod (fr.o.m.) = {} 00:00:00 (UTC)", "Tidsperiod (t.o.m.) = 2019-02-01 06:00:00 (UTC)",
    "Samplingstid = Ej angivet", "", "Kvalitetskoderna:", "Grön (G) = Kontrollerade och godkända värden.",
    "Gul (Y) = Misstänkta eller aggregerade värden. Grovt kontrollerade arkivdata.", "", "Orsaker till saknade data:", "  stationen eller givaren har varit ur funktion.",
]


def comma(value, nothing="-"):
    return nothing if value is None else str(value).replace(".", ",")


def whole(value):
    """Without a fraction of zero, as these files write whole degrees."""
    return Decimal(int(value)) if value == int(value) else value


def smhi_top(station, number, kind, first, newer):
    top = ["Stationsnamn;Stationsnummer;Stationsnät;Mäthöjd (meter över marken)", f"{station};{number};SMHIs stationsnät;2.0"]
    if not newer:
        top = ["Stationsnamn;Klimatnummer;Mäthöjd (meter över marken)", f"{station};{number};2.0"]
    unit = "celsius" if newer else "degree celsius"
    return top + ["", "Parameternamn;Beskrivning;Enhet", f"Lufttemperatur;{kind};{unit}", "",
                  "Tidsperiod (fr.o.m);Tidsperiod (t.o.m);Höjd (meter över havet);Latitud (decimalgrader);Longitud (decimalgrader)",
                  f"{first} 00:00:00;1969-05-31 23:59:59;30.0;57.7;11.97", "1969-07-01 00:00:00;1995-09-30 23:59:59;23.0;57.7084;11.9939",
                  "1995-10-01 00:00:00;2019-04-30 23:59:59;3.038;57.715642;11.992377", ""]


def remarked(row, number, first):
    """Explanations stand behind the last column of the first rows."""
    return f"{row};;{REMARKS[number].format(first)}" if number < len(REMARKS) else row


def smhi():
    kinds = (("smhi-mean", "dygn.csv", "mean", "medelvärde 1 dygn, 1 gång/dygn, kl 00", False), ("smhi-mean", "dygn_2023.csv", "mean", "medelvärde 1 dygn, 1 gång/dygn, kl 00", True),
             ("smhi-max", "max.csv", "max", "max, 1 gång per dygn", True), ("smhi-max", "max_older.csv", "max", "max, 1 gång per dygn", False),
             ("smhi-min", "min.csv", "min", "min, 1 gång per dygn", True), ("smhi-hourly", "timme.csv", "instant", "momentanvärde, 1 gång/tim", False),
             ("smhi-hourly", "timme_2023.csv", "instant", "momentanvärde, 1 gång/tim", True), ("smhi-min", "min_halvdygn.csv", "min", "min, 2 gånger per dygn, kl 06 och 18", True))
    for profile, name, role, words, newer in kinds:
        table = Table(Variable("Lufttemperatur", role, "celsius"))
        first = datetime(1961, 1, 2) if not newer else datetime(2008, 2, 25)
        lines = smhi_top("Provköping A", 99420, words, first.date(), newer)
        hours = {"dygn": 24, "max": 24, "min": 24, "timme": 1}[name.split(".")[0].split("_")[0]]
        if name == "min_halvdygn.csv":
            hours, first = 12, first + timedelta(hours=6)
        lines.append(("Från Datum Tid (UTC);Till Datum Tid (UTC);Representativt dygn" if hours == 24 else "Datum;Tid (UTC)") + ";Lufttemperatur;Kvalitet;;Tidsutsnitt:")
        for number, value in enumerate(walk(f"smhi {name}", 70, start=-1.0)):
            # Rows that were not observed are not there.
            if number in (30, 31, 50):
                continue
            at = first + timedelta(hours=hours * number)
            times = f"{at:%Y-%m-%d} 00:00:01;{at + timedelta(days=1):%Y-%m-%d} 00:00:00;{at:%Y-%m-%d}" if hours == 24 else f"{at:%Y-%m-%d;%H:%M:%S}"
            lines.append(remarked(f"{times};{value};{'Y' if hours == 24 or number % 7 == 0 else 'G'}", number, first.date()))
            table.row([value], at.date())
        write(profile, name, "\ufeff" + "\n".join(lines) + "\n", SMHI, table)


def seklima():
    table = Table(Variable("Middeltemperatur (døgn)", "mean", "celsius"), Variable("Maksimumstemperatur (døgn)", "max", "celsius"), Variable("Minimumstemperatur (døgn)", "min", "celsius"))
    lines = ["Navn;Stasjon;Tid(norsk normaltid);Snødybde;Maksimumstemperatur (døgn);Middeltemperatur (døgn);Minimumstemperatur (døgn);Høyeste middelvind (døgn)"]
    # Two blocks, the later one first.
    for first in ((2012, 11, 20), (2010, 1, 25)):
        for number, (day, mean) in enumerate(zip(days(first, 35), walk(f"seklima {first}", 35, start=-4.0))):
            mean, high, low = whole(mean), whole(mean + Decimal("4.4")), whole(mean - Decimal("4.9"))
            if number in (5, 6):
                mean = high = low = None
            elif number == 20:
                mean = None
            lines.append(f"Prøvedal;SN99420;{day:%d.%m.%Y};{number % 60};{comma(high)};{comma(mean)};{comma(low)};{'-' if number % 4 == 0 else '7,6'}")
            table.row([mean, high, low], day, "SN99420")
    lines.append("Data er gyldig per 02.08.2023 (CC BY 4.0), Meteorologisk institutt (MET);;;;;;;")
    write("seklima", "daily.csv", "\ufeff" + "\n".join(lines) + "\n", SEKLIMA, table)

    table = Table(Variable("Lufttemperatur", "instant", "celsius"))
    lines, start = ["Navn;Stasjon;Tid(norsk normaltid);Lufttemperatur;Lufttrykk i havnivå"], datetime(2021, 6, 29, 20)
    for name, station in (("Øvrebygd - Moen", "SN99421"), ("Kyst", "SN99422")):
        for number, value in enumerate(walk(f"seklima {station}", 45, start=11.0, step=0.6)):
            at, value = start + timedelta(hours=number), whole(value)
            value = None if station == "SN99422" and number in (1, 2, 3) else value
            lines.append(f"{name};{station};{at:%d.%m.%Y %H:%M};{comma(value)};1017,2")
            table.row([value], at.date(), station)
    lines.append("Data er gyldig per 01.10.2024 (CC BY 4.0), Meteorologisk institutt (MET);;;;")
    write("seklima", "hourly.csv", "\ufeff" + "\n".join(lines) + "\n", SEKLIMA, table)

    table = Table(Variable("Mean air temperature (24 h)", "mean", "celsius"), Variable("Minimum air temperature (24 h)", "min", "celsius"))
    lines = ["Name;Station;Time(norwegian mean time);Precipitation (24 h);Mean air temperature (24 h);Minimum air temperature (24 h)"]
    for number, (day, mean) in enumerate(zip(days((2022, 2, 20), 40), walk("seklima english", 40, start=0.0))):
        mean, low = whole(mean), None if number == 11 else whole(mean - Decimal("3.7"))
        lines.append(f"Prøvedal;SN99420;{day:%d.%m.%Y};0,2;{comma(mean)};{comma(low)}")
        table.row([mean, low], day, "SN99420")
    lines.append("Data valid at 14.05.2023 (CC BY 4.0), The Norwegian Meteorological Institute (MET Norway);;;;;")
    write("seklima", "english.csv", "\ufeff" + "\n".join(lines) + "\n", SEKLIMA, table)


def fmi():
    for name, header, column in (("hourly.csv", "Year,m,d,Time,Time zone,Air temperature (degC)", "Air temperature (degC)"),
                                 ("tunnit.csv", "Vuosi,Kk,Pv,Klo,Aikavyöhyke,Ilman lämpötila (degC)", "Ilman lämpötila (degC)")):
        table, lines = Table(Variable(column, "instant", "celsius")), [header]
        start = datetime(2020, 12, 29, 13)
        for number, value in enumerate(walk(f"fmi {name}", 85, start=-6.0, step=0.8)):
            at, value = start + timedelta(hours=number), None if number in (9, 40) else whole(value)
            lines.append(f"{at.year},{at.month},{at.day},{at:%H:%M},UTC,{'' if value is None else value}")
            table.row([value], at.date())
        write("fmi", name, "\n".join(lines) + "\n", FMI, table)

    column = "Ilman lämpötila keskiarvo [°C]"
    table, lines = Table(Variable(column, "mean", "celsius")), [f'"Havaintoasema","Vuosi","Kuukausi","Päivä","Aika [Paikallinen aika]","{column}"']
    for station in ("Esimerkkilä lentoasema", "Kokeilu"):
        for number, (day, value) in enumerate(zip(days((2023, 3, 20), 32), walk(f"fmi {station}", 32, start=-3.0))):
            value = None if number in (4, 5) else value
            lines.append(f'"{station}","{day.year}","{day.month}","{day.day}","00:00","{"-" if value is None else value}"')
            table.row([value], day, station)
    write("fmi", "keskiarvo.csv", "\n".join(lines) + "\n", FMI, table)


def make():
    smhi()
    seklima()
    fmi()
