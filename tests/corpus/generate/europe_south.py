"""Files of Météo-France and of the Spanish AEMET."""

from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

DAYS = "https://meteo.data.gouv.fr/datasets/donnees-climatologiques-de-base-quotidiennes/"
HOURS = "https://meteo.data.gouv.fr/datasets/donnees-climatologiques-de-base-horaires/"
SYNOP = "https://donneespubliques.meteofrance.fr/?fond=produit&id_produit=90&id_rubrique=32"
SPAIN = "https://opendata.aemet.es/"
MEASURES = "RR;TN;HTN;TX;HTX;TM;TNTXM;TAMPLI;TNSOL;TN50;DG;FFM;FXY;DXY;HXY"


def text(value):
    return "" if value is None else str(value)


def comma(value):
    return text(value).replace(".", ",")


def variables(*names):
    return [Variable(name, role, unit) for name, role, unit in names]


def daily():
    header = "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJ;" + ";".join(f"{name};Q{name}" for name in MEASURES.split(";"))
    for name, stations, first in (("Q_99_latest-2025-2026_RR-T-Vent.csv", (("99001009", "EXEMPLE EN PROVENCE"), ("99005003", "VILLENEUVE")), (2025, 1, 20)),
                                  ("Q_98_previous-1950-2023_RR-T-Vent.csv", (("98017001", "CAP DE L'ESSAI"),), (1951, 11, 1))):
        table = Table(*variables(("TM", "mean", "celsius"), ("TX", "max", "celsius"), ("TN", "min", "celsius")))
        lines = [header]
        for station, town in stations:
            for number, (day, mean) in enumerate(zip(days(first, 34), walk(f"{name} {station}", 34, start=7.0))):
                high, low = mean + Decimal("4.6"), mean - Decimal("5.1")
                fields = {one: ["", ""] for one in MEASURES.split(";")}
                fields |= {"RR": ["0.2", "1"], "HTN": ["640", "9"], "HTX": ["1356", "9"], "DG": ["0", "9"], "FFM": ["2.1", "1"], "HXY": ["2301", "9"]}
                expected = [mean, high, low]
                if number in (8, 9):
                    expected = [None, None, None]
                elif station == "98017001":
                    expected[0] = None if number < 6 else mean  # no mean in the first days
                for one, value in zip(("TM", "TX", "TN"), expected):
                    fields[one] = [text(value), "" if value is None else "1"]
                if None not in expected:
                    fields["TNTXM"], fields["TAMPLI"] = [str(mean - Decimal("0.3")), "1"], ["9.7", "1"]
                    fields["TNSOL"] = [str(low - 2), "9"]
                if number == 25:
                    fields["TX"], expected[1] = ["61.0", "2"], "rejected"
                lines.append(f"{station};{town};43.529500;5.424500;173;{day:%Y%m%d};" + ";".join(";".join(pair) for pair in fields.values()))
                table.row(expected, day, station)
        write("meteofrance-daily", name, "\n".join(lines) + "\n", DAYS, table)


def hourly():
    names = "RR1;DRR1;FF;DD;FXY;DXY;HXY;T;TD;TN;HTN;TX;HTX;DG;U"
    for name, station, first, only in (("H_99_latest-2025-2026.csv", "99001009", datetime(2025, 2, 27, 20), names),
                                       ("H_98_1990-1999.csv", "98017001", datetime(1996, 12, 30, 1), "RR1;DRR1;FF;DD;T;TD;U")):
        wanted = [one for one in (("T", "instant", "celsius"), ("TX", "max", "celsius"), ("TN", "min", "celsius")) if one[0] in only.split(";")]
        table, lines = Table(*variables(*wanted)), []
        lines.append("NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJHH;" + ";".join(f"{one};Q{one}" for one in only.split(";")))
        for number, value in enumerate(walk(name, 80, start=4.0, step=0.9)):
            at = first + timedelta(hours=number)
            values = {"T": value, "TX": value + Decimal("0.6"), "TN": value - Decimal("0.7")}
            if number in (5, 6, 50):
                values = dict.fromkeys(values)
            elif number == 60:
                values["TX"] = None
            fields = {one: [text(values.get(one, Decimal("3.1"))), "1"] for one in only.split(";")}
            expected = [values[one] for one, _, _ in wanted]
            if number == 70:  # doubtful
                fields["T"], expected[0] = ["48.5", "2"], "rejected"
            lines.append(f"{station};POSTE D'ESSAI;43.437667;5.216000;9;{at:%Y%m%d%H};" + ";".join(";".join(pair) for pair in fields.values()))
            table.row(expected, at.date(), station)
        write("meteofrance-hourly", name, "\n".join(lines) + "\n", HOURS, table)


