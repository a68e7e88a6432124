"""Names of months and days, and other words of dates, in the languages of feeds.

A name stands for its beginnings as well, from three letters on, of days from two, where no language before it has them
for another. The names of a language are in order, from January or Monday on.
"""

from collections.abc import Iterable
from typing import Literal

from ingest.parse.dates.fold import fold_date

_MONTHS = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
januari februari maart april mei juni juli augustus september oktober november december
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
leden únor březen duben květen červen červenec srpen září říjen listopad prosinec
ledna února března dubna května června července srpna září října listopadu prosince
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta
  marraskuuta joulukuuta
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
január február március április május június július augusztus szeptember október november december
ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac
siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca
јануар фебруар март април мај јун јул август септембар октобар новембар децембар
januar februar mart april maj jun jul avgust septembar oktobar novembar decembar
януари февруари март април май юни юли август септември октомври ноември декември
január február marec apríl máj jún júl august september október november december
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
januar februar marec april maj junij julij avgust september oktober november december
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
januari februari maret april mei juni juli agustus september oktober november desember
januari februari mac april mei jun julai ogos september oktober november disember
xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro
一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
كانونالثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرينالأول تشرينالثاني كانونالأول
جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر
يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر
ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर
"""
# Abbreviations that are no beginnings, older and other names.
_MONTHS_TOO: tuple[str, ...] = (
    "jänner gen ja sty янв ιαν ינו जन oca",
    "feber fév fevr fév. úno peb pebruari فوریه פבר फर febr φλεβάρης",
    "mrz mrt maerz maa mac μαρ מרס mär maart",
    "ápr avr قبريل إبريل אפר अप्र",
    "mai magg μαι می maj",
    "čvn jn cer juin",
    "čvc jl juil جولای jui",
    "août aou ago ağu αυγ آگوست אוג avg aout ags agt",
    "sept szept set сент ספט wrz",
    "okt out ott paz אוק eki",
    "noi nop noy נוב studenog",
    "dez des grudz דצמ déc",
)
# The commoner meaning, and another that the day of the week may prove: Polish and Czech before Croatian.
AMBIGUOUS_MONTHS = {
    name: months
    for names, months in (
        ("listopad listopada lis", (11, 10)),
        ("lip", (7, 6)),
        ("srp", (8, 7)),
        ("červ čer červe", (6, 7)),
    )
    for name in map(fold_date, names.split())
    for months in [months]
}

_DAYS = """
monday tuesday wednesday thursday friday saturday sunday
montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
lunedì martedì mercoledì giovedì venerdì sabato domenica
segunda terça quarta quinta sexta sábado domingo
понедельник вторник среда четверг пятница суббота воскресенье
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedziałek wtorek środa czwartek piątek sobota niedziela
понеділок вівторок середа четвер п’ятниця субота неділя
pondělí úterý středa čtvrtek pátek sobota neděle
måndag tisdag onsdag torsdag fredag lördag söndag
mandag tirsdag onsdag torsdag fredag lørdag søndag
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
pazartesi salı çarşamba perşembe cuma cumartesi pazar
hétfő kedd szerda csütörtök péntek szombat vasárnap
δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
luni marți miercuri joi vineri sâmbătă duminică
dilluns dimarts dimecres dijous divendres dissabte diumenge
ponedjeljak utorak srijeda četvrtak petak subota nedjelja
понедељак уторак среда четвртак петак субота недеља
ponedeljak utorak sreda četvrtak petak subota nedelja
понеделник вторник сряда четвъртък петък събота неделя
pondelok utorok streda štvrtok piatok sobota nedeľa
ponedeljek torek sreda četrtek petek sobota nedelja
月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日
星期一 星期二 星期三 星期四 星期五 星期六 星期日
周一 周二 周三 周四 周五 周六 周日
週一 週二 週三 週四 週五 週六 週日
월요일 화요일 수요일 목요일 금요일 토요일 일요일
الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه
שני שלישי רביעי חמישי שישי שבת ראשון
सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
senin selasa rabu kamis jumat sabtu minggu
hai ba tư năm sáu bảy nhật
月 火 水 木 金 土 日
월 화 수 목 금 토 일
"""
_DAYS_TOO = """
пн вт ср чт пт сб вс нд пон пне uto sri čet śr czw pt ndz niedz dg dl dt dc dj dv ds pzt çar çrş prş cum cmt paz
sønn hétf csüt szo vas t2 t3 t4 t5 t6 t7 cn chủ thứ feira יום ב ג ד ה ו א ש पन mié mie sáb dom seg ter qua qui sex
星期天 周天 週天 禮拜 isnin khamis ahad sonnabend thur thurs tues weds κυρ δευ הראשון السبت الإثنين الاحد apazartesi
"""

# Words beside the parts of a date that do not change it.
FILLERS = frozenset(
    fold_date(word)
    for word in """
    t de del of the at on and a à o om um uhr h hrs den der le el la les il em às as alle dne kl klo klockan kello
    в о об г год года год. р рік року год у ob ore ora ala στις στο του της ώρα godz godzina dnia roku r saat
    günü tarihi
    posted published date updated pubdate am vom seit ngày tháng năm lúc giờ jam pukul tanggal los las date: le
    في الساعة يوم من עד ב בשעה בתאריך को बजे ساعت در تاریخ at: il dia día del’ d l’ i. od y
    """.split()
)
ORDINALS = frozenset(
    "st nd rd th er ere eme re e o a ro do to го е ого й η ης ος ου te ten eme i an de".split()
)

_AM = "am 오전 午前 上午 早上 凌晨 清晨 새벽 아침 πμ ص صباحا sa öö पूर्वाह्न قظ"
_PM = "pm 오후 午後 下午 晚上 中午 傍晚 저녁 밤 낮 μμ م مساء ch ös अपराह्न بظ"
HALVES: dict[str, Literal["am", "pm"]] = {
    **{fold_date(word): "am" for word in _AM.split()},
    **{fold_date(word): "pm" for word in _PM.split()},
}


def _beginnings(lists: str, count: int, shortest: int) -> dict[str, int]:
    """Each name, and each of its beginnings, and its number, from 1 on."""
    names = [fold_date(name) for name in lists.split()]
    found = {name: place % count + 1 for place, name in reversed(list(enumerate(names)))}
    for place, name in enumerate(names):
        for end in range(shortest, len(name)):
            found.setdefault(name[:end], place % count + 1)
    return found


def _all_of(lists: Iterable[str]) -> dict[str, int]:
    return {fold_date(name): number for number, names in enumerate(lists, 1) for name in names.split()}


MONTHS = {**_beginnings(_MONTHS, 12, 3), **_all_of(_MONTHS_TOO)}
DAYS = {**dict.fromkeys(map(fold_date, _DAYS_TOO.split()), 0), **_beginnings(_DAYS, 7, 2)}
