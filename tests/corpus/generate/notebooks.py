"""Data sets that notebooks and courses use: UCI, Kaggle, ETT, GEFCom, Jena, lakes."""

import struct
from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

UCI = "https://archive.ics.uci.edu/dataset"
KAGGLE = "https://www.kaggle.com/datasets"


def stamps(first, count, minutes):
    return [datetime(*first) + timedelta(minutes=minutes * number) for number in range(count)]


def comma(value):
    return str(value).replace(".", ",")


def air_quality():
    documentation = f"{UCI}/360/air+quality"
    names = ["Date", "Time", "CO(GT)", "PT08.S1(CO)", "NMHC(GT)", "C6H6(GT)", "PT08.S2(NMHC)", "NOx(GT)", "PT08.S3(NOx)", "NO2(GT)"]
    names += ["PT08.S4(NO2)", "PT08.S5(O3)", "T", "RH", "AH"]
    times = stamps((2004, 3, 18, 18, 0), 72, 60)
    values = walk("air quality", 72, 1, 12.0, 1.5, -2.0, 44.0)

    def others(number):
        return ["-200" if number % 13 == 3 else "1.8", "1204", "97" if number < 50 else "-200", "7.4", "871", "142", "1003", "88", "1417", "1066"]

    # The original: decimal commas, two empty fields at the end of each row, and rows of nothing at the end of the file.
    table = Table(Variable("T", "mean", "celsius"))
    lines = [";".join(names) + ";;"]
    for number, (time, value) in enumerate(zip(times, values)):
        missing = number in (30, 31)
        last = ["-200"] * 3 if missing else [comma(value), "52,3", "0,8124"]
        cells = [f"{time:%d/%m/%Y}", f"{time:%H.%M.%S}", *(comma(each) for each in others(number)), *last]
        lines.append(";".join(cells) + ";;")
        table.row([None if missing else value], time.date())
    for _ in range(8):
        lines.append(";" * 16)
        table.row([None])
    write("uci-air-quality", "original.csv", "\r\n".join(lines) + "\r\n", documentation, table)

    # Saved again with commas, months first.
    table = Table(Variable("T", "mean", "celsius"))
    lines = ["\ufeff" + ",".join(names)]
    for number, (time, value) in enumerate(zip(times, values)):
        missing = number in (30, 31)
        last = ["-200"] * 3 if missing else [str(value), "52.3", "0.8124"]
        lines.append(",".join([f"{time:%m-%d-%Y}", f"{time:%H:%M:%S}", *others(number), *last]))
        table.row([None if missing else value], time.date())
    write("uci-air-quality", "months_first.csv", "\n".join(lines) + "\n", documentation, table)

    # Saved again with points, -200 taken out, a column without a name at the end.
    table = Table(Variable("T", "mean", "celsius"))
    lines = [";".join(f'"{name}"' for name in [*names, ""]) + ";"]
    for number, (time, value) in enumerate(zip(times, values)):
        missing = number in (30, 31)
        last = [""] * 3 if missing else [str(value), "52.3", "0.8124"]
        cells = [f"{time:%d/%m/%Y}", f"{time:%H.%M.%S}", *("" if each == "-200" else each for each in others(number)), *last]
        lines.append(";".join(cells) + ";;")
        table.row([None if missing else value], time.date())
    write("uci-air-quality", "points.csv", "\r\n".join(lines) + "\r\n", documentation, table)


