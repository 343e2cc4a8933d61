"""British files: the Met Office's historic stations, MIDAS Open, and the Central England Temperature."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

STATIONS = "https://www.metoffice.gov.uk/research/climate/maps-and-data/historic-station-data"
MIDAS = "https://help.ceda.ac.uk/article/4982-midas-open-user-guide"
HADCET = "https://www.metoffice.gov.uk/hadobs/hadcet/data/download.html"
TOP = """{}
Location: 412345E 298765N, Lat 52.581 Lon -1.834, 41 metres amsl
Estimated data is marked with a * after the value.
Missing data (more than 2 days missing in month) is marked by  ---.
Sunshine data taken from an automatic Kipp & Zonen sensor marked with a #, otherwise sunshine data taken from a Campbell Stokes recorder.
   yyyy  mm   tmax    tmin      af    rain     sun
              degC    degC    days      mm   hours
"""


def month(first, number):
    return date(first + number // 12, number % 12 + 1, 1)


def station_row(day, high, low, mark="", sun="", behind=""):
    high, low = ("---" if value is None else str(value) for value in (high, low))
    return f"   {day.year}  {day.month:>2}{high + mark:>8}{low + mark:>8}{day.month % 5:>7}{'85.3':>8}{sun or '---':>8}{behind}"


def stations():
    # The values stand under their names; a mark follows its value.
    kinds = (("northwell.txt", "Northwell", 2018, 64, "\n"), ("crcrlf.txt", "Eastmoor", 1911, 40, "\r\r\n"), ("closed.txt", "Old Quay / Mill Road", 2005, 30, "\r\n"))
    for name, station, first, count, end in kinds:
        table = Table(Variable(None, "max", "celsius"), Variable(None, "min", "celsius"))
        lines = TOP.format(station).split("\n")[:-1]
        for number, value in enumerate(walk(name, count, start=6.0, step=4.0, low=2.0, high=24.0)):
            day, high, low, mark, sun, behind = month(first, number), value, value - Decimal("6.7"), "", "", ""
            if number in (4, 18):
                mark = "*"
            if number in (9, 10):
                high = low = None
            elif number == 15:
                low = None
            if number % 3 == 0:
                sun = "101.4#"
            if name == "northwell.txt" and number >= count - 6:
                sun, behind = "92.0", "  Provisional"
            if name == "closed.txt" and number == 12:
                sun, behind = "88.1$", "  Change to Mill Road"
            lines.append(station_row(day, high, low, "" if None in (high, low) else mark, sun, behind))
            table.row([high, low], day)
        if name == "closed.txt":
            lines.append("Site Closed")
        write("metoffice-station", name, end.join(lines) + ("" if name == "crcrlf.txt" else end), STATIONS, table)


def badc(title, time, columns, station):
    """The beginning of a BADC-CSV file. `columns` are name, words, unit."""
    lines = ["Conventions,G,BADC-CSV,1", f"title,G,{title}", "source,G,Met Office MIDAS database", "creator,G,Met Office",
             "activity,G,Met Office MIDAS Open: UK Land Surface Stations Data", "collection_name,G,midas-open", f"observation_station,G,{station}",
             "historic_county_name,G,nowhereshire", "location,G,52.58,-1.834", "height,G,41,m", "date_valid,G,1995-01-01 00:00:00,1995-12-31 23:59:59",
             "comments,G,missing values are identified with the missing data flag", "missing_value,G,NA", f"coordinate_variable,{time},t"]
    for name, words, unit in columns:
        lines += [f"long_name,{name},{words},{unit}", f"type,{name},{'float' if unit == 'degC' else 'char'}"]
    return lines + ["data", ",".join(name for name, _, _ in columns)]


def field(value):
    return "NA" if value is None else str(value)


def midas_daily():
    kinds = [("ob_end_time", "Date and time at end of observation", "s"), ("id_type", "identifier type", "1"), ("id", "station identifier", "1"),
             ("ob_hour_count", "observation hour count", "hours"), ("version_num", "midas qc version number", "1"), ("src_id", "unique MIDAS source identifier", "1"),
             ("max_air_temp", "maximum air temperature", "degC"), ("min_air_temp", "minimum air temperature", "degC"), ("min_grss_temp", "minimum grass temperature", "degC"),
             ("max_air_temp_q", "maximum air temperature qc code", "1"), ("min_air_temp_q", "minimum air temperature qc code", "1"), ("midas_stmp_etime", "elapsed time", "minutes")]
    table = Table(Variable("max_air_temp", "max", "celsius"), Variable("min_air_temp", "min", "celsius"))
    lines = badc("uk-daily-temperature-obs", "ob_end_time", kinds, "northwell")
    for number, (day, value) in enumerate(zip(days((1995, 1, 20), 45), walk("midas daily", 45, start=6.0))):
        # Half of the days have twelve hours and a whole day.
        for hours in (24, 12) if number % 2 else (24,):
            high, low = value, value - Decimal("5.5")
            if number in (20, 21):
                high = low = None
            elif hours == 12:
                low = None
            grass = None if low is None else low - 2
            lines.append(f"{day} 09:00:00,DCNN,9592,{hours},1,99838,{field(high)},{field(low)},{field(grass)},9,109,NA")
            table.row([high, low], day, "99838")
    write("midas", "daily_temperature.csv", "\r\n".join(lines + ["end data"]) + "\r\n", MIDAS, table)


def midas_hourly():
    kinds = [("ob_time", "Date and time of observation", "s"), ("id", "station identifier", "1"), ("id_type", "identifier type", "1"), ("src_id", "unique MIDAS source identifier", "1"),
             ("wind_direction", "wind direction", "degrees"), ("wind_speed", "wind speed", "knots"), ("air_temperature", "air temperature", "degC"),
             ("dewpoint", "dew point temperature", "degC"), ("wetb_temp", "wet bulb temperature", "degC"), ("air_temperature_q", "air temperature qc code", "1")]
    table = Table(Variable("air_temperature", "instant", "celsius"))
    lines = badc("uk-hourly-weather-obs", "ob_time", kinds, "southmere-airfield")
    start = datetime(1995, 2, 27, 18)
    for number, value in enumerate(walk("midas hourly", 90, start=1.0, step=0.7)):
        at, value = start + timedelta(hours=number), None if number in (12, 13, 77) else value
        lines.append(f"{at:%Y-%m-%d %H:%M:%S},3999,WMO,99911,240,{number % 20},{field(value)},{field(None if value is None else value - 2)},{field(None if value is None else value - 1)},6")
        table.row([value], at.date(), "99911")
    write("midas", "hourly_weather.csv", "\n".join(lines + ["end data"]) + "\n", MIDAS, table)


def midas_soil():
    depths = ("5", "10", "20", "30", "100")
    kinds = [("ob_time", "Date and time of observation", "s"), ("id_type", "identifier type", "1"), ("id", "station identifier", "1"), ("src_id", "unique MIDAS source identifier", "1")]
    for depth in depths:
        kinds += [(f"q{depth}cm_soil_temp", f"{depth} cm soil temperature", "degC"), (f"q{depth}cm_soil_temp_q", f"{depth} cm soil temperature qc code", "1")]
    # The stations measure at some of the depths; the columns of the others are there, too.
    order = ("10", "30", "5", "20", "100")
    table = Table(*(Variable(f"q{depth}cm_soil_temp", "instant", "celsius") for depth in order))
    lines = badc("uk-soil-temperature-obs", "ob_time", kinds, "northwell")
    for number, (day, value) in enumerate(zip(days((1995, 3, 1), 50), walk("midas soil", 50, start=5.0, step=0.7))):
        values = {"10": value, "30": value + Decimal("0.9"), "5": value - Decimal("0.6"), "20": value + Decimal("0.4"), "100": None}
        if number in (8, 9):
            values = dict.fromkeys(values)
        fields = ",".join(f"{field(values[depth])},{0 if values[depth] is None else 9}" for depth in depths)
        lines.append(f"{day} 09:00:00,DCNN,9592,99838,{fields}")
        table.row([values[depth] for depth in order], day, "99838")
    write("midas", "soil_temperature.csv", "\r\n".join(lines + ["end data"]) + "\r\n", MIDAS, table)


def hadcet():
    old = ["MONTHLY MEAN CENTRAL ENGLAND TEMPERATURE (DEGREES C)", "1659-1973 MANLEY (Q.J.R.METEOROL.SOC., 1974)", "1974 ON PARKER ET AL. (INT.J.CLIM., 1992)", "", "",
           "           JAN   FEB   MAR   APR   MAY   JUN   JUL   AUG   SEP   OCT   NOV   DEC     YEAR"]
    new = ["  Year    Jan    Feb    Mar    Apr    May    Jun    Jul    Aug    Sep    Oct    Nov    Dec  Annual"]
    usual = (3, 3, 5, 8, 11, 14, 16, 16, 13, 10, 6, 4)
    for name, top, first, end in (("cetml.dat", [f"{line:<89}" for line in old], 1672, "\n"), ("meantemp_monthly_totals.txt", new, 1990, "\r\n")):
        table, lines = Table(Variable("temperature", "mean", "celsius")), list(top)
        around = iter(walk(f"hadcet {name}", 34 * 12, start=0.0, step=1.5, low=-4.0, high=4.0))
        for year in range(first, first + 34):
            values = [next(around) + degrees for degrees in usual]
            if year == first + 33:
                values[9:] = [None] * 3  # the year is not over
            mean = Decimal("-99.99") if None in values else (sum(values) / 12).quantize(Decimal("0.01"))
            width = 6 if name == "cetml.dat" else 7
            cells = "".join(f"{'-99.9' if value is None else value:>{width}}" for value in values)
            lines.append(f" {year}   {cells}{mean:>9}" if width == 6 else f"  {year}{cells}{mean:>7}")
            table.row([values], [date(year, number, 1) for number in range(1, 13)])
        write("hadcet-monthly", name, end.join(lines) + end, HADCET, table)


def make():
    stations()
    midas_daily()
    midas_hourly()
    midas_soil()
    hadcet()
