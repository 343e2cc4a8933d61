"""Files of Hong Kong, Japan, Korea and Indonesia, and of rp5."""

from datetime import datetime, timedelta
from decimal import Decimal

from corpus import Table, Variable, days, walk, write

HKO = "https://data.gov.hk/en-data/dataset/hk-hko-rss-daily-temperature-info-hko"
JMA = "https://www.data.jma.go.jp/risk/obsdl/top/help3.html"
KMA = "https://data.kma.go.kr/cmmn/main.do"
BMKG = "https://dataonline.bmkg.go.id/"
RP5 = "https://rp5.ru/docs/about/en"


def text(value, nothing=""):
    return nothing if value is None else str(value)


def hko():
    kinds = (("hko", "CLMTEMP_PRV.csv", "mean", "平均", "Mean"), ("hko-max", "CLMMAXT_PRV.csv", "max", "最高", "Maximum"), ("hko-min", "CLMMINT_PRV.csv", "min", "最低", "Minimum"),
             ("hko", "CLMTEMP_older.csv", "mean", "平均", "Mean"), ("hko-max", "CLMMAXT_older.csv", "max", "最高", "Maximum"), ("hko-min", "CLMMINT_older.csv", "min", "最低", "Minimum"))
    for profile, name, role, chinese, english in kinds:
        table = Table(Variable("temperature", role, "celsius"))
        older = name.endswith("_older.csv")
        # A second byte order mark stands inside the first title.
        lines = [f'"\ufeff日{chinese}氣溫(攝氏度) - 試驗站"', f'"Daily {english} Temperature (°C) at Trial Station"', '年/Year,月/Month,日/Day,數值/Value,"數據完整性/data Completeness"']
        for number, (day, value) in enumerate(zip(days((1997, 2, 10) if older else (2023, 2, 1), 60), walk(name, 60, start=16.0, low=3.0))):
            value, complete = (None, "") if number < 5 and older or number == 33 else (value, "#" if number == 20 else "C")
            lines.append(f"{day.year},{day.month},{day.day},{text(value, '***')},{complete}")
            table.row([value], day)
            if day.month == 2 and day.day == 28:
                # Some files have days that the calendar does not.
                lines.append(f"{day.year},2,29,***,")
                table.row([None])
        lines += ['"*** 沒有數據/unavailable"', '"# 數據不完整/data incomplete"', '"C 數據完整/data Complete"']
        write(profile, name, "\ufeff" + "\n".join(lines) + "\n", HKO, table)