def jena():
    documentation = "https://www.bgc-jena.mpg.de/wetter/"
    names = ["Date Time", "p (mbar)", "T (degC)", "Tpot (K)", "Tdew (degC)", "rh (%)", "VPmax (mbar)", "VPact (mbar)"]
    table = Table(Variable("T (degC)", "instant", "celsius"))
    lines = [",".join([*names, "sh (g/kg)", "rho (g/m**3)"])]
    for time, value in zip(stamps((2009, 1, 1, 0, 10), 80, 40), walk("jena", 80, 2, -8.0, 0.6)):
        texts = [value, value + Decimal("273.5"), value - Decimal("0.9")]
        lines.append(f"{time:%d.%m.%Y %H:%M:%S},991.07,{texts[0]},{texts[1]},{texts[2]},88.4,3.61,3.19,2.02,1288.4")
        table.row([value], time.date())
    write("jena", "kaggle.csv", "\r\n".join(lines) + "\r\n", documentation, table)

    # As the station publishes it: all names quoted, units in its old encoding, the logger's temperature at the end.
    names += ["SWDR (W/m²)", "PAR (µmol/m²/s)", "Tlog (degC)", "CO2 (ppm)"]
    table = Table(Variable("T (degC)", "instant", "celsius"))
    lines = [",".join(f'"{name}"' for name in names)]
    for number, (time, value) in enumerate(zip(stamps((2022, 6, 24, 0, 10), 80, 60), walk("jena station", 80, 2, 19.0, 1.0))):
        missing = number in (22, 23)
        texts = ["-9999.00" if missing else value, value + Decimal("274.1"), value - 6]
        lines.append(f"{time:%d.%m.%Y %H:%M:%S},988.10,{texts[0]},{texts[1]},{texts[2]},66.10,22.90,15.10,0.00,0.00,{value + 2},410.2")
        table.row([None if missing else value], time.date())
    write("jena", "station.csv", ("\r\n".join(lines) + "\r\n").encode("cp1252"), documentation, table)


def single(value):
    """The decimal that a float of four bytes becomes when it is written with eight."""
    return Decimal(repr(struct.unpack("<f", struct.pack("<f", float(value)))[0]))


def ett():
    for file, minutes, first in [("hours.csv", 60, (2016, 7, 1, 0, 0)), ("quarters.csv", 15, (2017, 12, 31, 18, 15))]:
        table = Table(Variable("OT", "instant", "celsius"))
        lines = ["date,HUFL,HULL,MUFL,MULL,LUFL,LULL,OT"]
        loads = walk(f"ett load {file}", 80, 3, 5.8, 0.8, 0.5, 14.0)
        for time, load, value in zip(stamps(first, 80, minutes), loads, walk(f"ett {file}", 80, 3, 24.0, 2.0, -4.0, 45.0)):
            others = [single(load), single(load / 2), single(load / 3), single(load / 5), single(load / 4), single(load / 6)]
            lines.append(f"{time}," + ",".join(str(other) for other in others) + f",{single(value)}")
            table.row([single(value)], time.date())
        write("ett", file, "\n".join(lines) + "\n", "https://github.com/zhouhaoyi/ETDataset", table)


def beijing():
    table = Table(Variable("TEMP", "instant", "celsius"))
    lines = ["No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir"]
    for number, (time, value) in enumerate(zip(stamps((2010, 1, 1, 0, 0), 90, 60), walk("beijing", 90, 0, -9.0, 1.6)), 1):
        pm = "NA" if number < 25 else number * 3
        lines.append(f"{number},{time.year},{time.month},{time.day},{time.hour},{pm},{value - 9},{value},1021,NW,{number}.79,0,0")
        table.row([value], time.date())
    write("uci-beijing-pm25", "beijing.csv", "\r\n".join(lines) + "\r\n", f"{UCI}/381/beijing+pm2+5+data", table)

    table = Table(Variable("TEMP", "instant", "celsius"))
    lines = ["No,year,month,day,hour,season,PM_East,PM_US Post,DEWP,HUMI,PRES,TEMP,cbwd,Iws,precipitation,Iprec"]
    for number, (time, value) in enumerate(zip(stamps((2015, 2, 27, 0, 0), 72, 60), walk("five cities", 72, 0, 8.0, 1.6)), 1):
        missing = number in (9, 10)
        text = "NA" if missing else value
        lines.append(f"{number},{time.year},{time.month},{time.day},{time.hour},4,NA,{number},{value - 4},70,1020,{text},cv,1,0,0")
        table.row([None if missing else value], time.date())
    write("uci-beijing-pm25", "five_cities.csv", "\n".join(lines) + "\n", f"{UCI}/394/pm2+5+data+of+five+chinese+cities", table)

    names = ["No", "year", "month", "day", "hour", "PM2.5", "PM10", "SO2", "NO2", "CO", "O3", "TEMP", "PRES", "DEWP", "RAIN", "wd", "WSPM", "station"]
    for file, station, quote in [("quoted.csv", "Beishan", '"'), ("plain.csv", "Nanhu", "")]:
        table = Table(Variable("TEMP", "instant", "celsius"))
        lines = [",".join(f"{quote}{name}{quote}" for name in names)]
        for number, (time, value) in enumerate(zip(stamps((2013, 2, 28, 6, 0), 64, 60), walk(f"prsa {station}", 64, 1, -1.0, 1.0)), 1):
            missing = number in (40, 41)
            text = "NA" if missing else value
            cells = f"{number},{time.year},{time.month},{time.day},{time.hour},{number % 40 + 5},22,6,31,500,48,{text},1017,-9.6,0"
            lines.append(f"{cells},{quote}NNW{quote},1.7,{quote}{station}{quote}")
            table.row([None if missing else value], time.date(), station)
        write("uci-beijing-multi-site", file, "\n".join(lines) + "\n", f"{UCI}/501/beijing+multi+site+air+quality+data", table)


