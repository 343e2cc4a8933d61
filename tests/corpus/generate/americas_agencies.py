"""Agencies from Canada to New Zealand: stations, days and hours."""

from datetime import datetime, timedelta

from americas_noaa import gaps, lines, put, quoted, three
from corpus import Table, Variable, days, walk

BOM = "\ufeff"


def text(value, missing=""):
    return missing if value is None else str(value)


def comma(value, zero):
    """With a decimal comma, and `zero` in front of it where there is nothing else; 20.0 is written 20."""
    written = f"{value.normalize():f}"
    if written.lstrip("-").startswith("0."):
        written = written.replace("0.", f"{zero}.", 1)
    return written.replace(".", ",")


def clock(first, count):
    return [datetime(*first) + timedelta(hours=number) for number in range(count)]


def eccc():
    roles = {"Mean Temp (°C)": "mean", "Max Temp (°C)": "max", "Min Temp (°C)": "min"}
    mean, high, low = three(101, 60, start=-12.0, step=3.0)
    mean, high, low = gaps(mean, 7, 8), gaps(high, 7), gaps(low, 7, 8, 30)
    place = "Longitude (x)|Latitude (y)|Station Name|Climate ID".split("|")
    columns = (
        "Date/Time|Year|Month|Day|Data Quality|Max Temp (°C)|Max Temp Flag|Min Temp (°C)|Min Temp Flag|Mean Temp (°C)|Mean Temp Flag|"
        "Heat Deg Days (°C)|Heat Deg Days Flag|Total Precip (mm)|Total Precip Flag|Spd of Max Gust (km/h)|Spd of Max Gust Flag"
    ).split("|")

    def row(day, values, quality):
        fields = [day, f"{day:%Y}", f"{day:%m}", f"{day:%d}", quality]
        for value in values:
            fields += ["", "M"] if value is None else [value, "E" if day.day == 9 else ""]
        return [*fields, "18.5", "", "0.0", "T", "<31", ""]

    for name, is_old in (("daily.csv", False), ("daily-older.csv", True)):
        table, rows = Table(*(Variable(variable, role, "celsius") for variable, role in roles.items())), []
        for at, day in enumerate(days((2014, 1, 25), 60)):
            fields = row(day, (high[at], low[at], mean[at]), "‡" if is_old else "")
            rows.append(quoted(fields if is_old else ["-52.10", "62.10", "NORTH SKERRY A", "9999901", *fields]))
            table.row([mean[at], high[at], low[at]], day, None if is_old else "9999901")
        if is_old:
            # The place and a legend stand above the table.
            above = [
                quoted(pair) for pair in (
                    ("Station Name", "NORTH SKERRY A"), ("Province", "NOWHERE"), ("Latitude", "62.10"), ("Longitude", "-52.10"),
                    ("Elevation", "140.50"), ("Climate Identifier", "9999901"), ("WMO Identifier", ""), ("TC Identifier", "XQQ"),
                )
            ]
            legend = [quoted(pair) for pair in (("E", "Estimated"), ("M", "Missing"), ("T", "Trace"), ("[empty]", "No data available"))]
            legend += [quoted(("†", "Preliminary quality checking only")), quoted(("‡", "Partner data"))]
            content = lines(above, "", '"Legend"', legend, "", quoted(columns), rows)
        else:
            content = lines(quoted(place + columns), rows)
        put("eccc", name, BOM + content, table)

    columns = (
        "Date/Time (LST)|Year|Month|Day|Time (LST)|Temp (°C)|Temp Flag|Dew Point Temp (°C)|Dew Point Temp Flag|Rel Hum (%)|Rel Hum Flag|"
        "Stn Press (kPa)|Stn Press Flag|Hmdx|Hmdx Flag|Wind Chill|Wind Chill Flag|Weather"
    ).split("|")
    values, rows = gaps(walk(104, 72, start=3.0, step=1.5), 10, 11, 12), []
    table = Table(Variable("Temp (°C)", "instant", "celsius"))
    for time, value in zip(clock((2019, 3, 30, 0), 72), values):
        fields = ["-52.10", "62.10", "NORTH SKERRY A", "9999901"]
        fields += [f"{time:{form}}" for form in ("%Y-%m-%d %H:%M", "%Y", "%m", "%d", "%H:%M")]
        fields += ["", "M", "", "M"] if value is None else [value, "", value - 3, ""]
        rows.append(quoted([*fields, "81", "", "100.21", "", "", "", "", "", "NA"]))
        table.row([value], time.date(), "9999901")
    put("eccc", "hourly.csv", BOM + lines(quoted(place + columns), rows, end="\r\n"), table)