def jma():
    title = "ダウンロードした時刻：2023/10/20 10:42:41"
    table = Table(Variable("平均気温(℃)", "mean", "celsius"))
    lines = [title, "", ",試験,試験,試験", "年月日,平均気温(℃),平均気温(℃),平均気温(℃)", ",,品質情報,均質番号"]
    for number, (day, value) in enumerate(zip(days((2005, 12, 20), 60), walk("jma mean", 60, start=6.0))):
        value, quality = (None, 1) if number in (14, 15) else (value, 5 if number == 30 else 4 if number == 31 else 8)
        lines.append(f"{day.year}/{day.month}/{day.day},{text(value)},{quality},1")
        table.row([value], day)
    write("jma", "mean.csv", "\r\n".join(lines) + "\r\n", JMA, table, encoding="cp932")

    # Each name several times: value, quality, time of the day, number of homogeneity; words stand among the numbers.
    columns = [("日照時間(時間)", "", ""), ("日照時間(時間)", "", "現象なし情報"), ("日照時間(時間)", "", "品質情報"), ("日照時間(時間)", "", "均質番号")]
    columns += [("平均気温(℃)", "", ""), ("平均気温(℃)", "", "品質情報"), ("平均気温(℃)", "", "均質番号")]
    for name in ("最高気温(℃)", "最低気温(℃)"):
        columns += [(name, "", ""), (name, "", "品質情報"), (name, "時分", ""), (name, "時分", "品質情報"), (name, "", "均質番号")]
    columns += [("最多風向(16方位)", "", ""), ("最多風向(16方位)", "", "品質情報"), ("最多風向(16方位)", "", "均質番号")]
    table = Table(Variable("平均気温(℃)", "mean", "celsius"), Variable("最高気温(℃)", "max", "celsius"), Variable("最低気温(℃)", "min", "celsius"))
    lines = [title, "", "," + ",".join(["試験"] * len(columns))]
    lines += ["年月日," + ",".join(name for name, _, _ in columns)] + ["," + ",".join(column[row] for column in columns) for row in (1, 2)]
    for number, (day, mean) in enumerate(zip(days((2013, 10, 20), 50), walk("jma daily", 50, start=15.0))):
        high, low = mean + Decimal("4.2"), mean - Decimal("3.9")
        if number == 22:
            mean = high = low = None
        quality = 1 if mean is None else 8
        written, doubt = high, quality
        if number == 35:  # doubtful
            written, doubt, high = Decimal("44.4"), 2, "rejected"
        date = f"{day.year}/{day.month}/{day.day}"
        lines.append(f"{date},{number % 9}.4,0,8,1,{text(mean)},{quality},1,{text(written)},{doubt},{date} 13:{10 + number},8,1,{text(low)},{quality},{date} 05:{10 + number},8,1,北北東,8,1")
        table.row([mean, high, low], day)
    write("jma", "daily.csv", "\r\n".join(lines) + "\r\n", JMA, table, encoding="cp932")

    table = Table(Variable("気温(℃)", "instant", "celsius"))
    lines = [title, "", ",試験,試験,試験,試験,試験,試験", "年月日時,気温(℃),気温(℃),気温(℃),相対湿度(％),相対湿度(％),相対湿度(％)", ",,品質情報,均質番号,,品質情報,均質番号"]
    start = datetime(2022, 12, 30, 1)
    for number, value in enumerate(walk("jma hourly", 80, start=4.0, step=0.8)):
        at, value = start + timedelta(hours=number), None if number in (33, 34) else value
        lines.append(f"{at.year}/{at.month}/{at.day} {at.hour}:00:00,{text(value)},{1 if value is None else 8},1,{50 + number % 40},8,1")
        table.row([value], at.date())
    write("jma", "hourly.csv", "\r\n".join(lines) + "\r\n", JMA, table, encoding="cp932")


def bare(value):
    """As the Korean service writes it: no zero before the point, and none behind."""
    if value is None:
        return ""
    written = str(value).removesuffix(".0")
    return written.replace("0.", ".", 1) if written.startswith(("0.", "-0.")) else written