def dayton():
    documentation = f"{KAGGLE}/sudalairajkumar/daily-temperature-of-major-cities"
    for file, cities, first, end in [
        ("states.csv", [("North America", "US", "Indiana", "Oakfield"), ("North America", "US", "Kansas", "Port Hale")], (2019, 12, 12), "\n"),
        ("countries.csv", [("Africa", "Algeria", "", "Tell Abiod"), ("Asia", "Japan", "", "Kitayama")], (1995, 1, 1), "\r\n"),
    ]:
        table = Table(Variable("AvgTemperature", "mean", "fahrenheit"))
        lines = ["Region,Country,State,City,Month,Day,Year,AvgTemperature"]
        for region, country, state, city in cities:
            for number, (day, value) in enumerate(zip(days(first, 45), walk(f"dayton {city}", 45, 1, 41.0, 6.0, -5.0, 95.0))):
                missing = number in (20, 21, 22)
                # A day 0 is among the known mistakes: the reading counts, its day does not exist.
                wrong = file == "countries.csv" and number == 30
                text = "-99" if missing else value
                lines.append(f"{region},{country},{state},{city},{day.month},{0 if wrong else day.day},{day.year},{text}")
                table.row([None if missing else value], None if wrong else day, city)
        write("dayton-city-temperature", file, end.join(lines) + end, documentation, table)


def gefcom():
    documentation = "https://www.kaggle.com/c/global-energy-forecasting-competition-2012-load-forecasting"
    header = "station_id,year,month,day," + ",".join(f"h{hour}" for hour in range(1, 25))
    for file, stations, count in [("two_stations.csv", [1, 2], 25), ("one_station.csv", [7], 40)]:
        table = Table(Variable("temperature", "instant", "fahrenheit"))
        lines = [header]
        for station in stations:
            values = walk(f"gefcom {station}", 24 * count, 0, 45.0, 1.6, -4.0, 84.0)
            for number, day in enumerate(days((2008, 6, 20) if file[0] == "t" else (2004, 12, 20), count)):
                # The last day of a station ends in its morning.
                hours = values[24 * number : 24 * number + 24]
                hours = [None if number == count - 1 and hour > 6 else value for hour, value in enumerate(hours, 1)]
                texts = ["" if value is None else str(value) for value in hours]
                lines.append(f"{station},{day.year},{day.month},{day.day}," + ",".join(texts))
                table.row([hours], day, station)
        write("gefcom-temperature", file, "\r\n".join(lines) + "\r\n", documentation, table)