def synop():
    old = ("numer_sta;date;pmer;tend;cod_tend;dd;ff;t;td;u;vv;ww;w1;w2;n;nbas;hbas;cl;cm;ch;pres;niv_bar;geop;tend24;tn12;tn24;tx12;tx24;"
           "tminsol;sw;tw;raf10;rafper;per;etat_sol;ht_neige;ssfrai;perssfrai;rr1;rr3;rr6;rr12;rr24;")
    table = Table(*variables(("t", "instant", "kelvin"), ("tx12", "max", "kelvin"), ("tn12", "min", "kelvin"), ("tx24", "max", "kelvin"), ("tn24", "min", "kelvin")))
    lines, zero = [old], Decimal("273.15")
    moments = [datetime(2016, 2, 28) + timedelta(hours=3 * number) for number in range(20)]
    for station in ("07999", "61999"):
        for number, (at, value) in enumerate(zip(moments, walk(f"synop {station}", 20, start=8.0))):
            overseas = station == "61999"
            kelvin = None if overseas and number in (3, 9) else value + zero
            low = value + zero - Decimal("2.5") if at.hour == 6 else None
            high = value + zero + Decimal("3.5") if at.hour == 18 else None
            fields = dict.fromkeys(old.split(";")[:-1], "mq")
            fields |= {"numer_sta": station, "date": f"{at:%Y%m%d%H%M%S}", "pmer": "101870", "ff": "3.100000", "u": "82", "vv": "25000", "pres": "100750"}
            hours = "24" if overseas else "12"
            for column, degrees in (("t", kelvin), ("td", None if kelvin is None else kelvin - 2), ("tn" + hours, low), ("tx" + hours, high)):
                fields[column] = "mq" if degrees is None else f"{degrees:.6f}"
            lines.append(";".join(fields.values()) + ";")
            table.row([kelvin, None, None, high, low] if overseas else [kelvin, high, low, None, None], at.date(), station)
    write("meteofrance-synop", "synop.201602.csv", "\n".join(lines) + "\n", SYNOP, table)

    labels = ("ID OMM station;Date;Pression au niveau mer;Type de tendance barométrique;Direction du vent moyen 10 mn;Température;Point de rosée;Humidité;"
              "Temps présent;Temps passé 1;Température minimale sur 12 heures;Température maximale sur 12 heures;"
              "Méthode de mesure Température du thermomètre mouillé;Température du thermomètre mouillé;Coordonnees;Nom;"
              "Type de tendance barométrique;Temps passé 1;Température (°C);Température minimale sur 12 heures (°C);Altitude;communes (name);mois_de_l_annee")
    table = Table(*variables(("Température", "instant", "kelvin"), ("Température (°C)", "instant", "celsius"),
                             ("Température maximale sur 12 heures", "max", "kelvin"), ("Température minimale sur 12 heures", "min", "kelvin"),
                             ("Température minimale sur 12 heures (°C)", "min", "celsius")))
    lines = [labels]
    values = walk("ods", 45, start=14.0)
    # Not in the order of time.
    for number in sorted(range(45), key=lambda one: one * 29 % 45):
        at, value = datetime(2023, 10, 20, 1) + timedelta(hours=3 * number), values[number]
        kelvin, low, high = value + zero, None, None
        if at.hour == 7:
            low = kelvin - Decimal("1.3")
        if at.hour == 19:
            high = kelvin + Decimal("2.2")
        if number == 13:
            value = kelvin = None
        coldest = "" if low is None else str(low - zero)
        lines.append(f"07998;{at:%Y-%m-%dT%H:%M:%S}+02:00;101870;2;330;{text(kelvin)};{'' if kelvin is None else kelvin - 3};60;2;0;{text(low)};{text(high)};0;;"
                     f"43.648833, 7.209;L'ESSAI;En hausse, puis stationnaire;Nuages;{text(value)};{coldest};2;Essai;10")
        table.row([kelvin, value, high, low, None if low is None else low - zero], at.date(), "07998")
    write("meteofrance-synop", "opendatasoft.csv", "\ufeff" + "\r\n".join(lines) + "\r\n", SYNOP, table)