def inmet():
    names = [
        "TEMPERATURA DO AR - BULBO SECO, HORARIA (°C)", "TEMPERATURA MÁXIMA NA HORA ANT. (AUT) (°C)",
        "TEMPERATURA MÍNIMA NA HORA ANT. (AUT) (°C)",
    ]
    # Latin-1, a decimal comma without a zero before it; and the older layout in UTF-8 with -9999.
    for name, first, missing, start, encoding, seed in (
        ("2019.csv", (2019, 7, 5, 0), "", 1.0, "latin-1", 111), ("2008.csv", (2008, 2, 28, 0), "-9999", 22.0, "utf-8", 112),
    ):
        is_new = encoding == "latin-1"
        now, high, low = three(seed, 72, start=start, step=1.2, spread=0.6, low=-6.0)
        at_once = (0, 1, 2, 40)
        now, high, low = gaps(now, *at_once), gaps(high, *at_once, 50), gaps(low, *at_once)
        table = Table(*(Variable(n, r, "celsius") for n, r in zip(names, ("instant", "max", "min"))))
        place = (("REGIAO:", "S"), ("UF:", "XX"), ("ESTACAO:", "CAMPO NOVO"), ("CODIGO (WMO):", "A999"), ("LATITUDE:", "-28,5"),
                 ("LONGITUDE:", "-49,25"), ("ALTITUDE:", "1385,06"), ("DATA DE FUNDACAO:", "01/01/07"))
        above = [";".join(pair) for pair in place]
        header = ["Data", "Hora UTC"] if is_new else ["DATA (YYYY-MM-DD)", "HORA (UTC)"]
        header += ["PRECIPITAÇÃO TOTAL, HORÁRIO (mm)", "PRESSAO ATMOSFERICA AO NIVEL DA ESTACAO, HORARIA (mB)"]
        header += [names[0], "TEMPERATURA DO PONTO DE ORVALHO (°C)", *names[1:], "UMIDADE RELATIVA DO AR, HORARIA (%)", ""]
        rows = []
        for at, time in enumerate(clock(first, 72)):
            fields = [f"{time:%Y/%m/%d}", f"{time:%H}00 UTC"] if is_new else [f"{time:%Y-%m-%d}", f"{time:%H:%M}"]
            values = [now[at], None if now[at] is None else now[at] - 3, high[at], low[at]]
            texts = [missing if value is None else comma(value, "" if is_new else "0") for value in values]
            rows.append(";".join([*fields, ",2" if at % 5 == 0 and is_new else "0", "868,4", *texts, "81", ""]))
            table.row([now[at], high[at], low[at]], time.date())
        put("inmet", name, lines(above, ";".join(header), rows), table, encoding)

    # The export of BDMEP: days of a conventional station, null.
    mean, high, low = three(115, 60, start=17.0, step=2.0)
    mean, high, low = gaps(mean, 0, 1, 2, 30), gaps(high, 0, 1, 2), gaps(low, 1, 44)
    names = ["TEMPERATURA MEDIA COMPENSADA, DIARIA(°C)", "TEMPERATURA MAXIMA, DIARIA(°C)", "TEMPERATURA MINIMA, DIARIA(°C)"]
    table, rows = Table(*(Variable(n, r, "celsius") for n, r in zip(names, ("mean", "max", "min")))), []
    for at, day in enumerate(days((1961, 1, 1), 60)):
        rows.append(f"{day};null;{text(high[at], 'null')};{text(mean[at], 'null')};{text(low[at], 'null')};74;")
        table.row([mean[at], high[at], low[at]], day)
    above = ["Nome: CAMPO NOVO", "Codigo Estacao: 99999", "Latitude: -28.5", "Longitude: -49.25", "Altitude: 1385",
             "Situacao: Operante", "Data Inicial: 1961-01-01", "Data Final: 1961-03-01", "Periodicidade da Medicao: Diaria", ""]
    header = f"Data Medicao;PRECIPITACAO TOTAL, DIARIO(mm);{names[1]};{names[0]};{names[2]};UMIDADE RELATIVA DO AR, MEDIA DIARIA(%);"
    put("inmet", "bdmep.csv", lines(above, header, rows), table)


