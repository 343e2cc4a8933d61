"""Platforms and home stations: Netatmo, Home Assistant, InfluxDB, Grafana, Adafruit IO, Ecowitt, Sensor.Community, ThingSpeak."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from corpus import Table, Variable, walk, write

NETATMO = "https://dev.netatmo.com/apidocumentation/weather"
ASSISTANT = "https://www.home-assistant.io/integrations/history/"
INFLUX = "https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/"
GRAFANA = "https://grafana.com/docs/grafana/latest/panels-visualizations/panel-inspector/"
ADAFRUIT = "https://io.adafruit.com/api/docs/"
BILLION = "https://github.com/gunnarmorling/1brc"
ECOWITT = "https://www.ecowitt.com"
COMMUNITY = "https://archive.sensor.community"
THINGSPEAK = "https://www.mathworks.com/help/thingspeak/readdata.html"
BOM = "\ufeff"


def stamps(first, count, minutes):
    return [datetime(*first) + timedelta(minutes=minutes * number) for number in range(count)]


def epoch(time):
    return int(time.replace(tzinfo=timezone.utc).timestamp())


def netatmo():
    # Winter at Greenwich: the local day is that of UTC.
    name = "Temperature °C"
    table = Table(Variable(name, "instant", "celsius"))
    lines = ['"Home name",Long,Lat', "Elm House,-1.250001,51.750002", "", ',,"Product name","Product type",,,', ",,Thermostat,NATherm1,,,", ""]
    lines.append(f'Timestamp,"Timezone : Europe/London","{name}","Setpoint Temperature °C","Boiler ON","Boiler OFF",')
    for number, (time, value) in enumerate(zip(stamps((2026, 1, 24, 0, 15), 80, 90), walk("netatmo", 80, 1, 20.0, 0.7))):
        missing = number in (41, 42)
        text = "" if missing else str(value)
        lines.append(f'{epoch(time)},"{time:%Y/%m/%d %H:%M:%S}",{text},{22 if 6 < time.hour < 22 else 18},{number * 11 % 1800},0,')
        table.row([None if missing else value], time.date())
    write("netatmo", "thermostat.csv", "\n".join(lines) + "\n", NETATMO, table)

    table = Table(Variable("Temperature", "instant", "celsius"))
    lines = ["Name;Long;Lat;ModuleName;ModuleType", '"Elm House (Garden)";-1.250001;51.750002;Garden;Outdoor']
    lines.append('Timestamp;"Timezone : Europe/London";Temperature;Humidity')
    for time, value in zip(stamps((2022, 11, 28, 0, 4), 70, 61), walk("netatmo garden", 70, 1, 3.0, 0.8)):
        lines.append(f'{epoch(time)};"{time:%Y/%m/%d %H:%M:%S}";{value};{70 + time.hour}')
        table.row([value], time.date())
    write("netatmo", "module_semicolon.csv", "\n".join(lines) + "\n", NETATMO, table)


def home_assistant():
    table = Table(Variable("state", "instant", "unknown"))
    entity = "sensor.attic_sht41_temperature"
    lines = ["entity_id,state,last_changed"]
    for number, (time, value) in enumerate(zip(stamps((2025, 2, 10, 20, 0), 80, 53), walk("assistant", 80, 13, 17.0, 0.6))):
        gone = {9: "unavailable", 10: "unknown", 40: "unavailable"}.get(number)
        lines.append(f"{entity},{gone or value},{time:%Y-%m-%dT%H:%M:%S}.{number * 37 % 1000:03}Z")
        table.row([None if gone else value], time.date(), entity)
    write("home-assistant", "one_sensor.csv", "\n".join(lines) + "\n", ASSISTANT, table)

    table = Table(Variable("state", "instant", "unknown"))
    lines = ["entity_id,state,last_changed"]
    for entity, start in [("sensor.greenhouse_temp", 14.0), ("sensor.outdoor_temperature_2", -1.0)]:
        for number, (time, value) in enumerate(zip(stamps((2024, 12, 30, 21, 30), 36, 100), walk(entity, 36, 1, start, 1.0))):
            gone = "unavailable" if number == 5 else None
            lines.append(f"{entity},{gone or value},{time:%Y-%m-%dT%H:%M:%S.000Z}")
            table.row([None if gone else value], time.date(), entity)
    write("home-assistant", "two_sensors.csv", "\n".join(lines) + "\n", ASSISTANT, table)


def influx():
    # A field is an element; another table follows with its own annotations.
    table = Table(Variable("temperature", "instant", "unknown"))
    header = ",result,table,_start,_stop,_time,_value,_field,_measurement,location"
    notes = ["#group,false,false,true,true,false,false,true,true,true"]
    notes += ["#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string"]
    notes += ["#default,_result,,,,,,,,"]
    span = "2025-06-01T00:00:00Z,2025-06-05T00:00:00Z"
    lines = []
    for place, location in enumerate(["barn", "pond"]):
        lines += [*notes, header]
        for at, (field, start) in enumerate([("humidity", 70.0), ("temperature", 12.0)]):
            for time, value in zip(stamps((2025, 6, 1, 0, 20), 24, 200), walk(f"influx {location} {field}", 24, 3, start, 1.5, -20, 99)):
                lines.append(f",,{2 * place + at},{span},{time:%Y-%m-%dT%H:%M:%SZ},{value},{field},air,{location}")
                if field == "temperature":
                    table.row([value], time.date(), location)
                else:
                    table.other_row()
        lines.append("")
    write("influx", "fields_as_rows.csv", "\r\n".join(lines) + "\r\n", INFLUX, table)

    # Pivoted, with nanoseconds.
    table = Table(Variable("Temperature", "instant", "unknown"))
    lines = ["#group,false,false,false,false,false", "#datatype,double,double,double,string,dateTime:RFC3339", "#default,,,,,"]
    lines.append(",Humidity,Light,Temperature,location,time")
    for number, (time, value) in enumerate(zip(stamps((2025, 6, 29, 14, 4), 60, 47), walk("influx pivoted", 60, 1, 31.0, 0.5))):
        missing = number in (25, 26)
        text = "" if missing else str(value)
        lines.append(f",{40 + number % 20}.9,{number}.46,{text},Terrace,{time:%Y-%m-%dT%H:%M:%S}.{number * 16127 + 46074:09}Z")
        table.row([None if missing else value], time.date(), "Terrace")
    write("influx", "pivoted.csv", "\n".join(lines) + "\n", INFLUX, table)

    # The same without annotations.
    table = Table(Variable("temp", "instant", "unknown"))
    lines = [header]
    span = "2024-02-28T00:00:00Z,2024-03-03T00:00:00Z"
    for time, value in zip(stamps((2024, 2, 28, 3, 0), 40, 120), walk("influx bare", 40, 2, 4.0, 1.0)):
        lines.append(f",_result,0,{span},{time:%Y-%m-%dT%H:%M:%SZ},{value},temp,weather,roof")
        table.row([value], time.date(), "roof")
    write("influx", "no_annotations.csv", "\r\n".join(lines) + "\r\n", INFLUX, table)


def grafana():
    for file, delimiter, mark, series, first in [
        ("semicolon.csv", ";", BOM, ["Temperature north", "Temperature south"], (2020, 5, 4, 15, 29)),
        ("probes.csv", ",", "", ["Probe-1", "Probe-2", "Probe-3"], (2021, 11, 29, 6, 0)),
    ]:
        table = Table(Variable("Value", "instant", "unknown"))
        lines = [mark + delimiter.join(['"Series"', '"Time"', '"Value"'])]
        for name in series:
            for number, (time, value) in enumerate(zip(stamps(first, 34, 130), walk(f"grafana {name}", 34, 5, 48.0, 1.5, 5, 80))):
                missing = number in (0, 1, 33)
                lines.append(delimiter.join([f'"{name}"', f'"{time:%Y-%m-%dT%H:%M:%S}+02:00"', "null" if missing else str(value)]))
                table.row([None if missing else value], time.date(), name)
        write("grafana", file, "\n".join(lines) + "\n", GRAFANA, table)


def adafruit():
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for file, feed, place, start in [("feed.csv", "2705511", ",,", 26.0), ("feed_with_place.csv", "2811904", "47.25,9.75,612.0", -3.0)]:
        table = Table(Variable("value", "instant", "unknown"))
        lines = ["id,value,feed_id,created_at,lat,lon,ele"]
        for number, (time, value) in enumerate(zip(stamps((2022, 4, 27, 8, 30), 70, 59), walk(f"adafruit {feed}", 70, 1, start, 0.6))):
            key = "0F9A3" + "".join(letters[(number * 7 + at * at * 5) % 32] for at in range(21))
            missing = number == 50
            lines.append(f"{key},{'' if missing else value},{feed},{time:%Y-%m-%d %H:%M:%S} UTC,{place}")
            table.row([None if missing else value], time.date(), feed)
        write("adafruit-io", file, "\n".join(lines) + "\n", ADAFRUIT, table)


def billion_rows():
    names = ["Ny-Vårby", "Saint Odo's", "Port Lumen", "Żabno Górne", "Rio Claro, S.P.", "Å", "Karst", "Mt. Hollow"]
    for file, count, end, step in [("measurements.txt", 110, "\n", 6.0), ("extremes.txt", 60, "", 40.0)]:
        table = Table(Variable("temperature", "instant", "celsius"))
        lines = []
        for number, value in enumerate(walk(file, count, 1, 12.0, step, -99.9, 99.9)):
            name = names[number * 5 % 8]
            lines.append(f"{name};{value}")
            table.row([value], None, name)
        write("one-billion-rows", file, "\n".join(lines) + end, BILLION, table)


def ecowitt():
    names = ["Time", "Indoor Temperature(℃)", "Indoor Humidity(%)", "Outdoor Temperature(℃)", "Outdoor Humidity(%)", "Dew Point(℃)"]
    names += ["Feels Like(℃)", "Wind(m/s)", "Gust(m/s)", "Wind Direction(deg)", "ABS Pressure(hPa)"]
    names += ["Solar Rad(w/m2)", "UV-Index", "Hourly Rain(mm)"]
    german = ["Zeit", "Temperatur Innen(℃)", "Luftfeuchtigkeit Innen(%)", "Temperatur Aussen(℃)", "Luftfeuchtigkeit Aussen(%)", "Taupunkt(℃)"]
    german += ["Gefühlte Temperatur(℃)", "Wind(km/h)", "Böe(km/h)", "Windrichtung(°)", "Abs. Luftdruck(hpa)"]
    german += ["Sonneneinstrahlung(w/m2)", "UVI", "Regen/Stunde(mm)"]
    fahrenheit = [name.replace("℃", "℉") for name in names]
    for file, header, unit, low, high, date in [
        ("english.csv", names, "celsius", -15.0, 38.0, lambda time: f"{time:%Y-%m-%d %H:%M}"),
        ("german.csv", german, "celsius", -15.0, 38.0, lambda time: f"{time.year}/{time.month}/{time:%d} {time.hour}:{time:%M}"),
        ("fahrenheit.csv", fahrenheit, "fahrenheit", 5.0, 100.0, lambda time: f"{time:%Y-%m-%d %H:%M}"),
    ]:
        table = Table(Variable(header[3], "instant", unit), Variable(header[1], "instant", unit))
        lines = [",".join(header)]
        outdoor = walk(f"ecowitt {file}", 60, 1, (low + high) / 2 - 8, 1.5, low, high)
        indoor = walk(f"ecowitt indoor {file}", 60, 1, 70.0 if unit == "fahrenheit" else 21.0, 0.4, low, high)
        for number, (time, out, inside) in enumerate(zip(stamps((2025, 1, 1, 0, 0), 60, 95), outdoor, indoor)):
            values = [None if number in (14, 15) else out, None if number == 15 else inside]
            texts = ["--" if value is None else str(value) for value in values]
            lines.append(f"{date(time)},{texts[1]},55,{texts[0]},91,{out - 2},{out},1.1,1.6,201,962.4,0.00,0,--")
            table.row(values, time.date())
        write("ecowitt", file, "\n".join(lines) + "\n", ECOWITT, table)


def sensor_community():
    place = "70212;48.310;11.905"
    table = Table(Variable("temperature", "instant", "celsius"))
    lines = ["sensor_id;sensor_type;location;lat;lon;timestamp;temperature;humidity"]
    for number, (time, value) in enumerate(zip(stamps((2023, 1, 19, 0, 1), 80, 30), walk("community dht", 80, 2, -1.0, 0.6))):
        missing = number in (33, 34)
        lines.append(f"50122;DHT22;{place};{time:%Y-%m-%dT%H:%M:%S};{'nan' if missing else value};99.90")
        table.row([None if missing else value], time.date(), "50122")
    write("sensor-community", "dht22.csv", "\n".join(lines) + "\n", COMMUNITY, table)

    table = Table(Variable("temperature", "instant", "celsius"))
    lines = ["sensor_id;sensor_type;location;lat;lon;timestamp;pressure;altitude;pressure_sealevel;temperature;humidity"]
    walks = [walk(f"community bme {sensor}", 35, 2, 14.0, 0.8) for sensor in range(2)]
    for number, time in enumerate(stamps((2024, 7, 31, 20, 3), 35, 60)):
        for sensor, values in enumerate(walks):
            lines.append(f"6011{sensor};BME280;{place};{time:%Y-%m-%dT%H:%M:%S};{98100 + number}.25;;;{values[number]};48.06")
            table.row([values[number]], time.date(), f"6011{sensor}")
    write("sensor-community", "bme280.csv", "\n".join(lines) + "\n", COMMUNITY, table)

    # A German spreadsheet took 5.60 for the month of May: these values are gone, and nothing may be guessed.
    table = Table(Variable("temperature", "instant", "celsius"))
    lines = ["sensor_id;sensor_type;location;lat;lon;timestamp;temperature;humidity"]
    months = ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
    for time, value in zip(stamps((2021, 4, 26, 0, 1), 60, 24), walk("community excel", 60, 2, 14.0, 1.0, 9, 20)):
        degrees, hundredths = divmod(int(value * 100), 100)
        is_date = degrees <= 12 and hundredths > 31
        text = f"{months[degrees - 1]} {hundredths}" if is_date else str(value)
        lines.append(f"50130;DHT22;{place};{time:%Y-%m-%dT%H:%M:%S};{text};88.20")
        table.row(["rejected" if is_date else value], None if is_date else time.date(), "50130")
    write("sensor-community", "spreadsheet_dates.csv", "\r\n".join(lines) + "\r\n", COMMUNITY, table)


def thingspeak():
    times = stamps((2025, 12, 1, 23, 9), 50, 47)
    lines = ["created_at,entry_id,field1,field2,field3,field4,latitude,longitude,elevation,status"]
    for number, (time, value) in enumerate(zip(times, walk("thingspeak", 50, 2, 29.0, 0.4)), 1):
        lines.append(f"{time:%Y-%m-%dT%H:%M:%S}+00:00,{number},{value},{value + 22},{951 + number % 3}.40,412.75,,,,")
    write("generic", "thingspeak_fields.csv", "\n".join(lines) + "\n", THINGSPEAK, refused="no_temperature_column")

    table = Table(Variable("temperatura", "instant", "unknown"))
    lines = ["created_at,entry_id,temperatura,umidade"]
    for number, (time, value) in enumerate(zip(times, walk("thingspeak named", 50, 2, 30.0, 0.4)), 1):
        missing = number in (11, 12)
        lines.append(f"{time:%Y-%m-%dT%H:%M:%S}+00:00,{number},{'' if missing else value},{Decimal('51.25') + number}")
        table.row([None if missing else value], time.date())
    write("generic", "thingspeak_named_field.csv", "\n".join(lines) + "\n", THINGSPEAK, table)


def make():
    netatmo()
    home_assistant()
    influx()
    grafana()
    adafruit()
    billion_rows()
    ecowitt()
    sensor_community()
    thingspeak()