def aemet():
    names = ("T.Med", "T.Max", "T.Min")
    table = Table(*variables(*((name, role, "celsius") for name, role in zip(names, ("mean", "max", "min")))))
    lines = ["Indicativo;Nombre;Provincia;Altitud;Año;Mes;Dia;T.Max;Hora;T.Min;Hora;T.Med;Racha;Dir;Hora;Vel.media;Prec.;Sol;Pres.max;Hora;Pres.min;Hora"]
    for number, (day, mean) in enumerate(zip(days((1951, 1, 20), 80), walk("aemet daily", 80, start=3.0))):
        high, low = mean + Decimal("6.2"), mean - Decimal("6.0")
        if number in (15, 16):
            mean = high = low = None
        elif number == 44:
            mean = low = None
        rain = ("Ip", "0,0", "12,4", "Acum")[number % 4]
        lines.append(f"9913;ALMUÑA DE EJEMPLO;LEÓN;1056;{day.year};{day.month};{day.day};{comma(high)};{'15:30' if high else ''};{comma(low)};"
                     f"{'Varias' if low and number % 5 == 0 else ''};{comma(mean)};;;;1,7;{rain};5,7;898,2;00;896,2;18")
        table.row([mean, high, low], day, "9913")
    write("aemet-daily", "daily.csv", "\r\n".join(lines) + "\r\n", SPAIN, table, encoding="latin-1")

    table = Table(*variables(("tmed", "mean", "celsius"), ("tmax", "max", "celsius"), ("tmin", "min", "celsius")))
    lines = ["fecha;indicativo;nombre;provincia;altitud;tmed;prec;tmin;horatmin;tmax;horatmax;dir;velmedia;racha;horaracha;sol;presMax;presMin"]
    for number, (day, mean) in enumerate(zip(days((2022, 6, 10), 60), walk("aemet opendata", 60, start=22.0))):
        high, low = mean + Decimal("7.7"), mean - Decimal("7.4")
        if number in (31, 32):
            mean = high = low = None
        lines.append(f"{day};9914X;SIERRA DE PRUEBA;ÁVILA;890;{comma(mean)};{'Ip' if number % 6 == 0 else '0,0'};{comma(low)};05:20;{comma(high)};Varias;31;2,8;9,7;14:10;11,2;921,4;918,0")
        table.row([mean, high, low], day, "9914X")
    write("aemet-daily", "opendata.csv", "\n".join(lines) + "\n", SPAIN, table)

    for name, station, first, gap in (("monthly.csv", "9915", 1920, 17), ("monthly_short.csv", "9916A", 1998, None)):
        kinds = (("T.Med.", "mean"), ("T.Max.Med", "max"), ("T.Min.Med", "min"), ("T.Max.Abs", "max"), ("T.Min.Abs", "min"))
        table = Table(*variables(*((one, role, "celsius") for one, role in kinds)))
        lines = ["Indicativo;Nombre;Provincia;Altitud;Año;Mes;T.Med.;T.Max.Med;T.Min.Med;T.Max.Abs;Día;T.Min.Abs;Día;Min.Sup;Max.Inf;DíasHelada;Prec.total;"
                 "Prec.max;Día;DirRacha;VelRacha;Dia;Hora;Vel.media;Pres.Max.Abs;Día;Pres.Min.Abs;Día;Pres.MediaNivelMar"]
        for number, mean in enumerate(walk(f"aemet {name}", 54 if gap else 24, start=6.0, step=4.0, low=-3.0, high=27.0)):
            day = datetime(first + number // 12, number % 12 + 1, 1).date()
            values = [mean, mean + Decimal("5.5"), mean - Decimal("5.4"), mean + Decimal("12.1"), mean - Decimal("11.3")]
            if number == gap:
                values = [None] * 5
            elif number == 20:
                values[4] = None
            fields = [comma(value) for value in values]
            last = number * 5 % 28 + 1
            lines.append(f"{station};ENSAYO, AERÓDROMO;CÁDIZ;667;{day.year};{day.month};{fields[0]};{fields[1]};{fields[2]};{fields[3]};{'' if values[3] is None else last};"
                         f"{fields[4]};{'' if values[4] is None else last // 2 + 1};8,8;5,8;5;{number * 7 % 90},4;2,8;{last};;;;;;959,7;16;922,7;4;1025,4")
            table.row(values, day, station)
        write("aemet-monthly", name, "\r\n".join(lines) + "\r\n", SPAIN, table, encoding="latin-1")


def make():
    daily()
    hourly()
    synop()
    aemet()