def bom():
    for product, word, role, seed, start in (("IDCJAC0010", "Maximum", "max", 121, 27.0), ("IDCJAC0011", "Minimum", "min", 122, 2.0)):
        name = f"{word} temperature (Degree C)"
        values = gaps(walk(seed, 90, start=start), *range(20), 51)
        table, rows = Table(Variable(name, role, "celsius")), []
        for at, (day, value) in enumerate(zip(days((2020, 2, 1), 90), values)):
            ends = ",," if value is None else f"{value},{2 if at == 52 else 1},{'N' if at > 80 else 'Y'}"
            rows.append(f"{product},099991,{day:%Y,%m,%d},{ends}")
            table.row([value], day, "099991")
        header = f"Product code,Bureau of Meteorology station number,Year,Month,Day,{name},"
        header += f"Days of accumulation of {word.lower()} temperature,Quality"
        put("bom", f"{product}_099991_1800_Data.csv", lines(header, rows), table)


def silo():
    for name, first, seed, start in (("north-field.txt", (2019, 12, 20), 125, 19.0), ("cold-tops.txt", (2020, 6, 1), 126, 1.0)):
        _, high, low = three(seed, 60, start=start, step=2.0, spread=7.0)
        table, rows = Table(Variable(None, "max", "celsius"), Variable(None, "min", "celsius")), []
        for at, day in enumerate(days(first, 60)):
            air = f"{high[at]:5} {low[at]:5}"
            rows.append(f"{day:%Y} {day.timetuple().tm_yday:3d}   29.9 {air}   0.{at % 10}   7.1  10.7 {400020 + at % 7}")
            table.row([high[at], low[at]], day)
        above = [
            "[weather.met.weather]", "!station number = 099991", "!station name =  NORTH FIELD", "latitude = -37.5000  (DECIMAL DEGREES)",
            "longitude =  142.2500  (DECIMAL DEGREES)", "tav = 13.41 (oC) ! Annual average ambient temperature.",
            "amp = 11.74 (oC) ! Annual amplitude in mean monthly temperature.", "!Data extracted from SILO for APSIM", "!",
            "year  day radn  maxt   mint  rain  evap    vp   code", " ()   () (MJ/m^2) (oC)  (oC)  (mm)  (mm) (hPa)     ()",
        ]
        put("silo", name, lines(above, rows), table)


def niwa():
    mean, high, low = three(131, 60, start=14.0)
    mean, high, low = gaps(mean, 0, 5), gaps(high, 0, 5, 6), gaps(low, 5)
    names = ["Mean Temperature [Deg C]", "Maximum Temperature [Deg C]", "Minimum Temperature [Deg C]"]
    table, rows = Table(*(Variable(n, r, "celsius") for n, r in zip(names, ("mean", "max", "min")))), []
    for at, day in enumerate(days((1970, 12, 31), 60)):
        one, two, three_ = (text(value) for value in (high[at], low[at], mean[at]))
        rows.append(f"{day}T21:00:00Z,D,{one},{'D' if one else ''},{two},{'D' if two else ''},{at % 9}.1,D,24,24,24,{three_},24,D,")
        table.row([mean[at], high[at], low[at]], day)
    header = (
        "Observation time UTC,Frequency [D/H],Maximum Temperature [Deg C],Data Source (max temp),Minimum Temperature [Deg C],"
        "Data Source (min temp),Grass Temperature [Deg C],Data Source (grass temp),Period (max temp),Period (min temp),Period (grass temp),"
        "Mean Temperature [Deg C],Period (mean temp),Data Source (mean temp),Mean Relative Humidity [percent]"
    )
    put("niwa", "daily.csv", BOM + lines(header, rows), table)

    values, rows = gaps(walk(134, 72, start=4.0), 3, 4), []
    table = Table(Variable("Mean Temperature [Deg C]", "mean", "celsius"))
    for time, value in zip(clock((2011, 6, 30, 1), 72), values):
        rows.append(f"{time:%Y-%m-%dT%H}:00:00Z,H,{text(value)},1,{'C' if value is not None else ''}")
        table.row([value], time.date())
    header = "Observation time UTC,Frequency [D/H],Mean Temperature [Deg C],Period [Hrs],Data Source (mean temp)"
    put("niwa", "hourly.csv", BOM + lines(header, rows, end="\r\n"), table)