def kma():
    kinds = (("평균기온(°C)", "mean"), ("최고기온(°C)", "max"), ("최저기온(°C)", "min"))
    table = Table(*(Variable(name, role, "celsius") for name, role in kinds))
    lines = ["지점,지점명,일시,평균기온(°C),최저기온(°C),최저기온 시각(hhmi),최고기온(°C),최고기온 시각(hhmi),일강수량(mm),평균 이슬점온도(°C),평균 상대습도(%),평균 중하층운량(1/10),평균 지면온도(°C),최저 초상온도(°C),0.5m 지중온도(°C)"]
    for station, name in ((991, "시험"), (992, "견본")):
        for number, (day, mean) in enumerate(zip(days((2019, 12, 28), 35), walk(f"kma {station}", 35, start=-1.0))):
            high, low = mean + Decimal("4.6"), mean - Decimal("5.2")
            if number in (8, 9):
                mean = None
            if number == 9:
                high = low = None
            dew = None if mean is None else mean - 3
            lines.append(f"{station},{name},{day},{bare(mean)},{bare(low)},{700 + number},{bare(high)},1335,{'.3' if number % 5 == 0 else ''},{bare(dew)},56,-999,-.4,-8.2,4.8")
            table.row([mean, high, low], day, station)
    write("kma", "asos_day.csv", "\n".join(lines) + "\n", KMA, table, encoding="cp949")

    table = Table(Variable("기온(°C)", "instant", "celsius"))
    lines, start = ["지점,지점명,일시,기온(°C),기온 QC플래그,강수량(mm),강수량 QC플래그,이슬점온도(°C)"], datetime(2021, 12, 30, 19)
    for number, value in enumerate(walk("kma hour", 75, start=-4.0, step=0.8)):
        at, written, flag = start + timedelta(hours=number), bare(value), "0" if number % 3 == 0 else ""
        if number in (12, 13):
            value, written, flag = None, "", "9"
        elif number == 44:
            value, written, flag = "rejected", "55.1", "1"
        lines.append(f"991,시험,{at:%Y-%m-%d %H:%M},{written},{flag},,9,-7.1")
        table.row([value], at.date(), 991)
    write("kma", "asos_hour.csv", "\r\n".join(lines) + "\r\n", KMA, table, encoding="cp949")

    kinds = (("평균기온(℃)", "mean"), ("최고기온(℃)", "max"), ("최저기온(℃)", "min"))
    for name, top, written in (("ta.csv", ["기온분석", "[검색조건]", "자료구분 : 일", "자료형태 : 기본", "지역/지점 : 시험", "기간 : 19500101~19500330", ""], "{0:%Y-%m-%d}"), ("ta_bare.csv", [], "{0.year}.{0.month}.{0.day}")):
        table = Table(*(Variable(column, role, "celsius") for column, role in kinds))
        lines = top + ["날짜,지점,평균기온(℃),최저기온(℃),최고기온(℃)"]
        for number, (day, mean) in enumerate(zip(days((1950, 1, 5), 70), walk(f"kma {name}", 70, start=-3.0))):
            high, low = mean + Decimal("4.1"), mean - Decimal("4.7")
            if 30 <= number < 40:  # nobody observed
                mean = high = low = None
            lines.append(f"{written.format(day)},991,{text(mean)},{text(low)},{text(high)}")
            table.row([mean, high, low], day, 991)
        write("kma", name, "\r\n".join(lines) + "\r\n", KMA, table, encoding="cp949")


def bmkg():
    kinds = (("laporan_iklim_harian.csv", ";", "{:%d/%m/%Y}", "Tn;Tx;Tavg;RH_avg;RR;ss;ff_x;ddd_x;ff_avg;ddd_car", "\r\n"), ("comma.csv", ",", "{:%d-%m-%Y}", "Tn,Tx,Tavg,RH_avg,RR,ss,ff_x,ddd_x,ff_avg,ddd_car", "\n"),
             ("form.csv", ",", "{:%d-%m-%Y}", "TN,TX,TAVG,RH_AVG,RR,SS,FF_X,DDD_X,FF_AVG,DDD_CAR", "\r\n"))
    for name, mark, date, names, end in kinds:
        form = name == "form.csv"
        table = Table(*(Variable(column.upper() if form else column, role, "celsius") for column, role in (("Tavg", "mean"), ("Tx", "max"), ("Tn", "min"))))
        commas = "," * 10
        lines = [f"{line}{commas}" for line in ("ID WMO : 96999", "Nama Stasiun : Stasiun Meteorologi Percobaan", "Lintang : -6.15000", "Bujur : 106.84000", "Elevasi : 4 Meter", "")] if form else []
        lines.append(("TANGGAL" if form else "Tanggal") + mark + names)
        for number, (day, mean) in enumerate(zip(days((2018, 4, 25), 62), walk(name, 62, start=27.0, step=0.8, low=23.0, high=30.0))):
            high, low, written = mean + Decimal("4.3"), mean - Decimal("3.8"), None
            if number in (9, 10):
                mean = high = low = None
                written = ["8888", "9999", "8888"] if number == 9 else ["", "", ""]
            elif number == 30:
                low, written = None, ["9999", str(high), str(mean)]
            fields = [date.format(day)] + (written or [str(low), str(high), str(mean)]) + ["83", "8888" if number % 7 == 0 else "", "6.5", "3", "300", "1", "N "]
            lines.append(mark.join(fields))
            table.row([mean, high, low], day)
        if form:
            lines += [f"{line}{commas}" for line in ("KETERANGAN :", "8888: data tidak terukur", "9999: Tidak Ada Data (tidak dilakukan pengukuran)", "TN: Temperatur minimum (°C)", "TX: Temperatur maksimum (°C)", "TAVG: Temperatur rata-rata (°C)")]
        write("bmkg", name, end.join(lines) + end, BMKG, table)


