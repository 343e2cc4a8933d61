"""Series of the whole world and of one place of a grid, from NASA, Berkeley, the Hadley Centre, Copernicus and others."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from americas_noaa import gaps, lines, put, three
from corpus import Table, Variable, days, walk

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def months(first, count):
    """The first days of `count` months from that of the year `first` on."""
    return [date(first + number // 12, number % 12 + 1, 1) for number in range(count)]


def text(value, missing=""):
    return missing if value is None else str(value)


def anomalies(seed, count, digits):
    return walk(seed, count, digits=digits, start=-0.3, step=0.15, low=-1.2, high=1.3)


def giss():
    seasons = ["J-D", "D-N", "DJF", "MAM", "JJA", "SON"]

    def short(value):
        """Without a zero before the point: -.33."""
        return "***" if value is None else str(value).replace("0.", ".", 1) if abs(value) < 1 else str(value)

    for name, title, first, seed in (
        ("global.csv", "Land-Ocean: Global Means", 1985, 201), ("northern.csv", "Land: Northern Hemispheric Means", 1880, 202),
    ):
        values = gaps(anomalies(seed, 30 * 12, 2), *range(354, 360)) if first == 1985 else anomalies(seed, 30 * 12, 2)
        table, rows = Table(Variable("anomaly", "mean", "celsius")), []
        for at in range(30):
            year = values[12 * at : 12 * at + 12]
            means = ["***" if at in (0, 29) else short(value) for value in year[:6]]
            rows.append(",".join([str(first + at), *map(short, year), *means]))
            table.row([year], months(first + at, 12))
        put("giss-csv", name, lines(title, ",".join(["Year", *MONTHS, *seasons]), rows), table)

    header = "Year   Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec    J-D D-N    DJF  MAM  JJA  SON  Year"
    for name, first, count, seed in (("global.txt", 1901, 45, 203), ("southern.txt", 1880, 105, 204)):
        values = gaps(anomalies(seed, count * 12, 2), *range(count * 12 - 4, count * 12))
        table, rows = Table(Variable("anomaly", "mean", "celsius")), []
        for at in range(count):
            year = values[12 * at : 12 * at + 12]
            cells = "".join(f"{'****' if value is None else f'{value * 100:.0f}':>5}" for value in year)
            winter = " ***   ****" if at == 0 else " -19    -36"
            # The header stands above every twentieth year again.
            if at and (first + at) % 20 == 1:
                rows += ["", header]
            rows.append(f"{first + at} {cells}    -18{winter}  -16   -6  -20  {first + at}")
            table.row([year], months(first + at, 12))
        above = [
            "        GLOBAL Land-Ocean Temperature Index in 0.01 degrees Celsius   base period: 1951-1980", "",
            "                    sources:  GHCN-v4 + SST: ERSST v5",
            "                    Notes: 1950 DJF = Dec 1949 - Feb 1950 ;  ***** = missing", "",
            "                                                                     AnnMean",
        ]
        below = [header, "Divide by 100 to get changes in degrees Celsius (deg-C)."] if first == 1880 else []
        if below:
            below += ["Multiply that result by 1.8(=9/5) to get changes in degrees Fahrenheit (deg-F).", "",
                      "Example      --  Table Value :     40", "                      change :   0.40 deg-C   or  0.72 deg-F"]
        put("giss-text", name, lines(above, header, rows, below), table)


def berkeley():
    for name, place, first, seed in (("region-trend.txt", "Nowhere Islands", 1880, 211), ("complete-trend.txt", None, 1753, 212)):
        values = gaps(anomalies(seed, 100, 3), 2, 3, 40)
        table, rows = Table(Variable("anomaly", "mean", "celsius")), []
        for month, value in zip(months(first, 100), values):
            own = "     NaN    NaN" if value is None else f"{value:10}  0.718"
            year = "       NaN    NaN" if month.year < first + 2 else "    -0.183  0.312"
            rows.append(f"  {month.year} {month.month:5d}{own}{year}" + "       NaN    NaN" * 3)
            table.row([value], month)
        what = (
            ["% This file contains an extracted regional summary of land-surface ",
             "% temperature results produced by the Berkeley Earth averaging ", "% method for the region: ", "% ", f"%    {place}"]
            if place else
            ["% This file contains a detailed summary of the land-surface average ",
             "% results produced by the Berkeley Averaging method.  Temperatures are ",
             "% in Celsius and reported as anomalies relative to the Jan 1951-Dec 1980 average."]
        )
        above = [
            *what, "% ", "% Estimated Jan 1951-Dec 1980 monthly absolute temperature (C):",
            "%      Jan   Feb   Mar   Apr   May   Jun   Jul   Aug   Sep   Oct   Nov   Dec",
            "%     21.51 22.97 24.95 26.07 26.21 25.61 24.92 24.94 25.26 24.88 23.39 21.83", "% ",
            "%                  Monthly          Annual          Five-year        Ten-year        Twenty-year",
            "% Year, Month,  Anomaly, Unc.,   Anomaly, Unc.,   Anomaly, Unc.,   Anomaly, Unc.,   Anomaly, Unc.", " ",
        ]
        put("berkeley-text", name, lines(above, rows), table)

    # Cities that begin in different years, with empty fields.
    table, rows = Table(Variable("AverageTemperature", "mean", "celsius")), []
    for city, first, seed in (("Ostvik", 1820, 213), ("Santa Nada", 1743, 214)):
        values = gaps(walk(seed, 50, digits=3, start=5.0, step=3.0), 5, 6, 7)
        for month, value in zip(months(first, 50), values):
            rows.append(f"{month},{text(value)},{'' if value is None else '2.101'},{city},Nowhere,32.95N,100.53W")
            table.row([value], month, city)
    header = "dt,AverageTemperature,AverageTemperatureUncertainty,City,Country,Latitude,Longitude"
    put("berkeley-kaggle", "cities.csv", lines(header, rows), table)

    mean, high, low = three(215, 80, digits=3, start=8.0)
    mean, high, low = gaps(mean, 10), gaps(high, *range(12)), gaps(low, *range(12))
    ocean = gaps(walk(216, 80, digits=3, start=15.0, step=0.5), *range(12))
    names = {
        "LandAverageTemperature": "mean", "LandMaxTemperature": "max", "LandMinTemperature": "min",
        "LandAndOceanAverageTemperature": "mean",
    }
    table, rows = Table(*(Variable(n, r, "celsius") for n, r in names.items())), []
    for at, month in enumerate(months(1849, 80)):
        values = [mean[at], high[at], low[at], ocean[at]]
        rows.append(f"{month}," + ",".join(f"{text(v)},{'' if v is None else '0.7859999999999999'}" for v in values))
        table.row(values, month)
    put("berkeley-kaggle", "world.csv", lines("dt," + ",".join(f"{n},{n}Uncertainty" for n in names), rows), table)


def hadcrut():
    for profile, form, first, seed in (("hadcrut5-monthly", "%Y-%m", 1850, 221), ("hadcrut5-annual", "%Y", 1850, 222)):
        for name, digits in (("analysis.csv", 8), ("infilled.csv", 7)):
            step = 12 if profile.endswith("annual") else 1
            values = anomalies(seed + digits, 90, digits)
            table, rows = Table(Variable("Anomaly (deg C)", "mean", "celsius")), []
            for month, value in zip(months(first, 90 * step)[::step], values):
                rows.append(f"{month.strftime(form)},{value},{value - Decimal('0.15')},{value + Decimal('0.15')}")
                table.row([value], month)
            header = "Time,Anomaly (deg C),Lower confidence limit (2.5%),Upper confidence limit (97.5%)"
            put(profile, name, lines(header, rows), table)
    for profile, form, step in (("hadcrut4-monthly", "%Y/%m", 1), ("hadcrut4-annual", "%Y", 12)):
        for name, seed in (("global.txt", 231), ("southern.txt", 232)):
            table, rows = Table(Variable("anomaly", "mean", "celsius")), []
            for month, value in zip(months(1850, 90 * step)[::step], anomalies(seed + step, 90, 3)):
                bounds = (value + Decimal(number) / 1000 * (-1) ** number for number in range(50, 160, 11))
                rows.append(f"{month.strftime(form)} " + " ".join(f"{bound:8.3f}" for bound in [value, *list(bounds)[:10]]))
                table.row([value], month)
            put(profile, name, lines(rows), table)


def era5():
    for name, variable, what, start, normal, seed in (
        ("2t-global.csv", "2t", "Daily mean 2m temperature", 12.4, Decimal("12.31"), 241),
        ("sst-60s-60n.csv", "sst", "Daily mean sea surface temperature", 19.9, Decimal("19.66"), 242),
    ):
        table, rows = Table(Variable(variable, "mean", "celsius")), []
        for at, (day, value) in enumerate(zip(days((2023, 12, 1), 90), walk(seed, 90, digits=2, start=start, step=0.2))):
            rows.append(f"{day},{value},{normal},{value - normal},{'PRELIMINARY' if at == 89 else 'FINAL'}")
            table.row([value], day)
        above = [
            f"# Description: {what} of ERA5, averaged over the globe (0–360°E, 90°S–90°N), and its anomalies.",
            "# Data source: the hourly values are in the Climate Data Store, https://cds.climate.copernicus.eu",
            "# Columns:", f"#  {variable}: {what}, 00 to 23 UTC", "#  clim_91-20: Daily climatology for 1991-2020",
            "#  ano_91-20: Daily anomaly relative to it", "#  status: Preliminary or final", "# Units: deg. C",
            "# Last updated: 29 Feb 2024",
        ]
        put("era5-climate-pulse", name, lines(above, f"date,{variable},clim_91-20,ano_91-20,status", rows), table)


def nasa_power():
    mean, high, low = three(251, 60, digits=2, start=25.0)
    mean, high, low = gaps(mean, 55, 56), gaps(high, 55), gaps(low, 55, 57)
    table = Table(*(Variable(n, r, "celsius") for n, r in (("T2M", "mean"), ("T2M_MAX", "max"), ("T2M_MIN", "min"))))
    rows = []
    for at, day in enumerate(days((2021, 12, 20), 60)):
        values = [text(value, "-999.0") for value in (mean[at], high[at], low[at])]
        rows.append(f"{day.year},{day.month},{day.day},4.26,{','.join(values)},93.75,99.79,0.6")
        table.row([mean[at], high[at], low[at]], day)
    above = [
        "-BEGIN HEADER-", "NASA/POWER CERES/MERRA2 Native Resolution Daily Data ",
        "Dates (month/day/year): 12/20/2021 through 02/17/2022 ", "Location: Latitude  0.25   Longitude -67.5 ",
        "Elevation from MERRA-2: Average for 0.5 x 0.625 degree lat/lon region = 98.27 meters",
        "The value for missing source data that cannot be computed or is outside of the sources availability range: -999 ",
        "Parameter(s): ", "ALLSKY_SFC_SW_DWN     CERES SYN1deg All Sky Surface Shortwave Downward Irradiance (kW-hr/m^2/day) ",
        "T2M                   MERRA-2 Temperature at 2 Meters (C) ", "T2M_MAX               MERRA-2 Temperature at 2 Meters Maximum (C) ",
        "T2M_MIN               MERRA-2 Temperature at 2 Meters Minimum (C) ",
        "RH2M                  MERRA-2 Relative Humidity at 2 Meters (%) ", "PS                    MERRA-2 Surface Pressure (kPa) ",
        "WS10M                 MERRA-2 Wind Speed at 10 Meters (m/s) ", "-END HEADER-",
    ]
    # Only the block has Windows line ends.
    content = lines(above, end="\r\n") + lines("YEAR,MO,DY,ALLSKY_SFC_SW_DWN,T2M,T2M_MAX,T2M_MIN,RH2M,PS,WS10M", rows)
    put("nasa-power", "daily-2022.csv", content, table)

    values = gaps(walk(254, 70, digits=2, start=-2.0), 4)
    table, rows = Table(Variable("T2M", "mean", "celsius")), []
    for day, value in zip(days((2015, 1, 1), 70), values):
        missing = "-999,       "
        air = missing if value is None else f"{value:>8},"
        rows.append(f"50.12151,22.00971,{day:%Y,%m,%d},    5.45,   -1.88,{air}   92.09,  100.07,-999,              0.30")
        table.row([value], day)
    above = [
        "-BEGIN HEADER-", "NASA/POWER SRB/FLASHFlux/MERRA2/GEOS 5.12.4 (FP-IT) 0.5 x 0.5 Degree Daily Averaged Data ",
        "Value for missing model data cannot be computed or out of model availability range: -999 ", "Parameter(s): ",
        "T2M_RANGE MERRA2 1/2x1/2 Temperature Range at 2 Meters (C) ", "T2M MERRA2 1/2x1/2 Temperature at 2 Meters (C) ",
        "TS MERRA2 1/2x1/2 Earth Skin Temperature (C) ", "-END HEADER-",
    ]
    header = "LAT,LON,YEAR,MO,DY,T2M_RANGE,TS,T2M,RH2M,PS,CLRSKY_SFC_SW_DWN,ALLSKY_SFC_SW_DWN"
    put("nasa-power", "daily-2020.csv", lines(above, header, rows), table)


def open_meteo():
    above = ["latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation", "62.1,-3.25,14.0,0,GMT,GMT", ""]
    table, rows = Table(Variable("temperature_2m (°C)", "instant", "celsius")), []
    values = gaps(walk(261, 72, start=-2.0, step=0.8), 70, 71)
    for at, value in enumerate(values):
        time = datetime(2024, 2, 28) + timedelta(hours=at)
        rows.append(f"{time:%Y-%m-%dT%H:%M},{text(value, 'NaN')},{text(None if value is None else value - 4, 'NaN')},81")
        table.row([value], time.date())
    header = "time,temperature_2m (°C),apparent_temperature (°C),relative_humidity_2m (%)"
    put("open-meteo", "hourly.csv", lines(above, header, rows), table)

    _, high, low = three(262, 60, start=45.0, step=3.0, low=0.0, high=100.0)
    table = Table(Variable("temperature_2m_max (°F)", "max", "fahrenheit"), Variable("temperature_2m_min (°F)", "min", "fahrenheit"))
    rows = []
    for at, day in enumerate(days((2023, 3, 1), 60)):
        rows.append(f"{day},{high[at]},{low[at]},{day}T07:11,0.{at % 10}0")
        table.row([high[at], low[at]], day)
    header = "time,temperature_2m_max (°F),temperature_2m_min (°F),sunrise (iso8601),precipitation_sum (mm)"
    put("open-meteo", "daily.csv", lines(above, header, rows), table)


def meteostat():
    for station, first, seed, start in (("XQ001", (2022, 9, 1), 271, 12.0), ("XQ002", (1995, 1, 10), 281, -8.0)):
        mean, high, low = three(seed, 60, start=start)
        mean, high, low = gaps(mean, 9, 10), gaps(high, 9), gaps(low, 9, 30)
        legacy, newer = (
            [Table(*(Variable(n, r, "celsius") for n, r in ((name, "mean"), ("tmax", "max"), ("tmin", "min")))) for _ in range(count)]
            for name, count in (("tavg", 2), ("temp", 1))
        )
        old, new = [], []
        for at, day in enumerate(days(first, 60)):
            a, b, c = (text(value) for value in (mean[at], low[at], high[at]))
            rain = f"{at % 6}.{at % 3}"
            old.append(f"{day},{a},{b},{c},{rain},,{at * 6},12.{at % 10},,1013.{at % 10},")
            new.append(f"{day:%Y},{day.month},{day.day},{a},dwd_hourly,{b},dwd_hourly,{c},dwd_hourly isd_lite,{rain},dwd_daily")
            for table in legacy + newer:
                table.row([mean[at], high[at], low[at]], day)
        header = "date,tavg,tmin,tmax,prcp,snow,wdir,wspd,wpgt,pres,tsun"
        put("meteostat", f"days-{station}.csv", lines(header, old), legacy[0])
        put("meteostat-bulk-daily", f"{station}.csv", lines(old), legacy[1])
        header = "year,month,day,temp,temp_source,tmin,tmin_source,tmax,tmax_source,prcp,prcp_source"
        put("meteostat-daily", f"{station}.csv", lines(header, new), newer[0])

        exported, bulk = (Table(Variable("temp", "instant", "celsius")) for _ in range(2))
        export_rows, bulk_rows = [], []
        for at, value in enumerate(walk(seed + 3, 96, start=start, step=1.0)):
            time = datetime(*first) + timedelta(hours=at)
            ends = f"{value - 2},81.0,{'' if at % 4 else '0.0'},,{at % 36 * 10}.0,9.4,,1021.{at % 10},,{at % 5 + 1}.0"
            bulk_rows.append(f"{time:%Y-%m-%d},{time.hour},{value},{ends}")
            bulk.row([value], time.date())
            hole = None if at in (7, 8, 70) else value
            export_rows.append(f"{time:%Y-%m-%d %H:%M:%S},{text(hole)},{ends}")
            exported.row([hole], time.date())
        header = "time,temp,dwpt,rhum,prcp,snow,wdir,wspd,wpgt,pres,tsun,coco"
        put("meteostat", f"hours-{station}.csv", lines(header, export_rows), exported)
        put("meteostat-bulk-hourly", f"{station}.csv", lines(bulk_rows), bulk)


def points():
    """Values of a grid at one place: PRISM and Daymet."""
    for name, unit, sign, first, is_daily, seed in (
        ("months.csv", "fahrenheit", " (degrees F)", 1998, False, 171), ("days.csv", "celsius", " (degrees C)", 2020, True, 172),
        ("bare.csv", "unknown", "", 1931, False, 173),
    ):
        mean, high, low = three(seed, 60, start=45.0 if unit != "celsius" else 5.0, step=4.0, low=-20.0, high=90.0)
        mean, high, low = gaps(mean, 59), gaps(high, 59), gaps(low, 59)
        table = Table(*(Variable(n + sign, r, unit) for n, r in (("tmean", "mean"), ("tmax", "max"), ("tmin", "min"))))
        rows = []
        for at in range(60):
            day = days((first, 2, 1), 60)[at] if is_daily else months(first, 60)[at]
            time = str(day) if is_daily else f"{day:%Y-%m}"
            rows.append(f"{time},1.{at % 10}3,{text(low[at], '-9999')},{text(mean[at], '-9999')},{text(high[at], '-9999')},3.5,0.71,2.08")
            table.row([mean[at], high[at], low[at]], day)
        header = f"Date,ppt{' (inches)' if sign else ''},tmin{sign},tmean{sign},tmax{sign},tdmean{sign},vpdmin,vpdmax"
        above = [
            "PRISM Time Series Data", "Location:  Lat: 44.5000   Lon: -110.2500   Elev: 8783ft",
            '"Climate variables: ppt,tmin,tmean,tmax,tdmean,vpdmin,vpdmax"',
            "Spatial resolution: 4km", "Dataset: AN81m", "Grid Cell Interpolation: Off", "Time series generated: 2024-Jan-27",
            "Details: http://www.prism.oregonstate.edu/documents/PRISM_datasets.pdf",
        ]
        put("prism", name, lines(above if sign else [], header, rows, end="\r\n"), table)

    for name, first, seed, start in (("leap-year.csv", (2020, 11, 20), 175, 8.0), ("first-days.csv", (1980, 1, 1), 176, -12.0)):
        _, high, low = three(seed, 70, digits=2, start=start)
        table, rows = Table(Variable("tmax (deg c)", "max", "celsius"), Variable("tmin (deg c)", "min", "celsius")), []
        for at, day in enumerate(days(first, 70)):
            if (day.month, day.day) == (12, 31) and day.year % 4 == 0:
                continue  # a year has 365 days here
            rows.append(f"{day.year},{day.timetuple().tm_yday},34560.0,0.{at % 10},310.4,8.0,{high[at]},{low[at]},720.0")
            table.row([high[at], low[at]], day)
        above = [
            "Latitude: 36.0  Longitude: -84.25", "X & Y on Lambert Conformal Conic: 1355394.59 -560478.62", "Tile: 11388",
            "Elevation: 279 meters", "All years; all variables; Daymet Software Version 4.0; Daymet Data Version 4.0.",
            "How to cite: Thornton; M.M. and others; Daymet: Daily Surface Weather Data on a 1-km Grid for North America. ORNL DAAC", "",
            "year,yday,dayl (s),prcp (mm/day),srad (W/m^2),swe (kg/m^2),tmax (deg c),tmin (deg c),vp (Pa)",
        ]
        put("daymet", name, lines(above, rows), table)


def make():
    giss()
    berkeley()
    hadcrut()
    era5()
    nasa_power()
    open_meteo()
    meteostat()
    points()