def cimis():
    mean, high, low = three(141, 70, start=16.0)
    mean, high, low = gaps(mean, 9, 10), gaps(high, 9), gaps(low, 9, 10)
    names = ["Avg Air Temp (C)", "Max Air Temp (C)", "Min Air Temp (C)"]
    table, rows = Table(*(Variable(n, r, "celsius") for n, r in zip(names, ("mean", "max", "min")))), []
    for at, day in enumerate(days((2012, 9, 25), 70)):
        flags = [{20: "S", 3: "Y"}.get(at, " "), {20: "I", 21: "I", 30: "R"}.get(at, " "), {20: "S"}.get(at, " ")]
        readings = [None if v is None else "rejected" if flag in "IS" else v for v, flag in zip((mean[at], high[at], low[at]), flags)]
        fields = [f"{text(v)},{'M' if v is None else flag}" for v, flag in zip((mean[at], high[at], low[at]), flags)]
        rows.append(
            f"299,Long Levee,Sacramento Valley,{day.month}/{day.day}/{day.year},{day.timetuple().tm_yday},2.75,H,0, ,189,H,"
            f"{fields[1]},{fields[2]},{fields[0]},74, ,12.1, ,17.3,H"
        )
        table.row(readings, None if isinstance(readings[0], str) else day, "299")
    header = (
        "Stn Id,Stn Name,CIMIS Region,Date,Jul,ETo (mm),qc,Precip (mm),qc,Sol Rad (W/sq.m),qc,Max Air Temp (C),qc,Min Air Temp (C),qc,"
        "Avg Air Temp (C),qc,Avg Rel Hum (%),qc,Dew Point (C),qc,Avg Soil Temp (C),qc"
    )
    put("cimis", "daily.csv", lines(header, rows), table)

    table, rows = Table(Variable("Air Temp (F)", "mean", "fahrenheit")), []
    values = gaps(walk(144, 72, start=55.0, step=3.0, low=20.0, high=110.0), 30, 31)
    for at, (time, value) in enumerate(zip(clock((2023, 1, 11, 0), 72), values)):
        flag = "M" if value is None else "S" if at == 44 else "Q" if at == 50 else " "
        date = f"{time.month}/{time.day}/{time.year},{time.hour + 1:02d}00,{time.day}"
        rows.append(f"298,South Levee,Sacramento Valley,{date},0.01, ,{text(value)},{flag},45.1, ,61.2, ")
        table.row(["rejected" if flag == "S" else value], None if flag == "S" else time.date(), "298")
    header = "Stn Id,Stn Name,CIMIS Region,Date,Hour (PST),Jul,ETo (in),qc,Air Temp (F),qc,Dew Point (F),qc,Soil Temp (F),qc"
    put("cimis", "hourly.csv", lines(header, rows, end="\r\n"), table)


def cma():
    names = (("tmean", "mean"), ("tmax", "max"), ("tmin", "min"))
    for name, station, seed, start in (("north.txt", "50999", 151, -20.0), ("south.txt", "59998", 152, 23.0)):
        mean, high, low = three(seed, 60, start=start, step=3.0, low=-40.0)
        mean, high, low = gaps(mean, 9, 40), gaps(high, 9), gaps(low, 9, 40)
        long, short = (Table(*(Variable(n, r, "celsius") for n, r in names)) for _ in range(2))
        full, cut = [], []
        for at, day in enumerate(days((1960, 1, 1), 60)):
            values = (mean[at], high[at], low[at])
            codes = [8 if value is None else {15: 1, 16: 2, 17: 9}.get(at, 0) if number == 0 else 0 for number, value in enumerate(values)]
            tenths = " ".join(f"{'32766' if value is None else int(value * 10):>7}" for value in values)
            quality = " ".join(str(code) for code in codes)
            full.append(f"{station} 5258 12231    4385 {day:%Y} {day.month:2d} {day.day:2d} {tenths} {quality}")
            cut.append(f"{station} {day:%Y} {day.month} {day.day} " + " ".join(tenths.split()))
            readings = ["rejected" if code in (1, 2) else value for code, value in zip(codes, values)]
            long.row(readings, None if isinstance(readings[0], str) else day, station)
            short.row(values, day, station)
        put("cma", name, lines(full, end="\r\n" if start > 0 else "\n"), long)
        put("cma-short", name, lines(cut), short)