def lakes():
    documentation = "https://github.com/GLEON/rLakeAnalyzer"
    for file, name, depths, form, first in [
        ("buoy.wtr", "dateTime", ["0.0", "0.5", "1.0", "2.0", "4.0", "6.0", "9.0", "13.0", "18.0"], "%Y-%m-%d %H:%M", (2009, 5, 2, 10, 0)),
        ("whole_metres.wtr", "datetime", ["0", "1", "3", "5", "10"], "%Y-%m-%d %H:%M:%S", (2013, 11, 29, 0, 0)),
    ]:
        table = Table(Variable("water temperature", "instant", "celsius"))
        columns = [f"wtr_{depth}" for depth in depths]
        lines = ["\t".join([name, *columns])]
        surface = walk(file, 60, 3, 9.0, 0.4, 1.0, 26.0)
        for number, (time, value) in enumerate(zip(stamps(first, 60, 90), surface)):
            values = [value - Decimal(place * 15 + number % 7) / 100 for place in range(len(depths))]
            values = [None if (number + 3 * place) % 29 == 28 or number == 44 else each for place, each in enumerate(values)]
            lines.append("\t".join([f"{time:{form}}", *("NaN" if each is None else str(each) for each in values)]))
            table.row([values], time.date())
        table.stations.update(columns)
        write("lake-wtr", file, "\r\n".join(lines) + "\r\n", documentation, table)


def sml():
    names = "Date Time Temperature_Comedor_Sensor Temperature_Habitacion_Sensor Weather_Temperature CO2_Comedor_Sensor CO2_Habitacion_Sensor"
    names += " Humedad_Comedor_Sensor Humedad_Habitacion_Sensor Lighting_Comedor_Sensor Lighting_Habitacion_Sensor Precipitacion"
    names += " Meteo_Exterior_Crepusculo Meteo_Exterior_Viento Meteo_Exterior_Sol_Oest Meteo_Exterior_Sol_Est Meteo_Exterior_Sol_Sud"
    names += " Meteo_Exterior_Piranometro Exterior_Entalpic_1 Exterior_Entalpic_2 Exterior_Entalpic_turbo Temperature_Exterior_Sensor"
    names += " Humedad_Exterior_Sensor Day_Of_Week"
    header = "#  " + " ".join(f"{number}:{name}" for number, name in enumerate(names.split(), 1))
    for file, first, minutes in [("first_months.txt", (2012, 3, 13, 11, 45), 30), ("later.txt", (2012, 4, 28, 0, 0), 45)]:
        found = ["22:Temperature_Exterior_Sensor", "3:Temperature_Comedor_Sensor", "4:Temperature_Habitacion_Sensor"]
        table = Table(*(Variable(name, "instant", "celsius") for name in found))
        lines, end = [header], " \n" if file == "later.txt" else "\n"
        walks = [walk(f"sml {file} {place}", 75, 4, start, 0.5) for place, start in enumerate([15.0, 18.5, 18.0])]
        for time, outside, dining, bed in zip(stamps(first, 75, minutes), *walks):
            texts = [f"{value.normalize() + 0:f}" for value in (outside, dining, bed)]
            cells = f"{time:%d/%m/%Y %H:%M} {texts[1]} {texts[2]} {round(outside) - 1} 208.4 213.08 41.25 43.105 77.32 109.44 0 617.6 2.125"
            lines.append(f"{cells} 8811.5 11023.7 90210.4 701.12 0 0 0 {texts[0]} 51.25 {time.isoweekday()}")
            table.row([outside, dining, bed], time.date())
        write("uci-sml2010", file, end.join(lines) + end, f"{UCI}/274/sml2010", table)


def occupancy():
    for file, first, number in [("datatest.txt", (2015, 2, 2, 14, 19), 140), ("datatraining.txt", (2015, 2, 4, 17, 51), 1)]:
        table = Table(Variable("Temperature", "instant", "celsius"))
        lines = ['"date","Temperature","Humidity","Light","CO2","HumidityRatio","Occupancy"']
        for at, (time, value) in enumerate(zip(stamps(first, 80, 23), walk(file, 80, 4, 22.0, 0.3))):
            lines.append(f'"{number + at}","{time}",{value.normalize() + 0:f},31.4{at % 10},{412 - at}.5,688.5,0.00512830417226091,{at % 2}')
            table.row([value], time.date())
        write("uci-occupancy", file, "\n".join(lines) + "\n", f"{UCI}/357/occupancy+detection", table)