def rp5():
    kinds = (("comma.csv", "en", "Local time", ",", ""), ("quoted.csv", "en", "Local time in Trialstad / airport", ";", ";"), ("russian.csv", "ru", "Местное время в Пробном", ";", ";"))
    names = "T,Po,P,Pa,U,DD,Ff,ff10,ff3,N,WW,W1,W2,Tn,Tx,Cl,Nh,H,Cm,Ch,VV,Td,RRR,tR,E,Tg,E',sss".split(",")
    for name, language, time, mark, end in kinds:
        site = "rp5.ru" if language == "ru" else "rp5.kz"
        words = ["Метеостанция Пробное, Россия, WMO_ID=99985, выборка с 01.01.2020 по 10.02.2020, все дни", "Кодировка: UTF-8", f"Информация предоставлена сайтом \"Расписание Погоды\", {site}",
                 f"При использовании данных указывайте название сайта: {site}", f"Обозначения метеопараметров см. по адресу http://{site}/archive.php?wmo_id=99985&lang=ru", ""]
        if language == "en":
            words = ["Weather station Trialstad / airport, Nowhere, WMO_ID=99985,selection from 01.01.2020 till 10.02.2020, all days", "Encoding: UTF-8",
                     f"The data is provided by the website Reliable Prognosis, {site}", "If you use the data, please indicate the name of the website.",
                     f"For meteorological parameters see the address http://{site}/archive.php?wmo_id=99985&lang=en", ""]
        table = Table(Variable("T", "instant", "celsius"), Variable("Tx", "max", "celsius"), Variable("Tn", "min", "celsius"))
        quote = (lambda one: f'"{one}"') if mark == ";" else (lambda one: f'"{one}"' if "," in one else one)
        lines = [f"# {line}".rstrip() for line in words] + [mark.join(quote(one) for one in [time, *names])]
        values = walk(f"rp5 {name}", 60, start=-3.0, step=1.5)
        # The newest row is the first.
        for number in reversed(range(60)):
            at, value = datetime(2020, 2, 3) + timedelta(hours=3 * number), values[number]
            high = value + Decimal("1.9") if at.hour == 18 else None
            low = value - Decimal("2.1") if at.hour == 6 else None
            dew = "" if number in (17, 40) else str(value - 3)
            value = None if number in (17, 40) else value
            fields = dict.fromkeys(names, "") | {"T": text(value), "Po": "765.8", "P": "766.6", "U": "88", "DD": "Wind blowing from the west", "Ff": "3", "N": "90  or more, but not 100%"}
            fields |= {"Tn": text(low), "Tx": text(high), "Td": dew, "VV": "45", "RRR": "No precipitation" if at.hour in (6, 18) else ""}
            lines.append(mark.join(quote(one) for one in [f"{at:%d.%m.%Y %H:%M}", *fields.values()]) + end)
            table.row([value, high, low], at.date())
        top = "\ufeff" if mark == ";" else ""
        write("rp5", name, top + "\n".join(lines) + "\n", RP5, table)


def make():
    hko()
    jma()
    kma()
    bmkg()
    rp5()