def senamhi():
    for name, first, seed, start, end in (
        ("qc00999991.txt", (2000, 7, 17), 155, 11.0, "\n"), ("qc00999992.txt", (1964, 1, 1), 156, 24.0, "\r\n"),
    ):
        _, high, low = three(seed, 100, start=start)
        high, low = gaps(high, *range(12), 40), gaps(low, *range(12), 40, 41)
        table, rows = Table(Variable("tmax", "max", "celsius"), Variable("tmin", "min", "celsius")), []
        for at, day in enumerate(days(first, 100)):
            rain = "-99.9" if at < 6 else f"{at % 23}.{at % 7}" if at % 11 == 3 else "0"
            rows.append(f"{day.year} {day.month} {day.day} {rain} {text(high[at], '-99.9')} {text(low[at], '-99.9')}")
            table.row([high[at], low[at]], day)
        put("senamhi", name, lines(rows, end=end), table)


def conagua():
    for number, first, seed, start in (("99001", (1951, 2, 1), 161, 21.0), ("99002", (2019, 12, 20), 162, 4.0)):
        _, high, low = three(seed, 60, start=start, digits=1)
        high, low = gaps(high, 5, 6, 7, 30), gaps(low, 5, 6, 7, 44)
        # The row of units changes the names.
        table, rows = Table(Variable(None, "max", "celsius"), Variable(None, "min", "celsius")), []
        for at, day in enumerate(days(first, 60)):
            evaporation = "NULO" if at % 5 else "4.1"
            rows.append("\t".join([str(day), f"{at % 4 * 2}", evaporation, text(high[at], "NULO"), text(low[at], "NULO")]))
            table.row([high[at], low[at]], day)
        above = [
            "COMISIÓN NACIONAL DEL AGUA", "COORDINACIÓN GENERAL DEL SERVICIO METEOROLÓGICO NACIONAL",
            "BASE DE DATOS CLIMATOLÓGICA NACIONAL ", "", "REGISTRO DIARIO HISTÓRICO", "EMISIÓN   : 02/01/2025 ", "",
            f" ESTACIÓN  : {number} ", " NOMBRE    : CERRO ALTO ",
            " SITUACIÓN : OPERANDO ", " LATITUD   : 21.85 ° ", " LONGITUD  : -102.29 ° ", " ALTITUD   : 1890.8 msnm ", "", "",
            "FECHA\t\tPRECIP\tEVAP\tTMAX\tTMIN", "\t\t(mm)\t(mm)\t(°C )\t(°C)",
        ]
        put("conagua", f"dia{number}.txt", lines(above, rows), table)


def wunderground():
    names = (
        "Max Temperature#,Mean Temperature#,Min Temperature#,Max Dew Point#,MeanDew Point#,Min Dewpoint#,Max Humidity, Mean Humidity,"
        " Min Humidity, Max Sea Level Pressure@, CloudCover, Events, WindDirDegrees"
    )
    for name, zone, letter, unit, start, seed, slash, end in (
        ("sheltered-bay.csv", "AKST", "F", "fahrenheit", 40.0, 165, "/", ""),
        ("harbour.csv", "CET", "C", "celsius", 6.0, 166, "-", "<br />"),
    ):
        mean, high, low = three(seed, 60, digits=0, start=start, step=3.0, low=-20.0, high=85.0)
        mean, high, low = gaps(mean, 12), gaps(high, 12, 20), gaps(low, 12)
        header = names.replace("#", letter).replace("@", "In" if letter == "F" else "hPa")
        pressure = "29.95" if letter == "F" else "1014"
        columns = [f"{word} Temperature{letter}" for word in ("Mean", "Max", "Min")]
        table, rows = Table(*(Variable(n, r, unit) for n, r in zip(columns, ("mean", "max", "min")))), []
        for at, day in enumerate(days((2013, 12, 10), 60)):
            date = slash.join(str(part) for part in (day.year, day.month, day.day))
            air = f"{text(high[at])},{text(mean[at])},{text(low[at])}"
            rows.append(f"{date},{air},40,38,35,97,89,76,{pressure},8,Rain,{at * 5}{end}")
            table.row([mean[at], high[at], low[at]], day)
        put("wunderground", name, lines(f"{zone},{header}{end}", rows), table)


def make():
    eccc()
    inmet()
    bom()
    silo()
    niwa()
    cimis()
    cma()
    senamhi()
    conagua()
    wunderground()