def appliances():
    order = ["T_out", "T6", "T1", "T2", "T3", "T4", "T5", "T7", "T8", "T9"]
    names = ["date", "Appliances", "lights"]
    names += [name for room in range(1, 10) for name in (f"T{room}", f"RH_{room}")]
    names += ["T_out", "Press_mm_hg", "RH_out", "Windspeed", "Visibility", "Tdewpoint", "rv1", "rv2"]
    for file, count, quote in [("testing.csv", 36, '"'), ("energydata_complete.csv", 50, "")]:
        table = Table(*(Variable(name, "instant", "celsius") for name in order))
        lines = [",".join(f'"{name}"' for name in names)]
        rooms = [walk(f"{file} {room}", count, 6, 4.0 if room == 6 else 19.0, 0.3) for room in range(1, 10)]
        outside = walk(f"{file} out", count, 4, 3.0, 0.5)
        for at, time in enumerate(stamps((2016, 1, 11, 17, 30), count, 140)):
            values = [room[at] for room in rooms]
            cells = [str(time), f"{60 + 10 * (at % 12):>4}", f"{10 * (at % 5):>2}"]
            for value in values:
                cells += [f"{value:>22.15f}".replace(" " * 4, "") if quote else str(value), "45.500000000000000"]
            out = f"{outside[at]:.16e}" if quote else str(outside[at])
            cells += [f" {out}" if quote else out, "741.2", " 84.0", "3.0", "40.0", f"{outside[at] - 1}", "21.84", "21.84"]
            lines.append(",".join(f"{quote}{cell if quote else cell.strip()}{quote}" for cell in cells))
            table.row([outside[at], values[5], *values[:5], *values[6:]], time.date())
        write("uci-appliances", file, "\r\n".join(lines) + "\r\n", f"{UCI}/374/appliances+energy+prediction", table)


def szeged():
    documentation = f"{KAGGLE}/budincsevity/szeged-weather"
    for file, unit, precipitation in [("with_units.csv", " (C)", True), ("no_units.csv", "", False)]:
        name = f"Temperature{unit}"
        table = Table(Variable(name, "instant", "celsius"))
        felt = f"Apparent Temperature{unit}" if precipitation else "ApparentTemperature"
        names = ["Formatted Date", "Summary", *(["Precip Type"] if precipitation else []), name, felt, "Humidity", "Loud Cover", "Daily Summary"]
        lines = [",".join(names)]
        for number, (time, value) in enumerate(zip(stamps((2006, 3, 26, 0, 0), 64, 60), walk(f"szeged {file}", 64, 0, 12.0, 8.0, -180, 300))):
            value = (value / 9).quantize(Decimal("0.00000001"))
            kind = ["snow" if value < 0 else "rain"] if precipitation else []
            cells = [f"{time}.000 +0200", "Partly Cloudy", *kind, f"{value:f}", f"{value - 2:f}", "0.89", "0", "Mostly cloudy, later clear."]
            lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
            table.row([value], time.date())
        write("szeged", file, "\r\n".join(lines) + "\r\n", documentation, table)


def iot_temp():
    documentation = f"{KAGGLE}/atulanandjha/temperature-readings-iot-devices"
    for file, ids, hours in [("original.csv", True, 5), ("bare.csv", False, 7)]:
        table = Table(Variable("temp", "instant", "celsius"))
        lines = [("id,room_id/id," if ids else "") + "noted_date,temp,out/in"]
        for number, value in enumerate(walk(f"iot {file}", 90, 0, 36.0, 2.0, 21.0, 51.0)):
            # The newest first; two ways of writing one day.
            time = datetime(2018, 12, 8, 9, 30) - timedelta(hours=hours * number)
            text = f"{time:%d-%m-%Y %H:%M}" if time.day > 12 else f"{time.day}/{time.month}/{time.year} {time.hour}:{time:%M}"
            where = "In" if number % 4 == 1 else "Out"
            begin = f"__export__.temp_log_{284107 - number}_a31c07d2,Room Admin," if ids else ""
            lines.append(f"{begin}{text},{value},{where}")
            table.row([value], time.date(), where)
        write("iot-temp", file, "\r\n".join(lines) + "\r\n", documentation, table)


def make():
    air_quality()
    jena()
    ett()
    beijing()
    dayton()
    gefcom()
    lakes()
    sml()
    occupancy()
    appliances()
    szeged()
    iot_temp()
